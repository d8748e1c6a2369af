// Gathers what was read into one batch: copies of a response are merged as they come, each with the file that owns it.
import { merge, owner } from '../usage/fuller.ts'
import type { MeterReading, ParsedLine, QuotaSignal, UsageEvent } from '../usage/usage-event.ts'
import type { FileRead, Located, ScanBatch } from './scan.ts'

export class BatchBuilder {
  readonly #files: FileRead[] = []
  readonly #usage: Located<UsageEvent>[] = []
  readonly #byKey = new Map<string, number>()
  readonly #meters: Located<MeterReading>[] = []
  readonly #quotas: Located<QuotaSignal>[] = []
  readonly #copies = new Map<string, { readonly key: string; readonly session: string }>()
  #lines = 0
  #bytes = 0

  /** The index that the file being read will have in `files`. */
  get nextFile(): number { return this.#files.length }
  get isEmpty(): boolean { return this.#files.length === 0 }
  get bytes(): number { return this.#bytes }
  /** What decides whether the batch is full. */
  get facts(): number { return this.#usage.length + this.#meters.length + this.#quotas.length }

  /** Takes the facts of one parsed line of the file being read. */
  addParsed(parsed: ParsedLine): void {
    const file = this.nextFile
    switch (parsed.kind) {
      case 'usage':
        for (const event of parsed.events) this.#addUsage(event, file)
        for (const fact of parsed.quotas ?? []) this.#quotas.push({ fact, file })
        break
      case 'meter': this.#meters.push({ fact: parsed.reading, file }); break
      case 'quota': for (const fact of parsed.signals) this.#quotas.push({ fact, file }); break
      default:
    }
  }

  #addUsage(event: UsageEvent, file: number): void {
    const index = this.#byKey.get(event.key)
    const known = index === undefined ? undefined : this.#usage[index]
    if (index === undefined || known === undefined) {
      this.#byKey.set(event.key, this.#usage.length)
      this.#usage.push({ fact: event, file })
      return
    }
    const owned = owner(known.fact, event)
    if (known.fact.origin.session !== event.origin.session) {
      const other = owned === event ? known.fact : event
      this.#copies.set(`${event.key}\u001f${other.origin.session}`, { key: event.key, session: other.origin.session })
    }
    this.#usage[index] = { fact: merge(known.fact, event), file: owned === event ? file : known.file }
  }

  addRead(lines: number, bytes: number): void {
    this.#lines += lines
    this.#bytes += bytes
  }

  /** Closes the file being read, as far as this batch goes. */
  addFile(read: FileRead): void {
    this.#files.push(read)
  }

  build(): ScanBatch {
    return {
      files: this.#files, usage: this.#usage, meters: this.#meters, quotas: this.#quotas,
      copies: [...this.#copies.values()], lines: this.#lines, bytes: this.#bytes,
    }
  }
}
