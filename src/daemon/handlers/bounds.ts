// Gathers what a bound rests on: who is running, with which models, whether hooks were heard, what was burnt lately.
import { existsSync } from 'node:fs'
import type { BudgetAnswer } from '../../api/control-plane.ts'
import { bound, type ActiveSession, type HooksSeen } from '../../core/budgets/bound.ts'
import type { Budget } from '../../core/budgets/budget.ts'
import { claudeModelLimits } from '../../core/budgets/model-limits.ts'
import { matches, perValue } from '../../core/budgets/selector.ts'
import { RUNG_WAIT_MS } from '../../core/enforcement/ladder.ts'
import { SAVE_WORK_REQUESTS_MAX } from '../../core/enforcement/save-work.ts'
import type { UsageGroup } from '../../core/ledger/ledger-store.ts'
import { nanoUsd, usdText } from '../../core/money.ts'
import { resolveModel } from '../../core/pricing/resolve-model.ts'
import type { Scope } from '../../core/scope.ts'
import { instant, MINUTE_MS, type Instant } from '../../core/time.ts'
import { ARMED_SINCE } from '../../flows/judge-balances.ts'
import { hookPlaces } from '../../os/hook-files.ts'
import type { World } from '../world/world.ts'

export interface BoundAnswer { readonly class: BudgetAnswer['class']; readonly bound: BudgetAnswer['bound'] }
export type BoundOf = (budget: Budget, perValueOf: string) => BoundAnswer

// What a session did within this time is what it can be expected to go on doing.
const LATELY_MS = 10 * MINUTE_MS
const LADDER_MS = RUNG_WAIT_MS.interrupt + RUNG_WAIT_MS.terminate

/** Reads the present once; the result answers for every budget. */
export async function boundsFor(world: World, now: Instant): Promise<BoundOf> {
  const since = instant(now - LATELY_MS)
  const { lately, armed } = await world.stores.read(function* () {
    const groups = yield* world.stores.ledger.sum({ since, until: null, by: ['node', 'agent', 'account', 'project', 'branch', 'session', 'subagent', 'model', 'billing'], slotMs: 0 })
    return { lately: groups, armed: (yield* world.stores.meta.get(ARMED_SINCE)) !== null }
  })
  const limits = claudeModelLimits(model => resolveModel(world.card, model)?.id ?? null)
  const hooks = hooksSeen(world, since)
  return (budget, value) => {
    const own = lately.filter(group => { const scope = scopeOf(group); return matches(budget.selector, scope) && perValue(budget, scope) === value })
    const spent = own.reduce((sum, group) => sum + group.sum.cost, 0n)
    const found = bound({
      budget, sessions: sessionsOf(own), hooks, signals: { armed: armed && world.environment.platform === 'linux', ladderMs: LADDER_MS },
      saveWorkRequests: world.config.current().settings.enforcement.saveWork.includes('none') ? 0 : SAVE_WORK_REQUESTS_MAX,
      burnPerMinute: nanoUsd(spent * BigInt(MINUTE_MS) / BigInt(LATELY_MS)), now,
    }, { limits, price: world.price })
    return found.kind === 'none'
      ? { class: found.class, bound: { cost: null, because: found.because, estimate: false, unseen: null } }
      : { class: found.class, bound: { cost: usdText(found.cost), because: found.because, estimate: found.kind === 'estimate', unseen: usdText(found.unseen) } }
  }
}

function hooksSeen({ running, places }: World, since: Instant): HooksSeen {
  if (running.hookHeardAt !== null && running.hookHeardAt >= since) return 'heard'
  if (running.role !== 'daemon') return 'unanswered'
  // The script is there as long as any settings file, a project's included, was given it.
  return existsSync(hookPlaces(places.state).script) ? 'silent' : 'absent'
}

const scopeOf = ({ by }: UsageGroup): Scope => ({
  node: by.node ?? '', agent: by.agent ?? '', account: by.account ?? '', project: by.project ?? '', branch: by.branch ?? '', session: by.session ?? '', subagent: by.subagent ?? '',
})

function sessionsOf(groups: readonly UsageGroup[]): ActiveSession[] {
  const sessions = new Map<string, { models: Set<string>; subagents: Set<string>; fast: boolean }>()
  for (const { by } of groups) {
    const key = `${by.agent}/${by.session}`
    const session = sessions.get(key) ?? { models: new Set<string>(), subagents: new Set<string>(), fast: false }
    sessions.set(key, session)
    if (by.model) session.models.add(by.model)
    if (by.subagent) session.subagents.add(by.subagent)
    session.fast ||= (by.billing ?? '').split(',').includes('fast')
  }
  return [...sessions.values()].map(({ models, subagents, fast }) => ({ models: [...models], speed: fast ? 'fast' : 'standard', subagents: subagents.size }))
}
