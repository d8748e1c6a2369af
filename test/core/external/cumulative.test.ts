import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advance, keyOf, markAmount, markText, reset, total, type Held, type Mark } from '../../../src/core/external/cumulative.ts'
import { decimalText, parseDecimal } from '../../../src/core/external/decimal.ts'
import type { TableSource } from '../../../src/core/external/source.ts'
import { faultsOf } from '../../../src/core/ledger/history.ts'
import type { EntryDraft } from '../../../src/core/ledger/posting.ts'
import { nanoUsd, ZERO_USD } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import { NOBODY, tableSource, usd } from '../../support/external-sources.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const EMPTY: Held = { seq: -1, cost: ZERO_USD }
const DOLLAR = 1_000_000_000n
const amount = (text: string) => parseDecimal(text) ?? { digits: 0n, scale: 0 }

/** A source read again and again, and the ledger it fills. */
class Following {
  mark: Mark | null = null
  entries: EntryDraft[] = []
  source: TableSource
  constructor(change: Parameters<typeof tableSource>[0] = {}) { this.source = tableSource(change) }
  get held(): Held { return this.entries.length === 0 ? EMPTY : { seq: this.entries.length - 1, cost: nanoUsd(this.entries.reduce((sum, each) => sum + (each.cost ?? 0n), 0n)) } }
  read(text: string, subject = ''): string {
    const now = instant(NOON + this.entries.length)
    const { mark, entry, what } = advance(this.mark, { subject, amount: amount(text), at: now, owner: NOBODY }, { source: this.source, held: this.held, node: 'n1', now })
    this.mark = mark
    if (entry) this.entries.push(entry)
    return what
  }
  get costs(): bigint[] { return this.entries.map(each => each.cost ?? 0n) }
}

describe('a cumulative reading', () => {
  it('adds what it grew by: 500, then 800, is 800', () => {
    const bill = new Following()
    expect([bill.read('500'), bill.read('800'), bill.read('800')]).toEqual(['counted', 'counted', 'same'])
    expect(bill.costs).toEqual([500n * DOLLAR, 300n * DOLLAR])
    expect(faultsOf(bill.entries)).toEqual([])
    expect(bill.entries[0]).toMatchObject({ key: 'external:bill:', kind: 'counter', model: 'bill', card: 'external', responses: 0, scope: { agent: 'external', node: 'n1' } })
  })

  it('never takes anything back: a lower one is told, and counting goes on above the highest', () => {
    const bill = new Following()
    expect(['500', '300', '500', '650'].map(text => bill.read(text))).toEqual(['counted', 'lower', 'same', 'counted'])
    expect(bill.costs).toEqual([500n * DOLLAR, 150n * DOLLAR])
  })

  it('of a counter that begins anew counts from zero, where the config says so', () => {
    const month = new Following({ onLower: 'restart' })
    expect(['500', '20', '90'].map(text => month.read(text))).toEqual(['counted', 'restarted', 'counted'])
    expect(month.costs).toEqual([500n * DOLLAR, 20n * DOLLAR, 70n * DOLLAR])
  })

  it('counts nothing of what came before, where the config says so', () => {
    const account = new Following({ first: 'skip' })
    expect([account.read('12000'), account.read('12001.50')]).toEqual(['skipped', 'counted'])
    expect(account.costs).toEqual([1_500_000_000n])
  })

  it('posts nothing where logs count the same, and keeps where it began', () => {
    const watched = new Following({ mode: 'compare' })
    expect(['10', '14', '12'].map(text => watched.read(text))).toEqual(['compared', 'compared', 'compared'])
    expect([watched.entries, decimalText(watched.mark?.began ?? amount('0')), decimalText(watched.mark?.amount ?? amount('0')), decimalText(watched.mark?.latest ?? amount('0'))]).toEqual([[], '10', '14', '12'])
  })

  it('moves no history when the price of a unit changes', () => {
    const tokens = new Following({ decimals: 6, usdPerUnit: usd('2') })
    tokens.read('1000000')
    tokens.source = { ...tokens.source, usdPerUnit: usd('3') }
    tokens.read('2000000')
    expect(tokens.costs).toEqual([2n * DOLLAR, 3n * DOLLAR])
  })

  it('counts once what another machine read of the same source, however their readings fell', () => {
    const here = new Following()
    here.read('500')
    // Imported: the other one was at 700, and its entries stand in this ledger now.
    here.entries.push({ ...here.entries[0] as EntryDraft, seq: 1, kind: 'difference', cost: nanoUsd(200n * DOLLAR) })
    expect([here.read('600'), here.read('800')]).toEqual(['ahead', 'counted'])
    expect(here.held.cost).toBe(800n * DOLLAR)
    const anew = new Following()
    anew.entries = [...here.entries]
    expect([anew.read('800'), anew.held.cost]).toEqual(['same', 800n * DOLLAR])
  })

  it('in any order and number comes to the highest, with sound histories', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 30 }), readings => {
      const bill = new Following()
      for (const each of readings) bill.read(String(each))
      expect(bill.held.cost).toBe(BigInt(Math.max(...readings)) * DOLLAR)
      expect(bill.entries.length === 0 ? [] : faultsOf(bill.entries)).toEqual([])
    }))
  })
})

it('a reset keeps what was counted and goes on from the newest reading', () => {
  const bill = new Following()
  for (const text of ['500', '100']) bill.read(text)
  bill.mark = reset(bill.mark as Mark, bill.held)
  expect([bill.read('100'), bill.read('130'), bill.held.cost]).toEqual(['same', 'counted', 530n * DOLLAR])
})

it('keys and texts are stable', () => {
  expect(keyOf('bill', '2026-11-21/opus')).toBe('external:bill:2026-11-21/opus')
  expect(markText(markAmount('12.5'))).toBe('12.5')
  expect(() => markAmount('much')).toThrow('a mark is "much"')
  expect(decimalText(total([amount('1.5'), amount('2')]))).toBe('3.5')
})
