import { expect, it } from 'vitest'
import { LINES_MAX, noteLine, type SeenLine } from '../../../src/core/statusline/seen-lines.ts'
import { instant } from '../../../src/core/time.ts'

const line = (at: number): SeenLine => ({ modelId: '', model: 'Opus', contextPercent: 1, cost: null, at: instant(at) })

it('keeps the newest line of each session, and forgets the session heard longest ago', () => {
  const lines = new Map<string, SeenLine>()
  for (let session = 0; session < LINES_MAX; session++) noteLine(lines, `a/${session}`, line(session))
  noteLine(lines, 'a/0', line(9_000))
  noteLine(lines, 'a/new', line(9_001))
  expect([lines.size, lines.has('a/0'), lines.get('a/0')?.at, lines.has('a/1'), lines.has('a/2')]).toEqual([LINES_MAX, true, 9_000, false, true])
})
