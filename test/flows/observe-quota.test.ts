import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { QuotaObservation, QuotaWindow } from '../../src/core/accounts/quota.ts'
import type { Work } from '../../src/core/ledger/work.ts'
import { HOUR_MS, instant } from '../../src/core/time.ts'
import { fromLog, observeQuotas } from '../../src/flows/observe-quota.ts'
import { openTestSqlite, type OpenStores } from '../support/databases.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const seen = (used: number, ms: number, change: Partial<QuotaObservation> = {}): QuotaObservation => ({
  agent: 'codex', account: '~/.codex', window: 'primary', minutes: 300, usedBasisPoints: used, exhausted: false, resetsAt: instant(NOON + HOUR_MS), observedAt: instant(NOON + ms), evidence: 'log', ...change,
})

let open: OpenStores
beforeEach(async () => { open = await openTestSqlite() })
afterEach(async () => { await open.close() })

/** Takes the words in as one transaction; tells what changed and which statements it cost. */
async function take(...words: readonly QuotaObservation[]): Promise<{ readonly changed: readonly QuotaWindow[]; readonly statements: readonly string[] }> {
  const statements: string[] = []
  const changed = await open.stores.transaction(function* (): Work<readonly QuotaWindow[]> {
    const work = observeQuotas(open.stores.quota, 'n1', words)
    let step = work.next()
    while (!step.done) {
      statements.push(step.value.statement.text.slice(0, 6))
      step = work.next(yield step.value)
    }
    return step.value
  })
  return { changed, statements }
}

describe('words about quotas', () => {
  it('are read and written once a window, in the order of their times', async () => {
    expect((await take(seen(900, 3), seen(100, 1), seen(500, 2), seen(7, 1, { window: 'secondary' }))).statements).toEqual(['select', 'insert', 'insert', 'select', 'insert', 'insert'])
    expect((await open.stores.read(() => open.stores.quota.all('n1'))).map(each => each.usedBasisPoints)).toEqual([900, 7])
  })
  it('that change nothing write nothing', async () => {
    await take(seen(900, 3))
    expect(await take(seen(100, 1))).toEqual({ changed: [], statements: ['select'] })
  })
  it('from a log are dated no later than they are read', () => {
    const signal = { session: 's1', at: instant(NOON + HOUR_MS), window: 'primary', minutes: 300, usedPercent: 29.3, exhausted: false, resetsAt: null }
    expect(fromLog(signal, { agent: 'codex', account: '~/.codex', now: instant(NOON) })).toMatchObject({ observedAt: NOON, usedBasisPoints: 2_930, evidence: 'log', account: '~/.codex' })
    expect(fromLog({ ...signal, at: instant(NOON - 5), usedPercent: null, exhausted: true }, { agent: 'codex', account: '', now: instant(NOON) })).toMatchObject({ observedAt: NOON - 5, usedBasisPoints: null, exhausted: true })
  })
})
