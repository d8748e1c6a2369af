// Quota windows as people and programs see them: those that are not over, as last heard.
import type { Handlers, QuotaAnswer } from '../../api/control-plane.ts'
import { accountNamed } from '../../core/accounts/account.ts'
import { forecast, FORECAST_MS, type Forecast } from '../../core/accounts/forecast.ts'
import { isOver, windowMinutes } from '../../core/accounts/quota.ts'
import { instant, isoText, MINUTE_MS } from '../../core/time.ts'
import type { World } from '../world/world.ts'

const READINGS_MAX = 500

/** The windows with what is to be expected of each. */
export const quotaHandlers = (world: World): Pick<Handlers, 'quota'> => ({
  'quota': async () => {
    const { stores, node, clock, config } = world
    const { accounts, zone } = config.current().settings
    const now = clock.now()
    const answers = await quotaAnswers(world)
    const found = await stores.read(function* () {
      const forecasts: (Forecast | null)[] = []
      for (const answer of answers) {
        const window = yield* stores.quota.get(node, answer)
        forecasts.push(window === null ? null : forecast(window, yield* stores.quota.readings(node, answer, instant(now - FORECAST_MS), READINGS_MAX), now))
      }
      return forecasts
    })
    return {
      zone,
      windows: answers.map((answer, index) => {
        const own = found[index] ?? null
        return {
          ...answer, id: accountNamed(accounts, answer.account, answer.agent)?.id ?? '',
          forecast: own === null ? null : { perHour: own.perHour / 100, runsOutAt: own.runsOutAt === null ? null : isoText(own.runsOutAt), overMinutes: Math.round(own.overMs / MINUTE_MS) },
        }
      }),
    }
  },
})

export async function quotaAnswers({ stores, node, clock }: Pick<World, 'stores' | 'node' | 'clock'>): Promise<readonly QuotaAnswer[]> {
  const now = clock.now()
  const known = await stores.read(() => stores.quota.all(node))
  return known.filter(window => !isOver(window, now)).map(window => ({
    agent: window.agent, account: window.account, window: window.window, minutes: windowMinutes(window),
    usedPercent: window.usedBasisPoints === null ? null : window.usedBasisPoints / 100, resetsAt: window.resetsAt === null ? null : isoText(window.resetsAt),
    observedAt: isoText(window.observedAt), evidence: window.evidence, exhausted: window.exhausted,
  }))
}
