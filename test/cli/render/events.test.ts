import { expect, it } from 'vitest'
import { eventLine } from '../../../src/cli/render/events.ts'
import { plainLine } from '../../../src/core/text/line.ts'
import { samples } from '../../support/sample-answers.ts'

const [event] = samples.events.events

it('is one line with time, level, code and the fields that hold something', () => {
  expect(plainLine(eventLine(event, 'Europe/Paris', 80))).toBe('14:02:11  warn   budget.breached         budget=api-daily spent=20.134')
})
it('quotes what would read as two fields, and stays one line in its width', () => {
  const hostile = { ...event, fields: { reason: 'a b="c"\n\u001b[2J', long: 'x'.repeat(200) } }
  const line = plainLine(eventLine(hostile, 'UTC', 80))
  expect(line).toContain(String.raw`reason="a b=\"c\"\n`)
  expect(line).toHaveLength(80)
  expect(line).not.toContain('\u001b')
})
