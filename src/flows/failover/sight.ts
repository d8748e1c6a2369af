// The sessions of one account as they are at this instant, with all that decides whether each may move. Looks only.
import { limitsModel, type QuotaWindow } from '../../core/accounts/quota.ts'
import { provable, type Evidence } from '../../core/enforcement/target.ts'
import { isAlive } from '../../core/machine/process-table.ts'
import type { SessionSight } from '../../core/failover/which-sessions.ts'
import { planResume } from '../../core/sessions/resume.ts'
import type { SeatNow } from '../../core/sessions/seats.ts'
import { stateOf } from '../../core/sessions/session-state.ts'
import type { KnownSession } from '../../core/sessions/session-store.ts'
import { survey, WitnessMemory } from '../enforce/survey.ts'
import { processKey, type FailoverPorts } from './ports.ts'

/** Every session that a live process runs, and the account that process is bound to. */
export interface Running { readonly agent: string; readonly session: string; readonly account: string; readonly evidence: readonly Evidence[] }

export async function runningSessions(ports: FailoverPorts): Promise<readonly Running[]> {
  const { agents } = await survey(ports.sight, new WitnessMemory())
  const registered = ports.registered()
  const found = new Map<string, Running & { evidence: Evidence[] }>()
  for (const each of agents) {
    if (!each.heard.heard || (each.role !== 'session' && each.role !== 'background-session') || !isAlive(each.process)) continue
    const { session, account } = each.heard.witness
    const key = `${each.agent}/${session}`
    const known = found.get(key)
    // In a shared folder a log may have been read below another home: who is registered where counts first.
    if (known) known.evidence.push(each)
    else found.set(key, { agent: each.agent, session, account: registered.get(processKey(each.process)) ?? account, evidence: [each] })
  }
  return [...found.values()]
}

/** `spent`: the windows work is moved for; none where a person moves it for their own reasons. */
export async function sightsOf(ports: FailoverPorts, { agent, account }: { readonly agent: string; readonly account: string }, spent: readonly QuotaWindow[]): Promise<readonly SessionSight[]> {
  const running = (await runningSessions(ports)).filter(each => each.agent === agent && each.account === account)
  if (running.length === 0) return []
  const seats = await ports.seats.list()
  const known = await ports.stores.read(function* () {
    const all: (KnownSession | null)[] = []
    for (const { session } of running) all.push(yield* ports.stores.sessions.get(agent, session))
    return all
  })
  return running.map((each, index) => sightOf(ports, each, known[index] ?? null, { seats, spent }))
}

function sightOf(ports: FailoverPorts, { agent, session, evidence }: Running, known: KnownSession | null, { seats, spent }: { readonly seats: readonly SeatNow[]; readonly spent: readonly QuotaWindow[] }): SessionSight {
  const adapter = ports.adapters.find(({ name }) => name === agent)
  const [own] = evidence
  const witness = own?.heard.heard ? own.heard.witness : null
  const cwd = known?.cwd || (witness?.cwd ?? ''), transcript = known?.transcript ?? '', model = known?.model ?? ''
  const mode = transcript === '' ? '' : ports.conversations.mode(agent, transcript)
  const proof = own ? provable(own) : null
  const seat = seats.find(({ process }) => process && own && process.pid === own.process.pid && process.startTime === own.process.startTime)
  return {
    session, cwd, transcript, model, mode,
    state: stateOf({ known, running: evidence, last: undefined }),
    unprovable: ports.signalFlaw() || (proof === null || proof.target ? '' : proof.because),
    seat: seat?.name ?? '', queued: seat?.kind === 'task',
    stopped: transcript !== '' && ports.conversations.stopped(agent, transcript),
    plan: adapter ? planResume({ agent, session, cwd, mode }, { state: 'unproven' }, adapter, path => ports.sight.places.exists(path)) : { ok: false, because: `purser does not know how ${agent} is started`, instead: '' },
    loses: own ? adapter?.resume?.loses?.(own.process.argv.slice(1)) ?? '' : '',
    registered: adapter?.registry !== undefined,
    concerned: spent.length === 0 || spent.some(window => limitsModel(window, model)),
  }
}
