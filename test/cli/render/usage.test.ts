import { describe, expect, it } from 'vitest'
import { costCells, usageLine, usageNotes } from '../../../src/cli/render/usage.ts'
import { plainLine } from '../../../src/core/text/line.ts'
import { usage } from '../../support/sample-answers.ts'

describe('a sum of usage', () => {
  it('is one line', () => {
    expect(plainLine(usageLine('Today', usage('24.831045', { atLeast: true })))).toBe('Today  $24.83+   1,204 responses   310k in   88.1k out   42.4M cached')
  })
  it('has no notes when every figure is exact', () => {
    expect(usageNotes(usage('1.00'))).toEqual([])
  })
  it('says why it is a lower bound and what to type', () => {
    const notes = usageNotes(usage('1.00', { unpriced: { responses: 1, models: ['m'] }, partial: 2, estimated: 1 })).map(plainLine)
    expect(notes).toEqual([
      '+ at least: 1 response has no price yet; see: purser pricing diagnose',
      '+ at least: 2 responses cut off before the agent logged the end',
      "1 of these is estimated from the client's own meter",
    ])
  })
  it('keeps decimal points aligned when only some costs carry a plus', () => {
    expect(costCells([{ cost: '1.00', atLeast: true }, { cost: '2.00', atLeast: false }])).toEqual(['$1.00+', '$2.00 '])
    expect(costCells([{ cost: '2.00', atLeast: false }])).toEqual(['$2.00'])
  })
  it('never shows $0 for what has no price', () => {
    expect(costCells([{ cost: '0.00', atLeast: true }, { cost: '0.00', atLeast: false }])).toEqual(['unpriced', '$0.00'])
  })
})
