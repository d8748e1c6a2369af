// Ledger files in memory: what an export wrote, as text to be bent, and read again.
import { createHash } from 'node:crypto'
import type { Stores } from '../../src/core/stores.ts'
import { instant, type Instant } from '../../src/core/time.ts'
import { exportLedger, type ExportOptions, type LedgerSink } from '../../src/flows/ledger/export.ts'
import type { LedgerSource } from '../../src/flows/ledger/read-file.ts'

export const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`

export interface Written { readonly sink: LedgerSink; text(): string }

export function memorySink(): Written {
  let text = ''
  return { sink: { write: lines => { text += lines }, digest: () => digestOf(text) }, text: () => text }
}

export interface ExportSketch { readonly node?: string; readonly since?: Instant; readonly until?: Instant; readonly audit?: boolean }

/** The ledger as the lines of a file. */
export async function exported(stores: Stores, { node = 'n1', since, until, audit = false }: ExportSketch = {}): Promise<string[]> {
  const { sink, text } = memorySink()
  const options: ExportOptions = { version: '0.1.0', node, now: instant(Date.UTC(2026, 10, 21, 12)), since: since ?? null, until: until ?? null, audit, onProgress: () => undefined }
  await exportLedger(stores, sink, options)
  return text().split('\n').slice(0, -1)
}

/** A file with these lines, handed out `atOnce` at a time. */
export function fileOf(lines: readonly string[], name = 'ledger.jsonl', atOnce = 3): LedgerSource {
  const bytes = lines.reduce((sum, line) => sum + line.length + 1, 0)
  let given = 0
  return {
    name, bytes, digest: () => digestOf(lines.slice(0, Math.max(0, given - 1)).map(line => `${line}\n`).join('')),
    async *batches() {
      for (given = 0; given < lines.length;) {
        const from = given
        given = Math.min(lines.length, from + atOnce)
        yield { lines: lines.slice(from, given), bytesRead: Math.round(bytes * given / lines.length) }
      }
    },
  }
}

/** These lines under an end that fits them again, as somebody who forges a file would write it. */
export function sealed(lines: readonly string[]): string[] {
  const body = lines.filter(line => !line.startsWith('{"type":"end"'))
  const count = (type: string): number => body.filter(line => line.startsWith(`{"type":"${type}"`)).length
  return [...body, JSON.stringify({ type: 'end', entries: count('entry'), meters: count('meter'), copies: count('copy'), digest: digestOf(body.map(line => `${line}\n`).join('')) })]
}

/** The line with this field changed. */
export const bent = (line: string | undefined, over: Record<string, unknown>): string => JSON.stringify({ ...JSON.parse(line ?? '{}') as object, ...over })
