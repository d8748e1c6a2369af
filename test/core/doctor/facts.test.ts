import { expect, it } from 'vitest'
import { isUnknown } from '../../../src/core/doctor/facts.ts'

it.each([[{ unknown: 'why' }, true], [{ known: 1 }, false], [null, false], ['unknown', false], [[], false], [undefined, false]])('takes %j for unknown: %s', (fact, expected) => {
  expect(isUnknown(fact)).toBe(expected)
})
