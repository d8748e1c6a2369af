import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sessionEvents } from '../../../src/agents/copilot/events.ts'
import { parseRequest } from '../../../src/agents/copilot/store.ts'
import { MEMORY_CHARACTERS_MAX, type Opening, type Row } from '../../../src/core/sessions/log-source.ts'
import type { ParsedLine } from '../../../src/core/usage/usage-event.ts'
import { CANARY } from '../../support/agent-case.ts'
import { damagedText, eventsIn, ledgerOf, readingsIn, unsound } from '../../support/adapter-facts.ts'
import { bytesOf } from '../../support/claude-lines.ts'
import { WRITTEN_AT } from '../../support/foreign-database.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const SESSION = '0b0c7b55-5f0e-4c0f-9d0b-2b0f6a3f1c11'
const FIXTURE = readFileSync(new URL('../../fixtures/copilot/1.0/events.jsonl', import.meta.url), 'utf8').trimEnd().split('\n')
const opening = (memory: string | null): Opening => ({ place: { session: SESSION, subagent: '' }, path: `session-state/${SESSION}/events.jsonl`, root: '/c', memory, companions: {} })

/** Reads the lines with a new parser after each cut, as a reader that was stopped there would. */
function read(lines: readonly string[], cuts: readonly number[] = []): ParsedLine[] {
  let parser = sessionEvents.open(opening(null))
  return lines.map((line, at) => {
    if (cuts.includes(at)) parser = sessionEvents.open(opening(parser.memory()))
    return parser.parse(bytesOf(line), WRITTEN_AT)
  })
}

describe('the journal of a session', () => {
  it('tells at the end of each run what the session used so far', () => {
    expect(readingsIn(read(FIXTURE)).map(({ key, at, tokens, origin }) => [key, new Date(at).toISOString().slice(11, 16), tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite5m, origin.cwd, origin.branch])).toEqual([
      [`copilot:${SESSION}:claude-sonnet-4.5:0`, '10:05', 4, 345, 35_495, 35_783, '/home/dev/web', 'main'],
      [`copilot:${SESSION}:claude-sonnet-4.5:0`, '12:10', 282, 545, 55_000, 36_000, '/home/dev/web/sub', 'feature'],
      [`copilot:${SESSION}:gpt-5-mini:0`, '12:10', 1000, 20, 0, 0, '/home/dev/web/sub', 'feature'],
      // Compaction began the sums anew: another counter, on top of the first.
      [`copilot:${SESSION}:claude-sonnet-4.5:1`, '12:20', 1500, 50, 6000, 500, '/home/dev/web/sub', 'feature'],
    ])
  })

  it('reads the same from every place it was stopped at', () => {
    const whole = read(FIXTURE)
    for (let cut = 0; cut < FIXTURE.length; cut++) expect(read(FIXTURE, [cut]), String(cut)).toEqual(whole)
    expect(read(FIXTURE, FIXTURE.map((_, at) => at))).toEqual(whole)
  })

  it('says nothing where a sum is damaged, and goes on with the next', () => {
    const damaged = FIXTURE.map((line, at) => (at === 5 ? line.replace('91282', '-1') : line))
    expect(readingsIn(read(damaged)).map(({ key }) => key.split(':').slice(2).join(' '))).toEqual(['claude-sonnet-4.5 0', 'gpt-5-mini 0', 'claude-sonnet-4.5 1'])
  })

  it('of newer versions records each request, and then its sums say nothing more', () => {
    const lines = readFileSync(new URL('../../fixtures/copilot/1.0.102/events.jsonl', import.meta.url), 'utf8').trimEnd().split('\n')
    const whole = read(lines)
    expect(eventsIn(whole).map(({ tokens, origin }) => [tokens.input, tokens.output, tokens.cacheRead, origin.cwd, origin.branch, origin.subagent === ''])).toEqual([true, false, true, true].map(main => [1_200, 40, 900, '/home/dev/proj', 'master', main]))
    const { rows } = JSON.parse(readFileSync(new URL('../../fixtures/copilot/1.0.102/store.json', import.meta.url), 'utf8')) as { rows: Row[] }
    const stored = eventsIn(rows.map(row => parseRequest({ ...row, cwd: '/home/dev/proj', branch: 'master' }, WRITTEN_AT)))
    expect(eventsIn(whole).map(({ key, origin }) => [key, origin.subagent]), 'the store tells the same').toEqual(stored.map(({ key, origin }) => [key, origin.subagent]))
    expect(readingsIn(whole)).toEqual([])
    for (let cut = 0; cut < lines.length; cut++) expect(read(lines, [cut]), String(cut)).toEqual(whole)
    expect(eventsIn(read(lines.filter(line => sessionEvents.markers.some(marker => line.includes(marker)))))).toEqual(eventsIn(whole))
  })

  it('falls silent when a store appears while it is followed', () => {
    const parser = sessionEvents.open({ ...opening(null), companions: { 'session-store.db': 'SQLite format 3' } })
    expect(FIXTURE.map(line => parser.parse(bytesOf(line), WRITTEN_AT).kind)).toEqual(FIXTURE.map(() => 'ignored'))
    expect(sessionEvents.heads?.('session-state/s/events.jsonl')).toEqual(['session-store.db'])
  })

  it('of a fork repeats requests of its original, which stay that one\'s', () => {
    const record = (session: string): string => JSON.stringify({ type: 'session.usage_record', timestamp: '2026-11-21T09:59:38.882Z', data: { usage: { model: 'm', inputTokens: 5, outputTokens: 5, accounting: { sourceSessionId: session } } } })
    const start = (session: string): string => JSON.stringify({ type: 'session.start', data: { sessionId: session } })
    expect(ledgerOf([...read([start('a-fork'), record('original')]), ...read([start('original'), record('original')])]).map(({ origin }) => origin.session)).toEqual(['original'])
  })

  it('is found by markers that its lines of interest hold, and only those', () => {
    const marked = FIXTURE.filter(line => sessionEvents.markers.some(marker => line.includes(marker)))
    expect(marked.map(line => (JSON.parse(line) as { type: string }).type)).toEqual(['session.start', 'session.shutdown', 'session.resume', 'session.shutdown', 'session.shutdown'])
    expect(readingsIn(read(marked))).toEqual(readingsIn(read(FIXTURE)))
  })

  it('keeps its memory small whatever the models are called', () => {
    const models = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`${'m'.repeat(5_000)}${n}`, { usage: { inputTokens: 5, outputTokens: 1 } }]))
    const parser = sessionEvents.open(opening(null))
    parser.parse(bytesOf(JSON.stringify({ type: 'session.start', data: { context: { cwd: `/${'d'.repeat(9_000)}`, branch: 'b'.repeat(9_000) } } })), WRITTEN_AT)
    parser.parse(bytesOf(JSON.stringify({ type: 'session.shutdown', data: { modelMetrics: models } }).slice(0, 200_000)), WRITTEN_AT)
    for (let n = 0; n < 60; n++) parser.parse(bytesOf(JSON.stringify({ type: 'session.shutdown', data: { modelMetrics: { [`${n}${'m'.repeat(5_000)}`]: { usage: { inputTokens: 5, outputTokens: 1 } } } } })), WRITTEN_AT)
    expect(parser.memory().length).toBeLessThan(MEMORY_CHARACTERS_MAX)
  })

  it('tells torn lines and takes no part of a conversation', () => {
    expect(read(['{"type":"session.shutdown","da', '[]', '', '  ']).map(fact => fact.kind)).toEqual(['malformed', 'malformed', 'ignored', 'ignored'])
    expect(JSON.stringify(read(FIXTURE))).not.toContain(CANARY)
  })

  const FUZZED = { name: 'fuzzed journals of Copilot', quick: 2_000, full: 1_000_000 }
  it('is answered with sound facts whatever it holds', () => {
    const random = new Random(9_13)
    let parser = sessionEvents.open(opening(null))
    for (let n = rounds(FUZZED); n > 0; n--) {
      expect(unsound(parser.parse(bytesOf(damagedText(random.pick(FIXTURE), random)), WRITTEN_AT))).toBe('')
      if (n % 50 === 0) parser = sessionEvents.open(opening(random.chance(0.5) ? parser.memory() : damagedText(parser.memory(), random)))
    }
    expect(parser.memory().length).toBeLessThan(MEMORY_CHARACTERS_MAX)
  }, roundsTimeoutMs(20_000, FUZZED))
})
