import { expect, it } from 'vitest'
import { isTold } from '../../../src/core/machine/notifier.ts'

it.each([
  ['info', 'info', true], ['warn', 'info', true], ['error', 'info', true],
  ['info', 'warn', false], ['warn', 'warn', true], ['error', 'warn', true],
  ['info', 'error', false], ['warn', 'error', false], ['error', 'error', true],
] as const)('tells a notice of level %s to a channel from %s on: %s', (level, minLevel, told) => {
  expect(isTold(level, minLevel)).toBe(told)
})
