import { describe, expect, test } from 'vitest'
import { parseUsd } from '../../../src/core/money.ts'
import { disagreements } from '../../../src/core/pricing/client-check.ts'

describe('disagreements', () => {
  const compare = (ours: string, client: string): readonly number[] => disagreements([{ model: 'm', ours: parseUsd(ours), client: parseUsd(client) }]).map(found => found.perMille)

  test('names a model beyond one percent and stays silent at one percent', () => {
    expect(compare('1.01', '1')).toEqual([])
    expect(compare('1.010000001', '1')).toEqual([10])
    expect(compare('0.99', '1')).toEqual([])
    expect(compare('0.5', '1')).toEqual([-500])
  })

  test('ignores the rounding of a micro-USD and reports a client that shows nothing', () => {
    expect(compare('0.000002', '0.000001')).toEqual([])
    expect(compare('0.000002001', '0.000001')).toEqual([1001])
    expect(compare('1', '0')).toEqual([1000])
  })

  test('puts the largest disagreement first', () => {
    const found = disagreements([{ model: 'a', ours: parseUsd('2'), client: parseUsd('1') }, { model: 'b', ours: parseUsd('5'), client: parseUsd('1') }, { model: 'c', ours: parseUsd('1'), client: parseUsd('1') }])
    expect(found.map(({ model }) => model)).toEqual(['b', 'a'])
  })
})
