// Quota windows as people and programs see them: those that are not over, as last heard.
import type { QuotaAnswer } from '../../api/control-plane.ts'
import { isOver, windowMinutes } from '../../core/accounts/quota.ts'
import { isoText } from '../../core/time.ts'
import type { World } from '../world/world.ts'

export async function quotaAnswers({ stores, node, clock }: Pick<World, 'stores' | 'node' | 'clock'>): Promise<readonly QuotaAnswer[]> {
  const now = clock.now()
  const known = await stores.read(() => stores.quota.all(node))
  return known.filter(window => !isOver(window, now)).map(window => ({
    agent: window.agent, account: window.account, window: window.window, minutes: windowMinutes(window),
    usedPercent: window.usedBasisPoints === null ? null : window.usedBasisPoints / 100, resetsAt: window.resetsAt === null ? null : isoText(window.resetsAt),
    observedAt: isoText(window.observedAt), evidence: window.evidence, exhausted: window.exhausted,
  }))
}
