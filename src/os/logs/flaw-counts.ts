// What was wrong in one file within one batch: a count per kind with its first place; every gap by itself.
import type { Flaw, FlawKind } from '../../core/tailing/cursor-store.ts'
import type { ParsedLine } from '../../core/usage/usage-event.ts'

// More than a handful of distinct gaps in one file is a file that is no log; the rest is counted with the last.
const GAPS_MAX = 100

type CountedKind = Extract<FlawKind, 'malformed' | 'damaged' | 'inferred'>
interface Counted { firstOffset: number; occurrences: number; bytes: number; why: string }

export class FlawCounts {
  readonly #counts = new Map<CountedKind, Counted>()
  readonly #gaps: Counted[] = []

  /** What a parsed line says is wrong with it. */
  addParsed(parsed: ParsedLine, offset: number, bytes: number): void {
    if (parsed.kind === 'malformed') this.add('malformed', { offset, bytes, why: parsed.why })
    else if (parsed.kind === 'usage') {
      if (parsed.events.some(event => event.damaged)) this.add('damaged', { offset, bytes, why: 'a counter is negative, fractional, absurd or no number; it counts as 0' })
      if (parsed.doubt !== undefined) this.add('inferred', { offset, bytes, why: parsed.doubt })
    }
  }

  add(kind: CountedKind, { offset, bytes, why }: { readonly offset: number; readonly bytes: number; readonly why: string }): void {
    const known = this.#counts.get(kind)
    if (known) {
      known.occurrences++
      known.bytes += bytes
    } else this.#counts.set(kind, { firstOffset: offset, occurrences: 1, bytes, why })
  }

  addGap({ offset, bytes, why }: { readonly offset: number; readonly bytes: number; readonly why: string }): void {
    const last = this.#gaps.at(-1)
    if (this.#gaps.length < GAPS_MAX || !last) this.#gaps.push({ firstOffset: offset, occurrences: 1, bytes, why })
    else {
      last.occurrences++
      last.bytes += bytes
    }
  }

  of(path: string, generation: number): Flaw[] {
    return [
      ...[...this.#counts].map(([kind, flaw]): Flaw => ({ path, kind, generation, ...flaw })),
      ...this.#gaps.map((gap): Flaw => ({ path, kind: 'oversized', generation, ...gap })),
    ]
  }
}
