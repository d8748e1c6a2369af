// Gathers what was read into one batch: copies of a response are merged as they come, each with the file that owns it.
import type { CounterReading, MeterReading, ParsedLine, QuotaSignal, UsageEvent } from '../usage/usage-event.ts'
import type { FileRead, Located, ScanBatch } from './scan.ts'
import { UsageColumns } from './usage-columns.ts'

export class BatchBuilder {
  readonly #files: FileRead[] = []
  readonly #usage = new UsageColumns()
  readonly #rows = new Map<string, number>()
  #lastKey: string | null = null
  #lastRow = 0
  readonly #meters: Located<MeterReading>[] = []
  readonly #quotas: Located<QuotaSignal>[] = []
  readonly #counters: Located<CounterReading>[] = []
  readonly #copies = new Map<string, { readonly key: string; readonly session: string }>()
  #lines = 0
  #bytes = 0

  /** The index that the file being read will have in `files`. */
  get nextFile(): number { return this.#files.length }
  get isEmpty(): boolean { return this.#files.length === 0 }
  get bytes(): number { return this.#bytes }
  /** What decides whether the batch is full. */
  get facts(): number { return this.#usage.length + this.#meters.length + this.#quotas.length + this.#counters.length }

  /** Takes the facts of one parsed line of the file being read. */
  addParsed(parsed: ParsedLine): void {
    const file = this.nextFile
    switch (parsed.kind) {
      case 'usage':
        for (const event of parsed.events) this.#addUsage(event, file)
        for (const fact of parsed.quotas ?? []) this.#quotas.push({ fact, file })
        break
      case 'meter': this.#meters.push({ fact: parsed.reading, file }); break
      case 'counter': for (const fact of parsed.readings) this.#counters.push({ fact, file }); break
      case 'quota': for (const fact of parsed.signals) this.#quotas.push({ fact, file }); break
      default:
    }
  }

  #addUsage(event: UsageEvent, file: number): void {
    const row = this.#rowOf(event.key)
    if (row === undefined) {
      this.#lastKey = event.key
      this.#lastRow = this.#usage.length
      this.#rows.set(event.key, this.#lastRow)
      this.#usage.add(event, file)
      return
    }
    const session = this.#usage.absorb(row, event, file)
    if (session !== null) this.#copies.set(`${event.key}\u001f${session}`, { key: event.key, session })
  }

  /** Copies of a response stand in a row, and then share their key as one string. */
  #rowOf(key: string): number | undefined {
    return key === this.#lastKey ? this.#lastRow : this.#rows.get(key)
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
      files: this.#files, usage: this.#usage, meters: this.#meters, quotas: this.#quotas, counters: this.#counters,
      copies: [...this.#copies.values()], lines: this.#lines, bytes: this.#bytes,
    }
  }
}
