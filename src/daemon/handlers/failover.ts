// Failover on request: what would happen, a move by hand, what goes on, giving one up, and what was.
import type { Handlers } from '../../api/control-plane.ts'
import type { FailoverAnswer, FailoverOperations, FailoverPlanAnswer } from '../../api/failover-answers.ts'
import { accountNamed, inOrder, type Account } from '../../core/accounts/account.ts'
import { AppError } from '../../core/errors.ts'
import { effectiveMode } from '../../core/failover/policy.ts'
import type { Saga } from '../../core/failover/saga.ts'
import { isoText, type Instant } from '../../core/time.ts'
import { abortByHand, beginByHand } from '../../flows/failover/by-hand.ts'
import { planFailover, type FailoverPlan } from '../../flows/failover/plan.ts'
import type { FailoverPorts } from '../../flows/failover/ports.ts'
import { evidenceOf, nameOfAccount } from '../../flows/failover/situation.ts'
import { unknownAccount } from '../../config/edit-account.ts'
import { accountsOf, configuredAccounts } from '../world/accounts.ts'
import { failoverPorts } from '../world/failover.ts'
import type { World } from '../world/world.ts'

const HISTORY = 20, HISTORY_MAX = 1_000

export function failoverHandlers(world: World, afterChange: () => void): Pick<Handlers, keyof FailoverOperations> {
  const ports = failoverPorts(world)
  const theSaga = async (id: string): Promise<Saga> => {
    const saga = await world.stores.read(() => world.stores.failover.get(world.node, id))
    if (!saga) throw new AppError('not_found', `there is no move ${id}; see: purser failover history`)
    return saga
  }
  return {
    'failover.plan': async wish => {
      const plans: FailoverPlanAnswer[] = []
      for (const from of await wanted(world, wish)) {
        const plan = await planFailover(ports, { agent: from.agent, from: from.name, to: named(world, wish.to, from.agent)?.name })
        if (plan) plans.push(planAnswer(ports, plan))
      }
      return { plans }
    },
    'failover.run': async ({ by, ...wish }) => {
      if (world.running.observe) throw new AppError('refused', 'purser only observes (up --observe): it moves nothing; start it without, with: purser down, then purser up --detach')
      if (world.running.role !== 'daemon') throw new AppError('refused', 'purser is not running, so nothing would be moved; start it with: purser up --detach')
      const accounts = await wanted(world, wish)
      const [from, other] = accounts
      if (!from) throw new AppError('refused', 'no quota is spent; name the account to leave: purser failover run --from ACCOUNT --to ACCOUNT')
      if (other) throw new AppError('invalid_input', `say which account work is to leave: ${accounts.map(({ id }) => `--from ${id}`).join(' or ')}`)
      const saga = await beginByHand(ports, { agent: from.agent, from: from.name, to: named(world, wish.to, from.agent)?.name, by })
      afterChange()
      return { failover: sagaAnswer(ports, saga) }
    },
    'failover.status': async () => {
      const { zone, failover } = world.config.current().settings
      const { active, returns } = await world.stores.read(function* () {
        return { active: yield* world.stores.failover.active(world.node), returns: yield* world.stores.failover.returnIntents(world.node) }
      })
      return {
        mode: { configured: failover.mode, effective: effectiveMode(failover, world.clock.now()), consent: failover.consent }, zone, active: active.map(saga => sagaAnswer(ports, saga)),
        returns: returns.map(({ agent, failover: id, from, to, dueAt }) => ({ agent, failover: id, from: nameOfAccount(ports.accounts(), agent, from), to: nameOfAccount(ports.accounts(), agent, to), dueAt: isoText(dueAt) })),
      }
    },
    'failover.abort': async ({ id, by }) => {
      const gaveUp = await abortByHand(ports, { id, by })
      afterChange()
      return { gaveUp, failover: sagaAnswer(ports, await theSaga(id)) }
    },
    'failover.history': async ({ id, limit = HISTORY }) => {
      const { zone } = world.config.current().settings
      if (id !== undefined) {
        const saga = await theSaga(id)
        const steps = await world.stores.read(() => world.stores.failover.steps(id))
        return { zone, failovers: [sagaAnswer(ports, saga)], steps: steps.map(({ seq, kind, session, startedAt, endedAt, outcome }) => ({ step: seq, kind, session, startedAt: isoText(startedAt), endedAt: iso(endedAt), outcome })) }
      }
      if (!Number.isSafeInteger(limit) || limit < 1 || limit > HISTORY_MAX) throw new AppError('invalid_input', `limit is a whole number from 1 to ${HISTORY_MAX}`)
      return { zone, failovers: (await world.stores.read(() => world.stores.failover.recent(world.node, limit))).map(saga => sagaAnswer(ports, saga)), steps: [] }
    },
  }
}

const iso = (at: Instant | null): string | null => (at === null ? null : isoText(at))

function named(world: World, word: string | undefined, agent?: string): Account | undefined {
  if (word === undefined) return undefined
  const found = accountNamed(accountsOf(world), word, agent)
  if (!found) throw unknownAccount(word, world.config.current().settings)
  return found
}

/** The one that is named; else those whose quota is spent, else those that new work starts on. */
async function wanted(world: World, { from, agent }: { readonly from?: string; readonly agent?: string }): Promise<readonly Account[]> {
  const one = named(world, from, agent)
  if (one) return [one]
  const ports = failoverPorts(world)
  const all = configuredAccounts(world).filter(account => (agent === undefined || account.agent === agent) && inOrder(accountsOf(world), account.agent).length > 1)
  const spent: Account[] = [], used: Account[] = []
  for (const account of all) {
    const plan = await planFailover(ports, { agent: account.agent, from: account.name })
    if (plan && plan.decision.do !== 'stay') spent.push(account)
    const starts = plan?.looked.inUse?.account ?? inOrder(accountsOf(world), account.agent)[0]?.name
    if (starts === account.name) used.push(account)
  }
  return spent.length > 0 ? spent : used
}

function planAnswer(ports: FailoverPorts, { agent, from, decision, verdicts, looked }: FailoverPlan): FailoverPlanAnswer {
  const name = (account: string): string => nameOfAccount(ports.accounts(), agent, account)
  const passed = decision.do === 'stay' ? [] : decision.passed
  return {
    agent, from: name(from), to: decision.do === 'move' ? decision.to.account.id : '', decision: decision.do, because: decision.do === 'stay' ? decision.because : '',
    until: decision.do === 'wait' ? isoText(decision.until) : decision.do === 'strand' && decision.proven ? isoText(decision.wakeAt) : null,
    evidence: evidenceOf(looked.situation.from, looked.situation.now),
    sessions: verdicts.map(verdict => (verdict.moves ? { session: verdict.move.session, state: 'moves', because: '', stopped: verdict.move.stopped } : { session: verdict.session, state: 'stays', because: verdict.because, stopped: false })),
    passed: passed.map(({ account, objections }) => ({ account: name(account), because: objections.map(({ because }) => because), until: iso(objections.map(({ until }) => until).find(until => until !== null) ?? null) })),
  }
}

function sagaAnswer(ports: FailoverPorts, { id, agent, from, to, state, createdAt, endedAt, body, moves }: Saga): FailoverAnswer {
  const name = (account: string): string => nameOfAccount(ports.accounts(), agent, account)
  return {
    id, agent, from: name(from), to: name(to), state, by: body.by, createdAt: isoText(createdAt), endedAt: iso(endedAt), wakeAt: iso(body.wakeAt), because: body.because, evidence: body.evidence,
    isReturn: body.isReturn, abortAsked: body.abortAsked !== '', sessions: moves.map(({ session, state: at, because, stopped }) => ({ session, state: at, because, stopped })),
  }
}
