import { describe, expect, it } from 'vitest'
import { protocolOf, sessionTokens, taskTokens } from '../../../src/agents/cline/counts.ts'
import { instant } from '../../../src/core/time.ts'

const CLINE = { since: null }, ROO = { since: Date.UTC(2025, 10, 1) }
const before = instant(Date.UTC(2025, 9, 31)), after = instant(Date.UTC(2025, 10, 1))
const request = { tokensIn: 6_000, tokensOut: 5, cacheReads: 5_000, cacheWrites: 300 }
const input = (...[client, from]: [Parameters<typeof taskTokens>[1], Partial<Parameters<typeof taskTokens>[2]>]): number =>
  taskTokens(request, client, { provider: '', protocol: '', at: after, ...from }).tokens.input

describe('the prompt of a request', () => {
  it('is the remainder in Cline\'s tasks, and the whole of it by providers that hand over the vendor\'s count', () => {
    expect([input(CLINE, { provider: 'anthropic' }), input(CLINE, { provider: 'openrouter' }), input(CLINE, {})]).toEqual([6_000, 6_000, 6_000])
    expect([input(CLINE, { provider: 'xai' }), input(CLINE, { provider: 'zai' })]).toEqual([700, 700])
  })

  it('is the whole of it in Roo Code since a release, and before it except by Anthropic\'s protocol', () => {
    expect([input(ROO, { at: after, protocol: 'anthropic' }), input(ROO, { at: before, protocol: 'openai' }), input(ROO, { at: before, protocol: 'anthropic' })]).toEqual([700, 700, 6_000])
  })

  it('is the remainder wherever it is smaller than its cache', () => {
    expect(taskTokens({ ...request, tokensIn: 12 }, ROO, { provider: '', protocol: 'openai', at: after }).tokens.input).toBe(12)
  })

  it('always contains the cache in a session', () => {
    expect(sessionTokens({ inputTokens: 100, outputTokens: 9, cacheReadTokens: 60, cacheWriteTokens: 10 })).toEqual({ tokens: { input: 30, output: 9, cacheRead: 60, cacheWrite5m: 10, cacheWrite1h: 0 }, damaged: false })
    expect(sessionTokens({ inputTokens: -1, outputTokens: 9 })).toMatchObject({ damaged: true })
  })
})

it('finds the protocol in the message or in its text', () => {
  expect([protocolOf({ apiProtocol: 'anthropic' }, {}), protocolOf({}, { apiProtocol: 'openai' }), protocolOf({}, {})]).toEqual(['anthropic', 'openai', ''])
})
