import { describe, expect, it } from 'vitest'
import { sessionLogs } from '../../../src/agents/claude-code/adapter.ts'
import { parseLine } from '../../../src/agents/claude-code/parse.ts'
import { bundledRateCard } from '../../../src/core/pricing/bundled-card.ts'
import { price } from '../../../src/core/pricing/price.ts'
import { instant } from '../../../src/core/time.ts'
import { assistantRecord, transcriptOf, userRecord } from '../../../src/daemon/demo/records.ts'
import { MODEL } from '../../../src/daemon/demo/puppet.ts'

const facts = { cwd: '/tmp/purser-demo-1/src/night-shift', sessionId: '3f3c8446-2b81-4c3f-b8fb-6ded90c1fae2', model: MODEL, branch: 'main' }
const AT = new Date(Date.UTC(2026, 10, 21, 12))
const parsed = (record: unknown) => parseLine(new TextEncoder().encode(JSON.stringify(record)), { session: '', subagent: '' }, instant(0))

describe('the records of the demo agent', () => {
  it('are read by the adapter of the client, to the token', () => {
    const line = parsed(assistantRecord(facts, { usage: { output: 8_200, cacheRead: 40_000, cacheWrite: 26_000 }, tool: 'npm test', at: AT, requestId: 'req_1' }))
    if (line.kind !== 'usage') throw new Error(`read as ${line.kind}`)
    expect(line.events).toHaveLength(1)
    expect(line.events[0]).toMatchObject({
      key: expect.stringMatching(/^claude-code:msg_[0-9a-f]{24}$/), at: AT.getTime(), model: MODEL, final: true, sidechain: false, damaged: false,
      tokens: { input: 12, output: 8_200, cacheRead: 40_000, cacheWrite5m: 26_000, cacheWrite1h: 0 },
      origin: { cwd: facts.cwd, branch: 'main', session: facts.sessionId },
    })
  })

  it('are of a model that the card prices, today and in ten years', () => {
    const tokens = { input: 12, output: 8_200, cacheRead: 40_000, cacheWrite5m: 26_000, cacheWrite1h: 0 }
    for (const at of [AT.getTime(), Date.UTC(2036, 0, 1)]) {
      expect(price(bundledRateCard(), { model: MODEL, at: instant(at), tokens, billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 } }).price).toBe('known')
    }
  })

  it('never repeat a response id, which would make two responses one', () => {
    const ids = Array.from({ length: 50 }, () => assistantRecord(facts, { usage: { output: 1, cacheRead: 0, cacheWrite: 0 }, tool: null, at: AT, requestId: 'req_1' }).message as { id: string }).map(({ id }) => id)
    expect(new Set(ids).size).toBe(50)
  })

  it('lie where the client puts its logs', () => {
    const file = transcriptOf('/home/a/.claude', facts.cwd, facts.sessionId)
    expect(file).toBe(`/home/a/.claude/projects/-tmp-purser-demo-1-src-night-shift/${facts.sessionId}.jsonl`)
    expect(sessionLogs.owns(file.slice('/home/a/.claude/projects/'.length))).toBe(true)
  })

  it('hold prompts that cost nothing', () => {
    expect(parsed(userRecord(facts, 'Go on.', AT)).kind).toBe('ignored')
  })
})
