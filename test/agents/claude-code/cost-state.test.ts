import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseLine } from '../../../src/agents/claude-code/parse.ts'
import { instant } from '../../../src/core/time.ts'
import type { ParsedLine } from '../../../src/core/usage/usage-event.ts'
import { bytesOf } from '../../support/claude-lines.ts'

const place = { session: 'stem', subagent: '' }
const writtenAt = instant(Date.UTC(2027, 0, 1))
const parse = (value: unknown): ParsedLine => parseLine(bytesOf(value), place, writtenAt)
const aCostState = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'cost-state', sessionId: 's-1', totalCostUSD: 0.01164133, totalDuration: 1_975, startTime: 1_795_228_696_134, hasUnknownModelCost: false,
  modelUsage: {
    'claude-opus-5-5': { inputTokens: 48, outputTokens: 189, thinkingTokens: 0, cacheReadInputTokens: 8000, cacheCreationInputTokens: 1200, cacheCreationEphemeral5mInputTokens: 1000, cacheCreationEphemeral1hInputTokens: 200, webSearchRequests: 0, costUSD: 0.011572 },
    'claude-haiku-5-5': { inputTokens: 13, outputTokens: 20, cacheReadInputTokens: 2003, cacheCreationInputTokens: 304, costUSD: 0.00006932999999999999 },
  }, ...over,
})

describe('a cost-state record', () => {
  it('is a reading of the client\'s meter, exact to the nano-USD, per model too', () => {
    expect(parse(aCostState())).toEqual({ kind: 'meter', reading: {
      session: 's-1', at: 1_795_228_698_109, cost: 11_641_330n, priced: true, models: [
        { model: 'claude-opus-5-5', tokens: { input: 48, output: 189, cacheRead: 8000, cacheWrite5m: 1000, cacheWrite1h: 200 }, cost: 11_572_000n },
        { model: 'claude-haiku-5-5', tokens: { input: 13, output: 20, cacheRead: 2003, cacheWrite5m: 304, cacheWrite1h: 0 }, cost: 69_330n },
      ],
    } })
  })

  it('says when the client could not price a model', () => {
    expect(parse(aCostState({ hasUnknownModelCost: true }))).toMatchObject({ reading: { priced: false } })
  })

  it('was written at its start plus its duration, but never after its file', () => {
    expect(parse(aCostState({ startTime: 4_000_000_000_000 }))).toMatchObject({ reading: { at: writtenAt } })
    expect(parse(aCostState({ startTime: undefined }))).toMatchObject({ reading: { at: writtenAt } })
    expect(parse(aCostState({ startTime: 'x', totalDuration: {} }))).toMatchObject({ reading: { at: writtenAt } })
  })

  it('belongs to the file\'s session when it names none', () => {
    expect(parse(aCostState({ sessionId: null }))).toMatchObject({ reading: { session: 'stem' } })
  })

  it('is malformed when what it cost cannot be read, and readable when a model cannot', () => {
    for (const totalCostUSD of [undefined, null, '1', -1, 1e300]) expect(parse(aCostState({ totalCostUSD })).kind).toBe('malformed')
    expect(parse(aCostState({ modelUsage: { m: { costUSD: null, inputTokens: -1 }, n: 7 } }))).toMatchObject({ reading: { models: [{ model: 'm', cost: 0n, tokens: { input: 0 } }] } })
    expect(parse(aCostState({ modelUsage: null }))).toMatchObject({ reading: { models: [] } })
  })

  it('names at most a hundred models', () => {
    const modelUsage = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`m${n}`, { costUSD: 0 }]))
    const parsed = parse(aCostState({ modelUsage }))
    expect(parsed.kind === 'meter' && parsed.reading.models).toHaveLength(100)
  })

  it('reads what the real client wrote, float dust included', () => {
    const lines = readFileSync(new URL('../../fixtures/claude-code/sessions/compacted.jsonl', import.meta.url), 'utf8').split('\n')
    const readings = lines.map(line => parse(line)).filter(parsed => parsed.kind === 'meter')
    expect(readings).toMatchObject([{ reading: { cost: 8_492_000n, session: '3f3c8446-2b81-4c3f-b8fb-6ded90c1fae2', models: [{ tokens: { input: 48, output: 35, cacheWrite5m: 1200 } }] } }])
  })
})
