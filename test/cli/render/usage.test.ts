import { describe, expect, it } from 'vitest'
import { costCells, usageLine, usageNotes } from '../../../src/cli/render/usage.ts'
import { plainLine } from '../../../src/core/text/line.ts'
import { usage } from '../../support/sample-answers.ts'

const cell = (cost: string, over: Partial<Parameters<typeof costCells>[0][number]> = {}) => ({ cost, atLeast: false, estimated: 0, ...over })

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
      '~ about: 1 response is estimated; the agent keeps no exact record of it',
    ])
  })
  it('keeps decimal points aligned when only some costs carry a plus', () => {
    expect(costCells([cell('1.00', { atLeast: true }), cell('2.00')])).toEqual(['$1.00+', '$2.00 '])
    expect(costCells([cell('2.00')])).toEqual(['$2.00'])
  })
  it('marks what is partly estimated', () => {
    expect(costCells([cell('1.00', { estimated: 3 }), cell('2.00', { estimated: 1, atLeast: true }), cell('3.00')])).toEqual(['~$1.00 ', '~$2.00+', '$3.00 '])
    expect(plainLine(usageLine('Today', usage('1.00', { estimated: 2 })))).toMatch(/^Today {2}~\$1\.00 /)
  })
  it('never shows $0 for what has no price', () => {
    expect(costCells([cell('0.00', { atLeast: true }), cell('0.00')])).toEqual(['unpriced', '$0.00'])
  })
})
