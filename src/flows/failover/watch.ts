// What a daemon does about quotas, pass by pass: goes on with every move that is not over, looks whether a stranded one can
// go on, takes work back to the primary, and begins a move where the configuration says so. A person's own words begin one
// in `run`.
import type { Account } from '../../core/accounts/account.ts'
import { limitsModel, isOver } from '../../core/accounts/quota.ts'
import { recoversAt } from '../../core/failover/candidate.ts'
import { decideReturn, type ReturnIntent } from '../../core/failover/failback.ts'
import { returnNotice, spentNotice, strandedNotice } from '../../core/failover/notice.ts'
import { effectiveMode } from '../../core/failover/policy.ts'
import type { Saga } from '../../core/failover/saga.ts'
import { SECOND_MS, type Instant } from '../../core/time.ts'
import { driveSaga, tellPeople } from './drive.ts'
import { movesOf, planFailover, sagaOf, type Admission, type FailoverPlan } from './plan.ts'
import type { FailoverPorts } from './ports.ts'
import { runningSessions } from './sight.ts'
import { lookAtSituation, nameOfAccount, type Looked } from './situation.ts'
import { lookAtStranded } from './stranded.ts'

// Sessions that were in mid-turn follow when they have come to rest, so many times for one exhaustion.
const FOLLOWS_MAX = 5
const REST_MS = 5 * SECOND_MS

/** `withinMs`: when to look again. */
export async function watchPass(ports: FailoverPorts): Promise<{ readonly withinMs: number }> {
  let withinMs = REST_MS
  for (const saga of await ports.stores.read(() => ports.stores.failover.active(ports.node))) {
    if (saga.state === 'stranded') await lookAtStranded(ports, saga)
    else withinMs = Math.min(withinMs, (await driveSaga(ports, saga.id)) ?? REST_MS)
  }
  for (const intent of await ports.stores.read(() => ports.stores.failover.returnIntents(ports.node))) await lookAtReturn(ports, intent)
  const mode = effectiveMode(ports.settings(), ports.clock.now())
  if (mode !== 'off') for (const account of await spentAccounts(ports)) await lookAtSpent(ports, account, mode)
  return { withinMs }
}

/** Accounts with a spent window that is theirs as a whole. */
async function spentAccounts({ stores, node, clock, accounts }: FailoverPorts): Promise<readonly Account[]> {
  const now = clock.now()
  const windows = await stores.read(() => stores.quota.all(node))
  return accounts().filter(({ agent, name }) => windows.some(window => window.agent === agent && window.account === name && window.exhausted && !isOver(window, now) && limitsModel(window, '')))
}

async function lookAtSpent(ports: FailoverPorts, { agent, name }: Account, mode: 'notify' | 'ask' | 'auto'): Promise<void> {
  const active = await ports.stores.read(() => ports.stores.failover.active(ports.node))
  if (active.some(saga => saga.agent === agent && saga.from === name)) return
  if (mode !== 'auto') return tellSpent(ports, { agent, from: name }, mode)
  const plan = await planFailover(ports, { agent, from: name })
  if (!plan || plan.decision.do === 'stay') return
  const { looked: { episode, before }, decision } = plan
  const moves = plan.verdicts.some(verdict => verdict.moves && !verdict.busy)
  if (!startsOn(plan.looked, name) && !moves) return
  const to = decision.do === 'move' ? decision.to.account.name : ''
  const times = before.filter(saga => saga.to === to).length
  if (times > 0 && (to === '' || !moves || times > FOLLOWS_MAX)) return
  const because = decision.do === 'wait' ? WAITING : ''
  await admit(ports, plan, { by: 'auto', isReturn: false, because, episode: `${episode} > ${to}${times === 0 ? '' : ` #${times + 1}`}` })
}

/** Does new work start on it? */
const startsOn = ({ inUse, situation }: Looked, account: string): boolean => (inUse?.account ?? situation.candidates[0]?.account.name) === account

/** Why a stranded move does not move: its own reset is near. */
export const WAITING = 'its quota is back soon, which is waited for'

async function tellSpent(ports: FailoverPorts, { agent, from }: { readonly agent: string; readonly from: string }, mode: 'notify' | 'ask'): Promise<void> {
  const looked = await lookAtSituation(ports, { agent, from, needsConversations: false })
  if (!looked || told.get(ports.stores)?.has(looked.episode)) return
  const plan = mode === 'ask' ? await planFailover(ports, { agent, from }) : null
  const { now } = looked.situation
  const sessions = plan ? movesOf(plan).length : (await runningSessions(ports)).filter(each => each.agent === agent && each.account === from).length
  // Nothing runs there and nothing starts there: nobody would miss it.
  if (sessions === 0 && !startsOn(looked, from)) return
  const to = plan?.decision.do === 'move' ? nameOfAccount(ports.accounts(), agent, plan.decision.to.account.name) : ''
  const notice = spentNotice({ from: nameOfAccount(ports.accounts(), agent, from), to }, { episode: looked.episode, sessions, until: recoversAt(looked.situation.from, '', now), offers: mode === 'ask', at: now })
  await ports.stores.transaction(() => tellPeople(ports, notice, now))
  // The outbox holds each notice once; this only saves looking at the same thing every five seconds.
  told.set(ports.stores, (told.get(ports.stores) ?? new Set<string>()).add(looked.episode))
}
const told = new WeakMap<object, Set<string>>()

/** null where somebody else began it, or this was done about it before. */
export async function admit(ports: FailoverPorts, plan: FailoverPlan, admission: Admission, within?: ReturnIntent): Promise<Saga | null> {
  const { stores, node, clock } = ports
  const saga = sagaOf(ports, plan, admission, clock.now())
  const admitted = await stores.transaction(function* () {
    const now = clock.now()
    if (within && !(yield* stores.failover.dropReturn(node, within))) return false
    if (!(yield* stores.failover.admit(node, saga))) return false
    const intent = yield* stores.failover.returnIntent(node, saga.agent)
    // Whatever moves work now decides anew where it goes back to.
    if (intent && saga.state === 'admitted') yield* stores.failover.dropReturn(node, intent)
    const names = { from: nameOfAccount(ports.accounts(), saga.agent, saga.from), to: nameOfAccount(ports.accounts(), saga.agent, saga.to) }
    yield* stores.events.add({ code: `failover.${saga.state}`, level: 'info', fields: { failover: saga.id, ...names, agent: saga.agent, by: admission.by, sessions: movesOf(plan).length, evidence: saga.body.evidence.join('; ') } }, now)
    if (plan.decision.do === 'strand') yield* tellPeople(ports, strandedNotice(names, { saga, proven: plan.decision.proven, at: now }), now)
    return true
  })
  return admitted ? saga : null
}

/** The way back: fires once, for the choice it was made for, after the primary was measured anew. */
async function lookAtReturn(ports: FailoverPorts, intent: ReturnIntent): Promise<void> {
  const { agent, from, to } = intent
  const now: Instant = ports.clock.now()
  const looked = await lookAtSituation(ports, { agent, from, needsConversations: false })
  const plan = looked && intent.dueAt <= now ? await planFailover(ports, { agent, from, to }) : null
  const busy = plan?.verdicts.some(verdict => verdict.moves && verdict.busy) ?? false
  const find = (name: string) => looked?.situation.candidates.find(({ account }) => account.name === name)
  const inUse = await ports.stores.read(() => ports.stores.accounts.inUse(ports.node, agent))
  const situation = looked?.situation
  const decision = situation ? decideReturn({ ...situation, intent, inUse, primary: find(to), standby: find(from), busy }) : { do: 'cancel' as const, because: 'the configuration does not name both accounts any more' }
  if (decision.do === 'wait') {
    if (decision.dueAt !== intent.dueAt) await ports.stores.transaction(() => ports.stores.failover.saveReturn(ports.node, { ...intent, dueAt: decision.dueAt }))
    return
  }
  const names = { from: nameOfAccount(ports.accounts(), agent, from), to: nameOfAccount(ports.accounts(), agent, to) }
  if (decision.do === 'return' && plan && plan.decision.do === 'move' && effectiveMode(ports.settings(), now) === 'auto') {
    await admit(ports, plan, { by: 'auto', isReturn: true, because: '', episode: `return ${intent.failover}` }, intent)
    return
  }
  await ports.stores.transaction(function* () {
    if (!(yield* ports.stores.failover.dropReturn(ports.node, intent))) return
    yield* ports.stores.events.add({ code: 'failover.return_cancelled', level: 'info', fields: { failover: intent.failover, ...names, because: decision.do === 'cancel' ? decision.because : 'it is for a person to go back' } }, now)
    if (decision.do === 'return') yield* tellPeople(ports, returnNotice(names, { failover: intent.failover, at: now }), now)
  })
}
