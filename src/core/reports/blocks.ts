// Five-hour blocks, the way vendors and existing reports count them: a block begins with the hour of its first response and
// lasts five hours; the next response after that, or after five quiet hours, begins another. Quiet hours are a gap of their own.
import { HOUR_MS, instant, type Instant } from '../time.ts'

export const BLOCK_MS = 5 * HOUR_MS

/** Responses that cannot belong to two blocks: all within one hour (`12:00:00.000` itself counts to the hour before), in order of time. */
export interface Spell { readonly firstAt: Instant; readonly lastAt: Instant }

export type Block<S extends Spell> =
  | { readonly gap: false; readonly start: Instant; readonly end: Instant; readonly firstAt: Instant; readonly lastAt: Instant; readonly active: boolean; readonly spells: readonly S[] }
  /** From five hours after the last response to the next one. */
  | { readonly gap: true; readonly start: Instant; readonly end: Instant }

/** `spells` in order of time, none overlapping another. */
export function blocksOf<S extends Spell>(spells: readonly S[], now: Instant): readonly Block<S>[] {
  const blocks: Block<S>[] = []
  let open: S[] = []
  const close = (): void => { if (open.length > 0) blocks.push(blockOf(open, now)) }
  for (const spell of spells) {
    const [first, last] = [open[0], open.at(-1)]
    if (!first || !last) {
      open = [spell]
      continue
    }
    const quiet = spell.firstAt - last.lastAt > BLOCK_MS
    if (!quiet && spell.firstAt - hourOf(first.firstAt) <= BLOCK_MS) {
      open.push(spell)
      continue
    }
    close()
    if (quiet) blocks.push({ gap: true, start: instant(last.lastAt + BLOCK_MS), end: spell.firstAt })
    open = [spell]
  }
  close()
  return blocks
}

function blockOf<S extends Spell>(spells: readonly S[], now: Instant): Block<S> {
  const [first, last] = [spells[0] as S, spells.at(-1) as S]
  const start = hourOf(first.firstAt)
  const end = instant(start + BLOCK_MS)
  return { gap: false, start, end, firstAt: first.firstAt, lastAt: last.lastAt, active: now - last.lastAt < BLOCK_MS && now < end, spells }
}

const hourOf = (at: Instant): Instant => instant(Math.floor(at / HOUR_MS) * HOUR_MS)
