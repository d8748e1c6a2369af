import { afterEach, describe, expect, it } from 'vitest'
import { parseRequest, requests } from '../../../src/agents/zcode/requests.ts'
import type { Row } from '../../../src/core/sessions/log-source.ts'
import { anyValue, eventsIn, ledgerOf, unsound } from '../../support/adapter-facts.ts'
import { ForeignDatabase, WRITTEN_AT } from '../../support/foreign-database.ts'
import { Random } from '../../support/random.ts'
import { ZCODE } from '../../support/zcode-schema.ts'

const T = 1_781_981_181_862
let open: ForeignDatabase[] = []
function zcode(): ForeignDatabase {
  const made = new ForeignDatabase(ZCODE)
  open.push(made)
  made.insert('session', { id: 's1', directory: '/home/dev/web', title: 'PRIVATE' })
  return made
}
afterEach(() => { for (const made of open) made.close(); open = [] })
const request = (made: ForeignDatabase, id: string, over: Row = {}): void => made.insert('model_usage', { id, session_id: 's1', model_id: 'GLM-5.2', input_tokens: 9_125, output_tokens: 27, cache_read_input_tokens: 8_064, started_at: T, completed_at: T + 20_550, ...over })

describe('the requests of ZCode', () => {
  it('are responses: the prompt without what was cached', () => {
    const made = zcode()
    request(made, 'mu-1')
    const facts = made.facts(requests)
    expect(eventsIn(facts)).toMatchObject([{ key: 'zcode:s1:mu-1', at: T, model: 'GLM-5.2', tokens: { input: 1_061, output: 27, cacheRead: 8_064 }, origin: { cwd: '/home/dev/web', session: 's1' }, final: true, damaged: false }])
    expect(JSON.stringify(facts)).not.toContain('PRIVATE')
  })

  it('count once when they are completed in place', () => {
    const made = zcode(), marks = new Map()
    request(made, 'mu-1', { completed_at: null, output_tokens: 3 })
    request(made, 'mu-2', { started_at: T + 5, completed_at: T + 9 })
    const early = made.facts(requests, { marks })
    request(made, 'mu-1')
    expect(ledgerOf([...early, ...made.facts(requests, { marks })]).map(({ key, tokens, final }) => [key, tokens.output, final])).toEqual([['zcode:s1:mu-1', 27, true], ['zcode:s1:mu-2', 27, true]])
  })

  it('that used nothing are nothing, and damage is flagged', () => {
    expect(parseRequest({ id: 'x', session: 's', started: T }, WRITTEN_AT)).toEqual({ kind: 'ignored' })
    expect(eventsIn([parseRequest({ id: 'x', session: 's', input: 5, cache_read: 9 }, WRITTEN_AT)])).toMatchObject([{ damaged: true, approximateTime: true, at: WRITTEN_AT }])
  })

  it('lie in one place', () => {
    expect(requests.roots({ home: '/home/dev', platform: 'linux', variables: {} })).toEqual([{ path: '/home/dev/.zcode/cli/db', account: '~/.zcode', configHome: '/home/dev/.zcode' }])
    expect([requests.owns('db.sqlite'), requests.owns('db.sqlite-wal'), requests.enters?.('x')]).toEqual([true, false, false])
  })

  it('are sound whatever a row holds', () => {
    const random = new Random(13_1)
    for (let n = 0; n < 2_000; n++) expect(unsound(parseRequest(Object.fromEntries(['id', 'session', 'model', 'input', 'output', 'cache_write', 'cache_read', 'started', 'completed', 'cwd'].map(column => [column, anyValue(random)])), WRITTEN_AT))).toBe('')
  })
})
