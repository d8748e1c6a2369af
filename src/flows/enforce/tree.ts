// The descendants of a target at the moment of its end: found by live parent links, each pinned, and signalled only as
// long as the whole chain up to the target was seen unbroken in the instant before. Whoever lost the chain is reported.
import { bystander, spared } from '../../core/enforcement/bystanders.ts'
import { descendantsOf } from '../../core/machine/descendants.ts'
import { identityText, isAlive, type HeldProcess, type ProcessInfo, type Self, type StopSignal } from '../../core/machine/process-table.ts'
import type { EnforcePorts } from './ports.ts'
import { roleOf } from './survey.ts'

export interface Member { readonly held: HeldProcess; readonly info: ProcessInfo }
export interface Tree {
  readonly members: readonly Member[]
  /** Below the target, and left alone: `4711@395962 (a terminal multiplexer)`. */
  readonly left: readonly string[]
  release(): void
}

/** Pins the descendants of a held process. The caller releases the tree. */
export async function holdTree(ports: Pick<EnforcePorts, 'processes' | 'agents'>, root: HeldProcess, self: Self): Promise<Tree> {
  const members: Member[] = []
  const left: string[] = []
  const release = (): void => { for (const { held } of members) held.release() }
  // A left process keeps what is below it: that belongs to it, not to the target.
  const chain = new Map<number, HeldProcess>([[root.pid, root]])
  try {
    for (const candidate of descendantsOf(await ports.processes.list(), root.pid)) {
      if (!chain.has(candidate.parent)) continue
      const held = await ports.processes.hold(candidate.pid)
      const info = held?.look() ?? null
      if (!held || !isAlive(info) || held.startTime !== candidate.startTime) {
        held?.release()
        continue
      }
      const reason = leaveAlone(ports, info, self)
      if (reason === '') {
        members.push({ held, info })
        chain.set(info.pid, held)
      } else {
        held.release()
        left.push(`${identityText(info)} (${reason})`)
      }
    }
    return { members: unbroken(members, root, left), left, release }
  } catch (error) {
    release()
    throw error
  }
}

function leaveAlone(ports: Pick<EnforcePorts, 'agents'>, info: ProcessInfo, self: Self): string {
  if (info.pid === self.pid || self.ancestors.includes(info.pid)) return 'purser runs in it'
  if (info.uid !== self.uid) return `uid ${info.uid}`
  if (info.namespace !== self.namespace) return 'another pid namespace'
  const role = roleOf(ports, info)?.role
  // A session that was started from a session has its own budget scope and its own ladder.
  if (role === 'session' || role === 'background-session') return 'an agent session of its own'
  if (role === 'ide') return 'an IDE extension host'
  // The agent's own helpers go with it.
  return role === 'helper' && bystander(info) === '' ? '' : spared(info)
}

/** Every link is looked at again now: a parent that ended meanwhile has handed its children to init. */
function unbroken(members: readonly Member[], root: HeldProcess, left: string[]): readonly Member[] {
  const linked = new Set<number>(root.look() === null ? [] : [root.pid])
  const kept: Member[] = []
  for (const member of members) {
    const now = member.held.look()
    if (!isAlive(now)) continue
    if (linked.has(now.parent)) {
      linked.add(now.pid)
      kept.push(member)
    } else {
      left.push(`${identityText(now)} (its parent ended: it is reported, not signalled)`)
    }
  }
  return kept
}

/** What one process answered. */
export interface Struck { readonly identity: string; readonly error: string }

/** Signals each member; one failure stops none of the others. */
export async function signalTree(ports: Pick<EnforcePorts, 'signals'>, tree: Tree, signal: StopSignal): Promise<readonly Struck[]> {
  const struck: Struck[] = []
  for (const { held, info } of tree.members) {
    const result = await ports.signals.send({ pid: info.pid, startTime: held.startTime, exe: info.exe, held }, signal)
    const error = result.sent || result.why === 'gone' || result.why === 'another_process' ? '' : result.detail
    struck.push({ identity: identityText({ pid: info.pid, startTime: held.startTime }), error })
  }
  return struck
}
