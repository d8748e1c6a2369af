// What would happen to the work of one account, and why: the same answer for `failover plan`, for a run by hand and for the
// daemon. Looks only; `admit` writes it down.
import { spentFor } from '../../core/failover/candidate.ts'
import { decide, departureOf, type Decision } from '../../core/failover/decide.ts'
import type { Move, Saga } from '../../core/failover/saga.ts'
import { verdictOn, type Verdict } from '../../core/failover/which-sessions.ts'
import type { Instant } from '../../core/time.ts'
import type { FailoverPorts } from './ports.ts'
import { sightsOf } from './sight.ts'
import { evidenceOf, lookAtSituation, type Looked } from './situation.ts'

export interface FailoverPlan {
  readonly agent: string
  readonly from: string
  readonly decision: Decision
  readonly verdicts: readonly Verdict[]
  readonly looked: Looked
}

export interface PlanWish {
  readonly agent: string
  /** As scopes name it. */
  readonly from: string
  /** A person names it. */
  readonly to?: string | undefined
}

/** null where the configuration does not name the account. */
export async function planFailover(ports: FailoverPorts, { agent, from, to }: PlanWish): Promise<FailoverPlan | null> {
  const first = await lookAtSituation(ports, { agent, from, needsConversations: false })
  if (!first) return null
  const spent = spentFor(first.situation.from, '', first.situation.now)
  const verdicts = (await sightsOf(ports, { agent, account: from }, spent)).flatMap(sight => verdictOn(sight) ?? [])
  // Only a session that moves needs its conversation on the other side.
  const needsConversations = verdicts.some(({ moves }) => moves)
  const looked: Looked = { ...first, situation: { ...first.situation, needsConversations } }
  return { agent, from, decision: decide(looked.situation, to), verdicts, looked }
}

export const movesOf = ({ verdicts }: Pick<FailoverPlan, 'verdicts'>): readonly Move[] => verdicts.flatMap(verdict => (verdict.moves ? [verdict.move] : []))

export interface Admission { readonly by: string; readonly isReturn: boolean; readonly because: string; /** The name under which this is done once. */ readonly episode: string }

/** The saga a plan becomes; what is left is in it too, with its reason. */
export function sagaOf(ports: Pick<FailoverPorts, 'newId'>, plan: FailoverPlan, { by, isReturn, because, episode }: Admission, now: Instant): Saga {
  const { agent, from, decision, verdicts, looked: { situation, inUse } } = plan
  const left = verdicts.flatMap(verdict => (verdict.moves ? [] : [leftMove(verdict)]))
  return {
    id: ports.newId(), agent, from, to: decision.do === 'move' ? decision.to.account.name : '', episode, state: decision.do === 'move' ? 'admitted' : 'stranded', createdAt: now, updatedAt: now, endedAt: null,
    moves: [...movesOf(plan), ...left],
    body: {
      by, evidence: evidenceOf(situation.from, now), departure: departureOf(situation), generation: inUse?.generation ?? 0, usedBefore: inUse?.account ?? '', activated: false, abortAsked: '',
      wakeAt: decision.do === 'strand' ? decision.wakeAt : decision.do === 'wait' ? decision.until : null, because, isReturn,
    },
  }
}

const leftMove = ({ session, because }: Extract<Verdict, { moves: false }>): Move => ({
  session, state: 'left', because, process: { pid: 0, startTime: '', exe: '' }, cwd: '', transcript: '', model: '', stopped: false, told: false, words: [], logBytes: 0, seat: '', opened: '',
})
