// Five-hour blocks made the plain way, one response after the other: what every faster way has to come to.
const HOUR = 3_600_000
const FIVE = 5 * HOUR

export interface NaiveBlock { readonly gap: boolean; readonly start: number; readonly end: number; readonly active: boolean; readonly moments: readonly number[] }

export function naiveBlocks(moments: readonly number[], now: number): readonly NaiveBlock[] {
  const blocks: NaiveBlock[] = []
  let start = 0
  let own: number[] = []
  const close = (): void => {
    if (own.length > 0) blocks.push({ gap: false, start, end: start + FIVE, active: now - (own.at(-1) as number) < FIVE && now < start + FIVE, moments: own })
  }
  for (const at of moments.toSorted((a, b) => a - b)) {
    const last = own.at(-1)
    if (last !== undefined && at - start <= FIVE && at - last <= FIVE) {
      own.push(at)
      continue
    }
    close()
    if (last !== undefined && at - last > FIVE) blocks.push({ gap: true, start: last + FIVE, end: at, active: false, moments: [] })
    start = Math.floor(at / HOUR) * HOUR
    own = [at]
  }
  close()
  return blocks
}
