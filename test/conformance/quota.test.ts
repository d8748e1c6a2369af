// Quota windows, alike on every engine.
import { afterEach, describe, expect, it } from 'vitest'
import type { QuotaWindow } from '../../src/core/accounts/quota.ts'
import { instant } from '../../src/core/time.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const AT = instant(Date.UTC(2026, 10, 21, 12))
const aWindow = (change: Partial<QuotaWindow> = {}): QuotaWindow => ({
  agent: 'claude-code', account: '~/.claude', window: 'five_hour', minutes: 300, usedBasisPoints: 9_150, exhausted: false, resetsAt: instant(AT + 1), observedAt: AT, evidence: 'statusline', wakeAt: null, ...change,
})

describe.each(ENGINES)('quota windows on $name', engine => {
  let open: OpenStores
  afterEach(async () => { await open.close() })
  const opened = async (...windows: readonly QuotaWindow[]): Promise<OpenStores['stores']> => {
    open = await engine.open()
    for (const window of windows) await open.stores.transaction(() => open.stores.quota.save('n1', window))
    return open.stores
  }

  it('come back as they were saved, nothing known included', async () => {
    const bare = aWindow({ window: '', account: '', minutes: null, usedBasisPoints: null, exhausted: true, resetsAt: null, evidence: 'log', wakeAt: instant(AT + 5) })
    const stores = await opened(aWindow(), bare)
    expect(await stores.read(() => stores.quota.get('n1', aWindow()))).toEqual(aWindow())
    expect(await stores.read(() => stores.quota.get('n1', bare))).toEqual(bare)
    expect(await stores.read(() => stores.quota.all('n1'))).toEqual([bare, aWindow()])
  })

  it('keep what was said of each, oldest first, the newest of them, until it is forgotten', async () => {
    const stores = await opened()
    const words = [1, 2, 3].map(hour => aWindow({ usedBasisPoints: hour * 1_000, observedAt: instant(AT + hour), exhausted: hour === 3 }))
    await stores.transaction(function* () {
      for (const word of words) yield* stores.quota.note('n1', word)
      yield* stores.quota.note('n1', aWindow({ window: 'seven_day' }))
      yield* stores.quota.note('n2', aWindow())
    })
    const readings = (since: number, limit: number) => stores.read(() => stores.quota.readings('n1', aWindow(), instant(since), limit))
    expect((await readings(AT, 2)).map(({ usedBasisPoints, exhausted }) => [usedBasisPoints, exhausted])).toEqual([[2_000, false], [3_000, true]])
    expect(await readings(AT + 3, 9)).toEqual([{ usedBasisPoints: 3_000, exhausted: true, resetsAt: instant(AT + 1), observedAt: instant(AT + 3), evidence: 'statusline' }])
    expect(await stores.transaction(() => stores.quota.forgetReadings(instant(AT + 3)))).toBe(4)
    expect(await readings(AT, 9)).toHaveLength(1)
  })

  it('are one row per node, agent, account and window, and the last saved word stands', async () => {
    const stores = await opened(aWindow(), aWindow({ usedBasisPoints: 10_000, exhausted: true }), aWindow({ account: '~/.claude-work' }), aWindow({ window: 'seven_day' }), aWindow({ agent: 'codex' }))
    await stores.transaction(() => stores.quota.save('n2', aWindow({ usedBasisPoints: 1 })))
    expect((await stores.read(() => stores.quota.all('n1'))).map(each => [each.agent, each.account, each.window, each.usedBasisPoints])).toEqual([
      ['claude-code', '~/.claude', 'five_hour', 10_000], ['claude-code', '~/.claude', 'seven_day', 9_150], ['claude-code', '~/.claude-work', 'five_hour', 9_150], ['codex', '~/.claude', 'five_hour', 9_150],
    ])
    expect(await stores.read(() => stores.quota.get('n1', aWindow({ window: 'none' })))).toBeNull()
  })
})
