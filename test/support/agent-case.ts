// What an adapter brings to the shared conformance suite (test/agents/conformance.test.ts): small homes with logs and the
// totals they must come to. One file per adapter: `test/agents/<agent>/conformance-case.ts` exporting `conformanceCase`.
//
// The suite then shows on every sample that the totals are exact; that reading in pieces, twice, in any order of files,
// from any saved cursor, with lines cut, with CRLF, a byte order mark and garbage between lines comes to the same ledger
// under the same keys; that no fact holds the canary; that damaged text never throws, hangs or gives an impossible count.
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { AgentAdapter } from '../../src/core/sessions/agent-adapter.ts'
import type { ProcessInfo } from '../../src/core/machine/process-table.ts'

/** Put this into every prompt, answer and tool result of a sample: it must never be in a fact. */
export const CANARY = 'canary-3f1b9c'

export interface Totals { readonly responses: number; readonly input: number; readonly output: number; readonly cacheRead: number; readonly cacheWrite: number }

export interface LogSample {
  /** A claim: `a fork that repeats its parent`. */
  readonly name: string
  /** Paths below the home: text or bytes, or what makes the file (a database). */
  readonly files: Readonly<Record<string, string | Uint8Array | ((file: string) => void)>>
  /** What its responses come to, each once. Counters and meters are apart from them. */
  readonly totals: Totals
  /** What its growing counters come to; where it is left out, only that it is the same however the logs are read. */
  readonly counted?: Omit<Totals, 'responses'>
  /** Exact keys, where they are worth writing down: they are stored for good. */
  readonly keys?: readonly string[]
  /** Lines whose meaning depends on their place (a damaged or lost line changes others): garbage is not put between them. */
  readonly brittle?: boolean
}

export interface RoleSample { readonly process: ProcessInfo; readonly role: ReturnType<AgentAdapter['process']['role']> }

export interface AgentCase {
  readonly adapter: AgentAdapter
  readonly samples: readonly LogSample[]
  readonly roles: readonly RoleSample[]
}

// Facts without a time of their own take their file's: it has to be the same in every home. Long enough ago that nobody
// takes a torn document for one that is being written.
const WRITTEN_S = Date.UTC(2026, 10, 1) / 1000

/** Writes the files of a sample below a home. */
export function putSample(home: string, { files }: Pick<LogSample, 'files'>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(home, name)
    mkdirSync(path.dirname(file), { recursive: true })
    if (typeof content === 'function') content(file)
    else {
      writeFileSync(file, content)
      utimesSync(file, WRITTEN_S, WRITTEN_S)
    }
  }
}

/** Lines of JSON as a log holds them. */
export const jsonLines = (...records: readonly unknown[]): string => records.map(record => `${JSON.stringify(record)}\n`).join('')
