// One document being read: whole, then parsed, then handed out in batches. A document that is torn is being written, as
// far as anybody can tell: it is left for the next look, and becomes a flaw once it has stayed so.
import { readSync } from 'node:fs'
import { DOCUMENT_BYTES_MAX, MEMORY_CHARACTERS_MAX, type DocumentSource } from '../../core/sessions/log-source.ts'
import type { BatchBuilder } from '../../core/tailing/batch-builder.ts'
import type { FollowedFile } from '../../core/tailing/cursor-store.ts'
import { digest } from '../../core/tailing/digest.ts'
import { bytesLeft, type ScanJob } from '../../core/tailing/scan.ts'
import { SECOND_MS } from '../../core/time.ts'
import type { ParsedLine } from '../../core/usage/usage-event.ts'
import { FlawCounts } from './flaw-counts.ts'
import { isFull, LONG_MEMORY, type OpenScan, type ScanRoom } from './line-scan.ts'
import type { OpenLog } from './log-file.ts'

// Clients write a document in one go; the largest takes a second on a slow disk.
export const TORN_FOR_MS = 10 * SECOND_MS

const TORN = 'the document is cut or is no JSON; what it held before stays counted'
const LARGE = `the document is larger than ${DOCUMENT_BYTES_MAX / 1024 / 1024} MiB and was not read`
const BOM = '\ufeff'

interface Outcome { readonly torn: boolean; readonly facts: readonly ParsedLine[]; readonly memory: string; readonly size: number; readonly print: string }

export class DocumentScan implements OpenScan {
  readonly #job: ScanJob
  readonly #log: OpenLog
  readonly #room: ScanRoom
  readonly #read: Outcome
  readonly #flaws = new FlawCounts()
  #next = 0

  constructor(job: ScanJob, source: DocumentSource, log: OpenLog, room: ScanRoom) {
    this.#job = job
    this.#log = log
    this.#room = room
    this.#read = log.size > DOCUMENT_BYTES_MAX ? this.#tooLarge() : this.#parse(source)
    if (this.#read.memory.length > MEMORY_CHARACTERS_MAX) this.#flaws.addGap({ offset: 0, bytes: 0, why: LONG_MEMORY })
  }

  readInto(batch: BatchBuilder): boolean {
    const { log } = this.#job
    const { torn, facts, size } = this.#read
    if (torn) {
      if (this.#room.tools.now() - this.#log.modifiedAt < TORN_FOR_MS) {
        batch.addFile({ outcome: 'torn', log })
        return true
      }
      this.#flaws.add('malformed', { offset: 0, bytes: size, why: TORN })
    }
    const from = this.#next
    while (this.#next < facts.length && (this.#next === from || !isFull(batch, this.#room.bounds))) {
      const fact = facts[this.#next++] as ParsedLine
      this.#flaws.addParsed(fact, 0, 0)
      batch.addParsed(fact)
    }
    const atEnd = this.#next >= facts.length
    batch.addRead(this.#next - from, atEnd ? bytesLeft(this.#job) : 0)
    const file = this.#file(atEnd)
    // It is rewritten all the time: what grows is not worth a warning.
    batch.addFile({ outcome: 'read', log, transition: { kind: 'new' }, file, atEnd, growth: 0, flaws: atEnd ? this.#flaws.of(log.path, file.generation) : [] })
    return atEnd
  }

  #parse(source: DocumentSource): Outcome {
    const bytes = this.#bytes()
    const text = bytes.toString('utf8')
    const opening = this.#room.around.openingFor(this.#job.log, source, this.#job.cursor?.memory || null)
    const parsed = source.parse(text.startsWith(BOM) ? text.slice(BOM.length) : text, opening, this.#log.modifiedAt)
    const torn = parsed === null || (parsed.facts.length > 0 && parsed.facts.every(({ kind }) => kind === 'malformed'))
    return { torn, facts: torn ? [] : parsed?.facts ?? [], memory: parsed?.memory ?? '', size: bytes.length, print: digest(bytes) }
  }

  #tooLarge(): Outcome {
    this.#flaws.addGap({ offset: 0, bytes: this.#log.size, why: LARGE })
    return { torn: false, facts: [], memory: this.#job.cursor?.memory ?? '', size: this.#log.size, print: '' }
  }

  #bytes(): Buffer {
    const { fd, size } = this.#log
    const bytes = Buffer.allocUnsafeSlow(size)
    let read = 0
    for (let got = -1; read < size && got !== 0; read += got) got = readSync(fd, bytes, read, size - read, read)
    return bytes.subarray(0, read)
  }

  /** Until its last fact is in a batch, the cursor says that nothing of this version was read. */
  #file(atEnd: boolean): FollowedFile {
    const { log, cursor } = this.#job
    const { device, inode, modifiedAt, size } = this.#log
    const { torn, memory, print } = this.#read
    const whose = { path: log.path, device, inode, root: log.root, agent: log.agent, account: log.account, modifiedAt, generation: cursor?.generation ?? 0, headLength: 0 }
    const kept = torn || memory.length > MEMORY_CHARACTERS_MAX ? cursor?.memory ?? '' : memory
    return atEnd
      ? { ...whose, offset: size, head: '', tail: print, size: log.size, memory: kept }
      : { ...whose, offset: 0, head: '', tail: '', size: -1, memory: cursor?.memory ?? '' }
  }
}
