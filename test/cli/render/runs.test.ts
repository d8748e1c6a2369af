import { describe, expect, it } from 'vitest'
import { renderEndedRun, renderRefusedRun } from '../../../src/cli/render/runs.ts'
import type { RefusedAnswer } from '../../../src/api/reserve-answers.ts'
import type { RunEndedAnswer } from '../../../src/api/run-answers.ts'
import type { Line } from '../../../src/core/text/line.ts'

const text = (line: Line): string => line.map(part => (typeof part === 'string' ? part : part.text)).join('')
const ENDED: RunEndedAnswer = { run: 'run-9974ac24b4', sessions: [{ agent: 'claude-code', session: '3f3c' }], cost: '0.42', atLeast: false, responses: 12, budget: '5.00', complete: true, because: '' }
const said = (change: Partial<RunEndedAnswer> = {}): string => text(renderEndedRun({ ...ENDED, ...change }, 65_000))
const refused = (change: Partial<RefusedAnswer>): string[] => renderRefusedRun({ ok: false, refused: 'locked', by: 'L-1', because: 'it is locked', remaining: null, ...change }).map(text)

describe('a run that has ended', () => {
  it('is one line: what it cost of what it was given, and whose that is', () => {
    expect(said()).toBe('purser: this run cost $0.42 of $5.00, 12 responses in 1m 05s (session 3f3c)')
    expect(said({ budget: null, responses: 1, sessions: [], atLeast: true })).toBe('purser: this run cost $0.42+, 1 response in 1m 05s')
  })
  it('says what is not known, and that its money is free again', () => {
    expect(said({ because: 'purser knows no log of make' })).toBe('purser: what this run cost is not known: purser knows no log of make; its $5.00 are free again')
    expect(said({ complete: false })).toContain('its log is not read to the end yet')
  })
})

describe('a run that was refused', () => {
  it('says why, and what to type', () => {
    expect(refused({})).toEqual(['purser: not started: it is locked', '        see it: purser lock show L-1', '        go on now: purser lock release L-1 --reason "..."'])
    expect(refused({ refused: 'over_budget', by: 'daily', because: 'too much', remaining: '0.70' })).toEqual(['purser: not started: too much', '        see what is spent: purser budget show daily', '        with what is left: purser run --budget 0.70 -- ...'])
  })
  it('does not offer what is nothing', () => {
    for (const remaining of ['0.00', '-1.00']) expect(refused({ refused: 'over_budget', by: 'daily', remaining })).toHaveLength(2)
  })
})
