// A ledger file as a stream of what is in it: whole responses, meters, copies. Everything is checked on the way, so that a
// damaged, cut, changed or foreign file is refused with the line and the field; a caller that commits reads it once before.
import { AppError } from '../../core/errors.ts'
import { faultsOf, type History } from '../../core/ledger/history.ts'
import { LEDGER_FORMAT, LINE_CHARACTERS_MAX, readLine, type CopyRow, type LedgerEnd, type LedgerHeader, type LedgerLine } from '../../core/ledger/ledger-line.ts'
import type { MeterRow } from '../../core/ledger/meter-store.ts'
import type { EntryDraft } from '../../core/ledger/posting.ts'

/** The lines of a file, some at a time. */
export interface LedgerSource {
  /** For messages: the path as it was typed. */
  readonly name: string
  readonly bytes: number
  batches(): AsyncIterable<{ readonly lines: readonly string[]; readonly bytesRead: number }>
  /** Over everything before the last line handed out so far. */
  digest(): string
}

export type FileItem =
  | { readonly what: 'header'; readonly header: LedgerHeader }
  | { readonly what: 'history'; readonly history: History }
  | { readonly what: 'meter'; readonly meter: MeterRow }
  | { readonly what: 'copy'; readonly copy: CopyRow }

export interface FileFacts { readonly header: LedgerHeader; readonly entries: number; readonly responses: number; readonly meters: number; readonly copies: number }

// A session that is resumed every hour for a year corrects its meter's gap 9,000 times.
const HISTORY_ENTRIES_MAX = 100_000

/** Throws `invalid_input` naming file, line and field. Items come in the order of the file. */
export async function* itemsOf(source: LedgerSource, onBytes: (bytesRead: number) => void): AsyncGenerator<FileItem> {
  const reader = new FileReader(source)
  for await (const { lines, bytesRead } of source.batches()) {
    for (const text of lines) yield* reader.take(text)
    onBytes(bytesRead)
  }
  reader.finish()
}

/** Reads a file to its end without keeping anything. */
export async function checkFile(source: LedgerSource, onBytes: (bytesRead: number) => void): Promise<FileFacts> {
  let header: LedgerHeader | null = null
  let entries = 0, responses = 0, meters = 0, copies = 0
  for await (const item of itemsOf(source, onBytes)) {
    if (item.what === 'header') header = item.header
    else if (item.what === 'meter') meters++
    else if (item.what === 'copy') copies++
    else {
      responses++
      entries += item.history.length
    }
  }
  if (!header) throw new Error('a file without a header was not refused')
  return { header, entries, responses, meters, copies }
}

class FileReader {
  readonly #source: LedgerSource
  #line = 0
  #end: LedgerEnd | null = null
  #history: EntryDraft[] = []
  #historyLine = 0
  #seen = { entries: 0, meters: 0, copies: 0 }
  constructor(source: LedgerSource) { this.#source = source }

  *take(text: string): Generator<FileItem> {
    this.#line++
    if (this.#end) this.#refuse(this.#line, '', 'stands behind the end of the ledger; the file was added to')
    const line = this.#read(text)
    if (line.type === 'purser-ledger') {
      yield { what: 'header', header: line.header }
      return
    }
    if (line.type !== 'entry') yield* this.#flush()
    if (line.type === 'entry') yield* this.#entry(line.entry)
    else if (line.type === 'meter') yield { what: 'meter', meter: line.meter }
    else if (line.type === 'copy') yield { what: 'copy', copy: line.copy }
    if (line.type === 'entry') this.#seen.entries++
    else if (line.type === 'meter') this.#seen.meters++
    else if (line.type === 'copy') this.#seen.copies++
    else if (line.type === 'end') this.#end = line.end
  }

  finish(): void {
    if (this.#line === 0) this.#refuse(1, '', 'is missing; the file is empty')
    const end = this.#end
    if (!end) return this.#refuse(this.#line, '', 'is the last, and the ledger goes on: the file is cut off. Copy or export it again')
    for (const name of ['entries', 'meters', 'copies'] as const) {
      if (end[name] !== this.#seen[name]) this.#refuse(this.#line, name, `says ${end[name]}, and ${this.#seen[name]} were found: lines were lost or added`)
    }
    if (end.digest !== this.#source.digest()) this.#refuse(this.#line, 'digest', 'does not fit what stands before it: the file was changed or damaged. Copy or export it again')
  }

  #read(text: string): LedgerLine {
    if (text.length > LINE_CHARACTERS_MAX) this.#refuse(this.#line, '', `is longer than ${LINE_CHARACTERS_MAX} characters; this is no ledger that purser exported`)
    const read = readLine(text)
    if (this.#line === 1 && !(read.ok && read.line.type === 'purser-ledger' && read.line.header.format <= LEDGER_FORMAT)) this.#refuseHeader(text, read)
    if (!read.ok) return this.#refuse(this.#line, read.field, read.why)
    if (this.#line > 1 && read.line.type === 'purser-ledger') this.#refuse(this.#line, 'type', 'begins another ledger; import the files one by one')
    return read.line
  }

  #refuseHeader(text: string, read: ReturnType<typeof readLine>): never {
    const format = /"type":"purser-ledger".*"format":(\d+)/.exec(text)?.[1]
    if (format !== undefined && Number(format) > LEDGER_FORMAT) throw new AppError('invalid_input', `${this.#source.name} has format ${format}, and this purser reads up to ${LEDGER_FORMAT}; update purser`)
    if (!read.ok && format !== undefined) this.#refuse(1, read.field, read.why)
    throw new AppError('invalid_input', `${this.#source.name} is no ledger that purser exported\nmake one: purser ledger export FILE`)
  }

  *#entry(entry: EntryDraft): Generator<FileItem> {
    if (this.#history[0]?.key !== entry.key) {
      yield* this.#flush()
      this.#historyLine = this.#line
    }
    if (this.#history.length >= HISTORY_ENTRIES_MAX) this.#refuse(this.#line, 'seq', `is past ${HISTORY_ENTRIES_MAX}; no response is corrected so often`)
    this.#history.push(entry)
  }

  *#flush(): Generator<FileItem> {
    if (this.#history.length === 0) return
    const history = this.#history
    const [fault] = faultsOf(history)
    if (fault) this.#refuse(this.#historyLine + fault.entry, '', `(${history[0]?.key}) ${fault.why}`)
    this.#history = []
    yield { what: 'history', history }
  }

  #refuse(line: number, field: string, why: string): never {
    throw new AppError('invalid_input', `${this.#source.name} line ${line}: ${field === '' ? '' : `"${field}" `}${why}`, { context: { file: this.#source.name, line, field } })
  }
}
