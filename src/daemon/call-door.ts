// A hook asks for the money of a request that is about to be sent. Before it says no it looks whether what is held is
// still needed: an answer may be in its log and not read yet.
import { matches } from '../core/budgets/selector.ts'
import { noSubagentText, notSentText } from '../core/enforcement/call-text.ts'
import type { HookCall } from '../core/enforcement/hook-verdict.ts'
import type { Asker } from '../core/enforcement/lock-reach.ts'
import { plain } from '../core/enforcement/lock-text.ts'
import { isAlive } from '../core/machine/process-table.ts'
import { ownerText, type Owner } from '../core/reservations/owner.ts'
import { isCall, NEW_SUBAGENT } from '../core/reservations/reservation.ts'
import { reserveCall, reserving, type Call, type CallGranted, type CallWorld, type NoRoom } from '../flows/reserve/call.ts'
import { endCalls, isKept } from '../flows/reserve/end-calls.ts'
import { bootId } from '../os/processes/boot-id.ts'
import { callSight, callWorld } from './world/calls.ts'
import type { World } from './world/world.ts'

export interface CallDoor {
  /** Why the request may not be sent; null when its money is held, or no budget asks for it. */
  ask(agent: string, call: HookCall, asker: Asker): Promise<string | null>
}

// The script waits 2 s for an answer; what is in no log by then is not there.
const WAIT_MS = 1_300
const LOOK_MS = 60
// Far more sessions than start in a day; the oldest goes first.
const NAMED_MAX = 1_000

export function callDoor(world: World): CallDoor {
  const calls = callWorld(world), named = new Map<string, string>()
  return {
    async ask(agent, call, asker) {
      const rules = reserving(world.budgets()).filter(({ selector }) => matches(selector, asker.scope))
      const key = `${agent}/${call.session}`
      if (call.model !== undefined) note(named, key, call.model)
      if (rules.length === 0 || call.event === 'session-start') return null
      if (world.running.catchingUp) {
        const closed = rules.find(({ failMode }) => failMode === 'closed')
        return closed ? `purser: what budget ${plain(closed.id)} has left is not known while logs of before are read. Try again in a moment; see: purser status` : null
      }
      const stream = call.event === 'before-tool' ? NEW_SUBAGENT : call.subagent
      // A status line is drawn after the model was changed, a session's start may be hours ago.
      const model = stream === '' ? (world.running.lines.get(key)?.modelId || (named.get(key) ?? '')) : ''
      const asked: Call = { scope: asker.scope, stream, at: call.at, named: model, owner: await ownerOf(world, agent, call) }
      const answer = await roomFor(world, calls, asked)
      if (answer === null || answer.ok) return null
      const not = { ...answer, kept: await keptOf(world, answer.budget.id) }
      return call.event === 'before-tool' ? noSubagentText(not) : notSentText(not)
    },
  }
}

function note(named: Map<string, string>, key: string, model: string): void {
  named.delete(key)
  named.set(key, model)
  const [oldest] = named.keys()
  if (named.size > NAMED_MAX && oldest !== undefined) named.delete(oldest)
}

/** The process that asks, where it can be seen: whether it lives decides about what is held for it. */
async function ownerOf({ processes, node }: World, agent: string, { pid, session }: HookCall): Promise<Owner> {
  const own: Owner = { kind: 'session', node, agent, session }
  if (pid <= 1) return own
  try {
    const [found, self] = await Promise.all([processes.inspect(pid), processes.self()])
    return isAlive(found) && found.uid === self.uid ? { kind: 'process', node, boot: bootId(), pid, startTime: found.startTime } : own
  } catch {
    // Nobody can look at processes here: then only its session is known.
    return own
  }
}

async function roomFor(world: World, calls: CallWorld, call: Call): Promise<CallGranted | NoRoom | null> {
  const { scope: { agent, session }, stream, at } = call
  const sight = callSight(world), asking = { agent, session, stream, owner: ownerText(call.owner), at }
  for (const until = world.clock.monotonicMs() + WAIT_MS; ;) {
    const answer = await reserveCall(calls, call)
    if (answer === null || answer.ok || answer.why !== 'no_room') return answer
    const { settled, released, expired } = await endCalls(calls, sight, asking)
    if (settled + released + expired > 0) continue
    if (world.clock.monotonicMs() >= until || !(await hasOpen(world, call))) return answer
    await world.clock.sleep(LOOK_MS)
  }
}

/** Something is held for this very session: its answer may be on its way. */
const hasOpen = ({ stores }: World, { scope: { agent, session } }: Call): Promise<boolean> => stores.read(function* () {
  return (yield* stores.reservations.pending()).some(call => isCall(call) && !isKept(call) && call.covers?.agent === agent && call.covers.session === session)
})

const keptOf = ({ stores }: World, budget: string): Promise<readonly string[]> => stores.read(function* () {
  return (yield* stores.reservations.pending()).filter(call => isCall(call) && isKept(call) && call.parts.some(part => part.budget === budget)).map(({ id }) => id)
})
