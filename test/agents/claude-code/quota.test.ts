import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseLine } from '../../../src/agents/claude-code/parse.ts'
import { instant } from '../../../src/core/time.ts'
import type { ParsedLine } from '../../../src/core/usage/usage-event.ts'
import { aMessage, aRecord, bytesOf } from '../../support/claude-lines.ts'

const parse = (value: unknown): ParsedLine => parseLine(bytesOf(value), { session: 'stem', subagent: '' }, instant(Date.UTC(2026, 5, 1)))
const anError = (over: Record<string, unknown>): unknown => aRecord({ message: aMessage({ model: '<synthetic>' }), isApiErrorMessage: true, error: 'rate_limit', ...over })
const fromClient = (name: string): ParsedLine[] =>
  readFileSync(new URL(`../../fixtures/claude-code/errors/${name}.jsonl`, import.meta.url), 'utf8').split('\n').map(line => parse(line)).filter(parsed => parsed.kind !== 'ignored' && parsed.kind !== 'meter')

describe('an exhausted quota', () => {
  it('is told by the client with its window and the second of its reset', () => {
    expect(fromClient('429sub')).toMatchObject([{ kind: 'quota', signals: [{ window: 'five_hour', exhausted: true, resetsAt: 1_795_232_355_000, session: 'a4571e49-2712-4546-97c9-f935680faf0c' }] }])
    expect(fromClient('more-429-seven_day')).toMatchObject([{ signals: [{ window: 'seven_day', resetsAt: 1_795_529_340_000 }] }])
    expect(fromClient('more-429-seven_day_opus')).toMatchObject([{ signals: [{ window: 'seven_day_opus' }] }])
  })

  it('is not a throttle, an overload, a bill or any other error', () => {
    for (const name of ['429api', 'more-429-rate_limit_error', '529', '400']) expect(fromClient(name), name).toEqual([])
  })

  it('is told by either of its two signs', () => {
    expect(parse(anError({ apiError: 'usage_limit_reached' }))).toMatchObject({ kind: 'quota', signals: [{ window: '', resetsAt: null }] })
    expect(parse(anError({ quotaLimits: { status: 'rejected', rateLimitType: 'seven_day', resetsAt: 1_795_232_355 } }))).toMatchObject({ kind: 'quota' })
    expect(parse(anError({ quotaLimits: { status: 'allowed_warning' }, apiError: 'connection_failed' }))).toEqual({ kind: 'ignored' })
  })

  it('is read from the text of older clients, which ends in the reset\'s epoch', () => {
    const content = [{ type: 'text', text: 'Claude AI usage limit reached|1768900000' }]
    expect(parse(anError({ message: aMessage({ model: '<synthetic>', content }) }))).toMatchObject({ kind: 'quota', signals: [{ resetsAt: 1_768_900_000_000 }] })
  })

  it.each([
    ['5-hour limit reached ∙ resets 3am', 'five_hour', null],
    ['Weekly limit reached ∙ resets Jan 3 at 10am (Europe/Paris)', 'seven_day', '2026-01-03T09:00:00Z'],
    ["You've hit your limit · resets 2am (UTC)", '', '2026-01-01T02:00:00Z'],
  ])('is read from what clients wrote for people: %s', (text, window, resetsAt) => {
    const record = anError({ timestamp: '2025-12-31T22:00:00Z', message: aMessage({ model: '<synthetic>', content: [{ type: 'text', text }] }) })
    expect(parse(record)).toMatchObject({ kind: 'quota', signals: [{ window, exhausted: true, resetsAt: resetsAt === null ? null : Date.parse(resetsAt) }] })
  })

  it.each(['Server is temporarily limiting requests (not your usage limit)', 'Credit balance is too low', 'Prompt is too long', "You've reached your Nova limit · /model to switch"])('is not what is written about something else: %s', text => {
    expect(parse(anError({ message: aMessage({ model: '<synthetic>', content: [{ type: 'text', text }] }) }))).toEqual({ kind: 'ignored' })
  })

  it('is never read from an answer in which a model writes the same words', () => {
    const content = [{ type: 'text', text: 'Claude AI usage limit reached|1768900000' }]
    expect(parse(aRecord({ message: aMessage({ content }) })).kind).toBe('usage')
    expect(parse(aRecord({ message: aMessage({ content }), quotaLimits: { status: 'rejected' } })).kind).toBe('usage')
  })

  it('has no reset when its time is none', () => {
    for (const resetsAt of [null, 'soon', -1, 0, 1e30, {}]) expect(parse(anError({ quotaLimits: { status: 'rejected', resetsAt } }))).toMatchObject({ signals: [{ resetsAt: null }] })
    expect(parse(anError({ quotaLimits: { status: 'rejected', resetsAt: '2026-11-24T14:09:00Z' } }))).toMatchObject({ signals: [{ resetsAt: Date.UTC(2026, 10, 24, 14, 9) }] })
    expect(parse(anError({ quotaLimits: { status: 'rejected', resetsAt: 1_795_232_355_123 } }))).toMatchObject({ signals: [{ resetsAt: 1_795_232_355_123 }] })
  })
})
