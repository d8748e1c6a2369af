import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { OPENCODE } from '../../../src/agents/opencode/paths.ts'
import { parseRow, sourcesOf } from '../../../src/agents/opencode/sources.ts'
import type { Opening } from '../../../src/core/sessions/log-source.ts'
import type { ParsedLine } from '../../../src/core/usage/usage-event.ts'
import { anyValue, damagedText, eventsIn, ledgerOf, unsound } from '../../support/adapter-facts.ts'
import { WRITTEN_AT } from '../../support/foreign-database.ts'
import { aStep, NOTHING, OpenCodeWorld, STEPS, T0, TOKENS, V1, V2 } from '../../support/opencode-world.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const [database, files] = sourcesOf(OPENCODE)

let open: OpenCodeWorld[] = []
const world = (schema?: string): OpenCodeWorld => {
  const made = new OpenCodeWorld(schema)
  open.push(made)
  return made
}
afterEach(() => { for (const made of open) made.close(); open = [] })

const opening = (path: string): Opening => ({ place: files.place(path), path, root: '/data', memory: null, companions: {} })
const document = (record: unknown, path = 'storage/message/ses_a/msg_1.json'): readonly ParsedLine[] => files.parse(JSON.stringify(record), opening(path), WRITTEN_AT)?.facts ?? []

describe('rows of messages', () => {
  it('become responses with the step\'s own folder, counts and cost', () => {
    const facts = world().session('ses_a').message('msg_1', 'ses_a', aStep()).facts(database)
    expect(eventsIn(facts)).toEqual([{
      key: expect.stringMatching(new RegExp(`^opencode:${T0}-[0-9a-f]{16}$`)), at: T0, model: 'claude-sonnet-4-5',
      tokens: { input: 1200, output: 40, cacheRead: 900, cacheWrite5m: 0, cacheWrite1h: 0 }, billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }, givenCost: 1_370_000n,
      origin: { cwd: '/home/dev/web', branch: '', session: 'ses_a', subagent: '' }, final: true, sidechain: false, approximateTime: false, damaged: false,
    }])
  })

  it('of the real client come to what its session row says', () => {
    const captured = JSON.parse(readFileSync(new URL('../../fixtures/opencode/1.18/rows.json', import.meta.url), 'utf8')) as { sessions: Record<string, string | number | null>[]; messages: { id: string; session_id: string; time_created: number; time_updated: number; data: Record<string, unknown> }[] }
    const made = world()
    for (const row of captured.sessions) made.session(String(row['id']), { at: Number(row['time_created']), directory: String(row['directory']) })
    for (const row of captured.messages) made.message(row.id, row.session_id, row.data, { at: row.time_created, updated: row.time_updated })
    const ledger = ledgerOf(made.facts(database, { limit: 100 }))
    for (const row of captured.sessions) {
      const own = ledger.filter(event => event.origin.session === row['id'])
      const sum = (pick: (event: (typeof own)[number]) => number): number => own.reduce((total, event) => total + pick(event), 0)
      expect([sum(e => e.tokens.input), sum(e => e.tokens.output), sum(e => e.tokens.cacheRead), own.reduce((total, e) => total + (e.givenCost ?? 0n), 0n)], String(row['id']))
        .toEqual([row['tokens_input'], Number(row['tokens_output']) + Number(row['tokens_reasoning']), row['tokens_cache_read'], BigInt(Math.round(Number(row['cost']) * 1e9))])
    }
    expect(ledger.length).toBeGreaterThan(2)
  })

  it('say the same whether they are walked through or read in the order of their changes', () => {
    const made = world().session('ses_a').session('ses_b', { parent: 'ses_a' })
    for (let n = 0; n < 40; n++) made.message(`msg_${n}`, n % 3 === 0 ? 'ses_b' : 'ses_a', aStep({ time: { created: T0 + n, completed: T0 + n + 5 } }), { at: T0 + n, updated: T0 + (n * 17) % 40 })
    const sorted = { ...database, passes: database.passes.map(({ walk, ...pass }) => {
      expect(walk).toBeDefined()
      return pass
    }) }
    const inOrder = (facts: readonly ParsedLine[]) => ledgerOf(facts).toSorted((a, b) => (a.key < b.key ? -1 : 1))
    const walked = inOrder(made.facts(database, { limit: 7 }))
    expect(walked).toHaveLength(40)
    expect(walked).toEqual(inOrder(made.facts(sorted, { limit: 7 })))
  })

  it('that were changed in place are read again, and count once', () => {
    const made = world().session('ses_a').message('msg_1', 'ses_a', aStep({ tokens: NOTHING, cost: 0, time: { created: T0 }, finish: undefined }))
    const marks = new Map()
    expect(eventsIn(made.facts(database, { marks }))).toEqual([])
    made.message('msg_1', 'ses_a', aStep({ time: { created: T0 } }), { updated: T0 + 1_900 })
    const early = made.facts(database, { marks })
    made.message('msg_1', 'ses_a', aStep(), { updated: T0 + 2_000 })
    const late = made.facts(database, { marks })
    expect(eventsIn(early).map(event => event.final)).toEqual([true])
    expect(ledgerOf([...early, ...late])).toHaveLength(1)
    expect(eventsIn(made.facts(database, { marks })).length, 'the last row is asked for again').toBe(1)
  })

  it('of a step that is running, was killed or was asked by the user are no responses', () => {
    const made = world().session('ses_a')
      .message('msg_1', 'ses_a', aStep({ tokens: NOTHING, cost: 0, time: { created: T0 }, finish: undefined }))
      .message('msg_2', 'ses_a', { role: 'user', time: { created: T0 }, summary: { diffs: [] } })
      .message('msg_3', 'ses_a', aStep({ tokens: null }))
    expect(made.facts(database, { limit: 9 }).map(fact => fact.kind)).toEqual(['ignored', 'ignored', 'ignored'])
  })

  it('that many share one instant of change are all read, a page at a time', () => {
    const made = world().session('ses_a')
    for (let n = 0; n < 50; n++) made.message(`msg_${n}`, 'ses_a', aStep({ time: { created: T0 + n } }), { at: T0 + n, updated: T0 })
    expect(ledgerOf(made.facts(database, { limit: 2 }))).toHaveLength(50)
  })

  it('that are no JSON are told, and hide no other', () => {
    const made = world().session('ses_a').message('msg_1', 'ses_a', '{"role":"assistant","tok').message('msg_2', 'ses_a', aStep())
    expect(made.facts(database).map(fact => fact.kind)).toEqual(['malformed', 'usage'])
  })

  it('belong to the session that started their subagent, however deep', () => {
    const made = world().session('ses_a').session('ses_b', { parent: 'ses_a' }).session('ses_c', { parent: 'ses_b' }).message('msg_1', 'ses_b', aStep()).message('msg_2', 'ses_c', aStep({ time: { created: T0 + 1 } }), { at: T0 + 1 })
    expect(eventsIn(made.facts(database)).map(({ origin }) => [origin.session, origin.subagent])).toEqual([['ses_a', 'ses_b'], ['ses_a', 'ses_c']])
  })

  it('name no title, prompt or answer', () => {
    const made = world().session('ses_a').message('msg_1', 'ses_a', { ...aStep(), system: 'PRIVATE system', summary: 'PRIVATE', error: { message: 'PRIVATE' } })
    expect(JSON.stringify(made.facts(database), (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toContain('PRIVATE')
  })
})

describe('a fork', () => {
  it('of the genuine client adds what it said itself, and leaves the rest where it came from', () => {
    const { sessions, messages } = JSON.parse(readFileSync(new URL('../../fixtures/opencode/1.18/fork.json', import.meta.url), 'utf8')) as { sessions: { id: string; parent_id: string | null; directory: string; time_created: number }[]; messages: { id: string; session_id: string; time_created: number; time_updated: number; data: Record<string, unknown> }[] }
    const made = world()
    for (const row of sessions) made.session(row.id, { parent: row.parent_id, at: row.time_created, directory: row.directory })
    for (const row of messages) made.message(row.id, row.session_id, row.data, { at: row.time_created, updated: row.time_updated })
    const [first, fork, third, subagent] = sessions.map(({ id }) => id)
    expect(ledgerOf(made.facts(database)).map(({ origin }) => [origin.session, origin.subagent])).toEqual([[first, ''], [first, ''], [fork, ''], [third, ''], [third, subagent], [third, '']])
  })

  it('copies steps under new ids, and they count once, for the session they came from', () => {
    const made = world().session('ses_z', { at: T0 - 1_000 }).session('ses_a', { at: T0 + 60_000 })
      .message('msg_1', 'ses_z', aStep()).message('msg_9', 'ses_a', aStep({ parentID: 'msg_8' }), { at: T0, updated: T0 + 60_000 })
      .message('msg_10', 'ses_a', aStep({ time: { created: T0 + 61_000, completed: T0 + 62_000 } }), { at: T0 + 61_000 })
    const ledger = ledgerOf(made.facts(database))
    expect(ledger.map(({ at, origin }) => [at, origin.session])).toEqual([[T0, 'ses_z'], [T0 + 61_000, 'ses_a']])
  })

  it('is told from two equal answers at different times, and from different answers at one time', () => {
    const made = world().session('ses_a').session('ses_b')
      .message('msg_1', 'ses_a', aStep()).message('msg_2', 'ses_a', aStep({ time: { created: T0 + 1 } }))
      .message('msg_3', 'ses_b', aStep({ tokens: { ...TOKENS, output: 33, total: 2141 } })).message('msg_4', 'ses_b', aStep({ modelID: 'claude-opus-4-5' }))
    expect(ledgerOf(made.facts(database))).toHaveLength(4)
  })
})

describe('the second generation of tables', () => {
  const step = (over: Record<string, unknown> = {}): Record<string, unknown> => ({ agent: 'build', model: { id: 'claude-sonnet-4-5', providerID: 'anthropic' }, time: { created: T0, completed: T0 + 2_000 }, content: [{ type: 'text', text: 'PRIVATE answer' }], finish: 'stop', cost: 0.00137, tokens: TOKENS, ...over })

  it.each([['session', V1 + STEPS, 'steps'], ['session_v2', V2, 'steps-v2']])('is read beside %s', (table, schema, pass) => {
    const made = world(schema).session('ses_a', { table }).step('msg_1', 'ses_a', step())
    expect(made.able(database)).toContain(pass)
    expect(eventsIn(made.facts(database))).toMatchObject([{ model: 'claude-sonnet-4-5', givenCost: 1_370_000n, origin: { cwd: '/home/dev/web', session: 'ses_a' }, tokens: { input: 1200, output: 40 } }])
  })

  it('counts a fork\'s copies once', () => {
    const made = world(V2).session('ses_z', { table: 'session_v2' }).session('ses_a', { table: 'session_v2', at: T0 + 5_000 })
      .step('msg_1', 'ses_z', step(), { seq: 4 }).step('evt_9_4', 'ses_a', step(), { seq: 4, updated: T0 + 5_000 })
    expect(ledgerOf(made.facts(database)).map(({ origin }) => origin.session)).toEqual(['ses_z'])
  })

  it('counts a failed attempt and its repetition, which were both billed', () => {
    const made = world(V2).session('ses_a', { table: 'session_v2' }).step('msg_1', 'ses_a', step({ finish: 'error' }))
    const first = made.facts(database)
    made.step('msg_1', 'ses_a', step({ tokens: { ...TOKENS, output: 64, total: 2172 } }), { updated: T0 + 9_000 })
    expect(ledgerOf([...first, ...made.facts(database)])).toHaveLength(2)
  })

  it('repeats what a message row said under the same key', () => {
    const made = world(V1 + STEPS).session('ses_a').message('msg_1', 'ses_a', aStep()).step('msg_1', 'ses_a', step())
    expect(ledgerOf(made.facts(database))).toHaveLength(1)
  })

  it('is told to be missing where it is', () => {
    expect(world('create table message (id text)').able(database)).toEqual([])
    expect(world().able(database)).toEqual(['messages'])
  })
})

describe('message files', () => {
  it('give the same responses as the rows they were moved into', () => {
    const record = { id: 'msg_1', sessionID: 'ses_a', ...aStep() }
    const row = world().session('ses_a').message('msg_1', 'ses_a', aStep()).facts(database)
    expect(ledgerOf(document(record))).toEqual(ledgerOf(row))
    expect(ledgerOf([...document(record), ...row])).toHaveLength(1)
  })

  it('of the first versions keep everything in metadata', () => {
    const facts = document({ id: 'msg_1', role: 'assistant', parts: [], metadata: { sessionID: 'ses_old', time: { created: T0, completed: T0 + 5 }, assistant: { modelID: 'claude-sonnet-4', providerID: 'anthropic', cost: 0.01, path: { cwd: '/w', root: '/w' }, tokens: { input: 5, output: 6, reasoning: 0, cache: { read: 7, write: 8 } } } } }, 'storage/session/message/ses_old/msg_1.json')
    expect(eventsIn(facts)).toMatchObject([{ at: T0, model: 'claude-sonnet-4', final: true, givenCost: 10_000_000n, origin: { cwd: '/w', session: 'ses_old' }, tokens: { input: 5, output: 6, cacheRead: 7, cacheWrite5m: 8 } }])
  })

  it('that are torn are read again later', () => {
    expect(files.parse('{"id":"msg_1","tok', opening('storage/message/s/m.json'), WRITTEN_AT)).toBeNull()
    expect(files.parse('', opening('storage/message/s/m.json'), WRITTEN_AT)).toBeNull()
  })
})

describe('any order, split and repetition of rows and files', () => {
  it('come to the same ledger', () => {
    const made = world(V1 + STEPS).session('ses_a').session('ses_b', { parent: 'ses_a' }).session('ses_f', { at: T0 + 90_000 })
    for (let n = 0; n < 6; n++) made.message(`msg_${n}`, n % 2 ? 'ses_b' : 'ses_a', aStep({ time: { created: T0 + n, completed: T0 + n + 5 } }), { at: T0 + n }).message(`msg_f${n}`, 'ses_f', aStep({ time: { created: T0 + n, completed: T0 + n + 5 } }), { at: T0 + n })
    const facts = [...made.facts(database), ...document({ id: 'msg_0', sessionID: 'ses_a', ...aStep() })]
    const expected = ledgerOf(facts)
    expect(expected).toHaveLength(6)
    fc.assert(fc.property(fc.array(fc.nat(facts.length - 1), { maxLength: 30 }), order => {
      const again = order.map(at => facts[at] as ParsedLine)
      expect(ledgerOf([...again, ...facts.toReversed()])).toEqual(expected)
    }))
  })
})

const FUZZED = { name: 'fuzzed OpenCode records', quick: 2_000, full: 1_000_000 }

describe('whatever a row or file holds', () => {
  it('is answered with sound facts', () => {
    const random = new Random(10_26)
    const text = JSON.stringify({ id: 'msg_1', sessionID: 'ses_a', ...aStep() })
    const row = JSON.stringify([TOKENS, 0.00137, { created: T0, completed: T0 + 1 }, 'claude-sonnet-4-5', null, '/home/dev/web', 'stop'])
    const early = JSON.stringify({ metadata: { time: { created: T0 }, assistant: aStep() } })
    for (let n = rounds(FUZZED); n > 0; n--) {
      const damaged = damagedText(random.pick([text, early]), random)
      const facts = [...files.parse(damaged, opening('storage/message/ses_a/msg_1.json'), WRITTEN_AT)?.facts ?? [],
        parseRow('opencode', { mark: anyValue(random), id: anyValue(random), created: anyValue(random), session: anyValue(random), root: anyValue(random), directory: anyValue(random), session_created: anyValue(random), data: random.chance(0.8) ? damagedText(row, random) : anyValue(random) }, WRITTEN_AT)]
      for (const fact of facts) expect(unsound(fact)).toBe('')
    }
  }, roundsTimeoutMs(20_000, FUZZED))
})
