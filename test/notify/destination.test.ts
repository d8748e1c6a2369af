import { expect, it } from 'vitest'
import { destinationId } from '../../src/notify/destination.ts'

it('gives the same destination the same id and another one another, without telling either', () => {
  expect(destinationId('ntfy', 'https://ntfy.example/topic')).toBe(destinationId('ntfy', 'https://ntfy.example/topic'))
  expect(destinationId('ntfy', 'https://ntfy.example/topic')).not.toBe(destinationId('ntfy', 'https://ntfy.example/other'))
  expect(destinationId('ntfy', 'https://ntfy.example/topic')).toMatch(/^ntfy:[0-9a-f]{8}$/)
})
