import { describe, expect, it } from 'vitest'
import { crashPoints } from '../../src/daemon/crash-points.ts'

/** At which passing of `points` the process would have died; null: never. */
function diedAt(setting: string | undefined, points: readonly string[]): number | null {
  let died: number | null = null, passing = 0
  const pass = crashPoints(setting, () => { died ??= passing })
  for (const point of points) { passing++; pass(point) }
  return died
}

describe('a crash point', () => {
  it('does nothing unless it is asked for', () => {
    expect([diedAt(undefined, ['a', 'b']), diedAt('', ['a', ''])]).toEqual([null, null])
  })
  it('ends the process at the passing that is named, the first by default, and at no other point', () => {
    expect([diedAt('b', ['a', 'b']), diedAt('b:2', ['b', 'a', 'b', 'b']), diedAt('b:3', ['b', 'b']), diedAt('c', ['a', 'b'])]).toEqual([2, 3, null, null])
  })
})
