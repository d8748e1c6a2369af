import { describe, expect, it } from 'vitest'
import { eventText, isAmountType, isNameType, parseEvent } from '../../../src/core/external/event-signature.ts'

describe('an event', () => {
  it.each([
    ['Spent(bytes32 indexed session, uint256 amount)', 'event Spent(bytes32 indexed session, uint256 amount)'],
    [' event  Paid ( address indexed from ,uint amount ) ; ', 'event Paid(address indexed from, uint amount)'],
    ['Nothing()', 'event Nothing()'],
  ])('%j is read as Solidity reads it', (text, canonical) => {
    const found = parseEvent(text)
    expect('wrong' in found ? found.wrong : eventText(found)).toBe(canonical)
  })

  it.each([
    ['Spent', /is no event/], ['Spent(bytes32 indexed session uint256 amount)', /has the parameter "bytes32 indexed session uint256 amount"/], ['Spent(uint256)', /has the parameter "uint256"/],
    ['Spent(uint256 a, uint256 a)', /two parameters called a/], ['Spent(uint indexed a, uint indexed b, uint indexed c, uint indexed d)', /more than 3 indexed/], ['Spent(uint256[] a)', /has the parameter/], ['Spent((uint a) b)', /is no event/],
  ])('%j is none', (text, why) => {
    expect(parseEvent(text)).toMatchObject({ wrong: expect.stringMatching(why) as unknown })
  })
})

it('amounts only count up, and names can be read back', () => {
  expect(['uint256', 'uint8', 'uint', 'int256', 'address'].map(isAmountType)).toEqual([true, true, true, false, false])
  const parameter = (type: string, indexed = false) => isNameType({ type, name: 'x', indexed })
  expect([parameter('bytes32', true), parameter('address', true), parameter('string'), parameter('string', true), parameter('bytes8'), parameter('bool')]).toEqual([true, true, true, false, false, false])
})
