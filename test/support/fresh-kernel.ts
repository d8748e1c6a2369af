// The line kernel as its text says now, not as it was assembled last, so that a change of one instruction is tested.
import { readFileSync } from 'node:fs'
import { assemble } from '../../scripts/assemble.mjs'
import type { LineSource, LogPlace } from '../../src/core/sessions/log-source.ts'
import type { Instant } from '../../src/core/time.ts'
import type { ParsedLine } from '../../src/core/usage/usage-event.ts'
import { lineKernel, NOTHING, ODD, PICKED, type LineKernel } from '../../src/os/logs/line-kernel.ts'

export const kernelText = (): string => readFileSync(new URL('../../src/os/logs/line-kernel.wat', import.meta.url), 'utf8')

export function freshKernel(): LineKernel {
  const kernel = lineKernel(undefined, assemble(kernelText()))
  if (!kernel) throw new Error('this Node cannot run the line kernel')
  return kernel
}

let shared: LineKernel | undefined, turn = 0
const MARKERS = new WeakMap<LineSource, readonly Buffer[]>()

/**
 * What the source's parser says of this line where the kernel found it; null where a kernel is never asked: in a line that
 * holds no marker, or is two.
 */
export function throughKernel(source: LineSource, line: Uint8Array, place: LogPlace, writtenAt: Instant): ParsedLine | null {
  shared ??= freshKernel()
  if (!MARKERS.has(source)) MARKERS.set(source, source.markers.map(marker => Buffer.from(marker, 'latin1')))
  const markers = MARKERS.get(source) as readonly Buffer[], bytes = Buffer.from(line)
  if (line.includes(0x0a) || !markers.some(marker => bytes.includes(marker))) return null
  // Anywhere within the sixteen bytes that are looked at together, with another line's rest behind it.
  const at = turn++ % 64
  shared.window.set(line, at)
  shared.window[at + line.length] = 0x0a
  shared.window.write('"}],"_tokens":"\\', at + line.length + 1)
  const parser = source.open({ place, path: '', root: '', memory: null, companions: {} })
  const what = shared.next(at, at, at + line.length + 1, shared.prepare(markers, source.plan ?? null))
  if (what === NOTHING) return { kind: 'ignored' }
  if (what === ODD) throw new Error('a line with a marker was told as one without')
  return what === PICKED && parser.parseFound ? parser.parseFound(shared.found, writtenAt) : parser.parse(line, writtenAt)
}
