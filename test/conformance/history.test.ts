import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HistoryQuery, Place } from '../../src/core/ledger/history-store.ts'
import type { EntryDraft } from '../../src/core/ledger/posting.ts'
import type { CopyRow } from '../../src/core/ledger/ledger-line.ts'
import { instant } from '../../src/core/time.ts'
import { claim } from '../support/claims.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { cardAt, historyOf } from '../support/histories.ts'

const NOON = Date.UTC(2026, 10, 20, 12), DAY = 86_400_000
const at = (days: number) => instant(NOON + days * DAY)
const CARD = cardAt(1_000n, 'test')

describe.each(ENGINES)('the rows of the ledger on $name', engine => {
  let open: OpenStores
  beforeEach(async () => { open = await engine.open() })
  afterEach(async () => { await open.close() })
  const put = (entries: readonly EntryDraft[]): Promise<void> => open.stores.transaction(() => open.stores.history.append(entries))
  const whole = async (): Promise<HistoryQuery> => ({ upTo: await open.stores.read(() => open.stores.history.newest()), since: null, until: null })
  async function paged(query: HistoryQuery, limit: number): Promise<string[]> {
    const found: string[] = []
    for (let place: Place = null; ;) {
      const from: Place = place
      const page: readonly EntryDraft[] = await open.stores.read(() => open.stores.history.page(query, from, limit))
      found.push(...page.map(({ key, seq }) => `${key}/${seq}`))
      place = page.at(-1) ?? null
      if (page.length < limit) return found
    }
  }
  const two = (key: string, days = 0): EntryDraft[] => historyOf([claim({ key, output: 1, at: at(days), final: false }), claim({ key, output: 3, at: at(days) })], CARD)

  it('come back as they were put', async () => {
    const entries = historyOf([claim({ output: 4, sidechain: true, session: 'side', at: at(-1) }), claim({ output: 9, session: 'main' }), claim({ output: 12, session: 'main' })], CARD)
    await put(entries)
    const found = await open.stores.read(() => open.stores.history.of('claude-code:msg_1'))
    const comparable = (each: EntryDraft) => ({ ...each, webSearches: each.webSearches + 0, tokens: Object.fromEntries(Object.entries(each.tokens).map(([name, count]) => [name, count + 0])), billing: { ...each.billing, webSearches: 0 } })
    expect(found?.map(comparable)).toEqual(entries.map(comparable))
    expect(found?.map(({ ownedAt }) => ownedAt)).toEqual([undefined, undefined, at(0), at(0)])
    expect(await open.stores.read(() => open.stores.history.of('nobody'))).toBeNull()
  })

  it('come in pages of any size, each once, in one order', async () => {
    await put([...two('b'), ...two('a'), ...two('c')])
    for (const limit of [1, 2, 3, 4, 5, 6, 7]) expect(await paged(await whole(), limit), String(limit)).toEqual(['a/0', 'a/1', 'b/0', 'b/1', 'c/0', 'c/1'])
  })

  it('are those of a moment, whatever is posted after it', async () => {
    await put(two('b').slice(0, 1))
    const then = await whole()
    await put([...two('b').slice(1), ...two('a')])
    expect(await paged(then, 2)).toEqual(['b/0'])
    expect(await open.stores.read(() => open.stores.history.size(then))).toEqual({ entries: 1, responses: 1 })
    expect(await open.stores.read(function* () { return yield* open.stores.history.size({ ...then, upTo: yield* open.stores.history.newest() }) })).toEqual({ entries: 4, responses: 2 })
  })

  it('of a range are whole responses: from its first instant, before its last', async () => {
    await put([...two('a', -2), ...two('b', -1), ...two('c', 0)])
    await put(historyOf([claim({ key: 'd', output: 1, at: at(0) }), claim({ key: 'd', output: 1, at: at(-2) })], CARD))
    const query = { ...await whole(), since: at(-1), until: at(0) }
    expect(await paged(query, 10)).toEqual(['b/0', 'b/1'])
    expect(await paged({ ...query, until: null }, 10)).toEqual(['b/0', 'b/1', 'c/0', 'c/1', 'd/0', 'd/1', 'd/2'])
    expect(await open.stores.read(() => open.stores.history.size({ ...query, until: null }))).toEqual({ entries: 7, responses: 3 })
  })

  it('are begun once, and never overwritten by another writer of the same number', async () => {
    const [first, second] = two('a') as [EntryDraft, EntryDraft]
    const begin = (entry: EntryDraft): Promise<boolean> => open.stores.transaction(() => open.stores.history.begin(entry))
    expect([await begin(first), await begin({ ...first, model: 'other' })]).toEqual([true, false])
    await put([second])
    // PostgreSQL starts such a transaction over until it gives up.
    await expect(put([second])).rejects.toMatchObject({ code: expect.stringMatching(/^(40001|store_busy)$/) as string })
    expect((await open.stores.read(() => open.stores.history.of('a')))?.map(({ model }) => model)).toEqual([first.model, first.model])
  })

  it('bring the meters and the copies with them, in pages', async () => {
    const meter = (session: string, model: string) => ({ agent: 'claude-code', session, model, path: '/l', at: at(0), tokens: claim({ output: 3 }).tokens, cost: 5n as never })
    await open.stores.transaction(function* () {
      for (const [session, model] of [['s2', 'm'], ['s1', 'n'], ['s1', 'm']] as const) {
        yield* open.stores.meters.save(meter(session, model))
        yield* open.stores.meters.addCopy('claude-code', session, model)
      }
    })
    const first = await open.stores.read(() => open.stores.history.meters(null, 2))
    expect(first.map(({ session, model }) => session + model)).toEqual(['s1m', 's1n'])
    expect(await open.stores.read(() => open.stores.history.meters(first[1] ?? null, 2))).toEqual([meter('s2', 'm')])
    const copies = await open.stores.read(() => open.stores.history.copies(null, 2))
    expect(copies).toEqual([{ agent: 'claude-code', session: 's1', key: 'm' }, { agent: 'claude-code', session: 's1', key: 'n' }])
    expect(await open.stores.read(() => open.stores.history.copies(copies[1] as CopyRow, 2))).toEqual([{ agent: 'claude-code', session: 's2', key: 'm' }])
  })
})
