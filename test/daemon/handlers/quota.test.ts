import { afterEach, describe, expect, it } from 'vitest'
import { observe, type QuotaObservation, type QuotaWindow } from '../../../src/core/accounts/quota.ts'
import { HOUR_MS, instant } from '../../../src/core/time.ts'
import { readLogs } from '../../../src/daemon/handlers/reports.ts'
import { quotaAnswers } from '../../../src/daemon/handlers/quota.ts'
import { aMessage, aRecord } from '../../support/claude-lines.ts'
import { NOON, OpenWorld } from '../../support/open-world.ts'

const seen = (change: Partial<QuotaObservation> = {}): QuotaWindow => observe(null, { agent: 'claude-code', account: '~/.claude', window: 'five_hour', minutes: null, usedBasisPoints: 9_150, exhausted: false, resetsAt: instant(NOON + HOUR_MS), observedAt: instant(NOON), evidence: 'statusline', ...change }) as QuotaWindow

describe('quota windows', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })

  it('are told until they are over', async () => {
    open = await OpenWorld.open()
    const { world, clock } = open
    await world.stores.transaction(() => world.stores.quota.save(world.node, seen()))
    await world.stores.transaction(() => world.stores.quota.save('another-node', seen({ window: 'seven_day' })))
    expect(await quotaAnswers(world)).toEqual([{
      agent: 'claude-code', account: '~/.claude', window: 'five_hour', minutes: 300, usedPercent: 91.5, resetsAt: '2026-11-21T13:00:00.000Z', observedAt: '2026-11-21T12:00:00.000Z', evidence: 'statusline', exhausted: false,
    }])
    await clock.advance(HOUR_MS)
    expect(await quotaAnswers(world)).toEqual([])
  })

  it('are told with what is to be expected of each, by the name of their account', async () => {
    open = await OpenWorld.open({ config: '[[account]]\nid = "main"\nhome = "~/.claude"\n' })
    const { world, handlers } = open
    const before = seen({ usedBasisPoints: 7_150, observedAt: instant(NOON - HOUR_MS) })
    await world.stores.transaction(function* () {
      yield* world.stores.quota.note(world.node, before)
      yield* world.stores.quota.save(world.node, seen())
      yield* world.stores.quota.save(world.node, seen({ agent: 'codex', account: '~/.codex' }))
    })
    expect(await handlers.quota({})).toMatchObject({
      windows: [{ id: 'main', usedPercent: 91.5, forecast: { perHour: 20, runsOutAt: '2026-11-21T12:25:30.000Z', overMinutes: 60 } }, { id: '', agent: 'codex', forecast: null }],
    })
  })

  it('that a session log names are known once the log is read, under the account it belongs to', async () => {
    open = await OpenWorld.open()
    const quotaLimits = { status: 'rejected', rateLimitType: 'five_hour', resetsAt: (NOON + HOUR_MS) / 1000 }
    const record = aRecord({ cwd: open.project(), sessionId: 's1', timestamp: new Date(NOON - HOUR_MS).toISOString(), message: aMessage({ model: '<synthetic>' }), isApiErrorMessage: true, error: 'rate_limit', apiError: 'usage_limit_reached', quotaLimits })
    open.appendLine('web', 's1', JSON.stringify(record))
    await readLogs(open.world)
    expect((await open.handlers.status({})).quota).toMatchObject([{ agent: 'claude-code', account: '~/.claude', window: 'five_hour', usedPercent: null, exhausted: true, evidence: 'log', resetsAt: '2026-11-21T13:00:00.000Z', observedAt: '2026-11-21T11:00:00.000Z' }])
  })
})
