// A target is proven, or it is not a target. From evidence about one process to a yes or no with its reason, in one
// sentence for `purser ps`. Looks at nothing itself and sends nothing; every doubt is a no.
import { matches } from '../budgets/selector.ts'
import type { Selector } from '../budgets/budget.ts'
import { isAlive, type ProcessInfo, type Self } from '../machine/process-table.ts'
import type { Scope } from '../scope.ts'
import { bystander } from './bystanders.ts'
import { atOrBelow, isWholeRoot, rootsOf } from './lock-reach.ts'
import type { Lock } from './lock.ts'
import type { Place } from './place.ts'
import type { Heard, Witness } from './witness.ts'

export type AgentRole = 'session' | 'background-session' | 'helper' | 'ide'

/** All that is known about one process at one instant. */
export interface Evidence {
  readonly process: ProcessInfo
  readonly agent: string
  /** The adapter's judgement of executable and arguments. */
  readonly role: AgentRole | null
  readonly heard: Heard
  /** Of the witness' directory if there is one, else of the process' own. */
  readonly place: Place | null
  /** Other agent processes at or below the same worktree; those whose directory cannot be read are counted in. */
  readonly companions: number
  readonly self: Self
  readonly node: string
  /** The user's home folder: never a whole project. */
  readonly home: string
  readonly exists: (path: string) => boolean
}

export type Proof =
  | { readonly target: true; readonly because: string; readonly scope: Scope; readonly method: 'signal' }
  | { readonly target: true; readonly because: string; readonly scope: Scope; readonly method: 'stop-background'; readonly job: string }
  | { readonly target: false; readonly because: string }

const no = (because: string): Proof => ({ target: false, because })

/** Is this process, beyond doubt, what this lock holds? */
export function proveTarget(lock: Lock, evidence: Evidence): Proof {
  const refused = refusal(evidence)
  if (refused !== '') return no(refused)
  return evidence.heard.heard ? byWitness(lock, evidence, evidence.heard.witness) : byPlace(lock, evidence, evidence.heard.why)
}

/** Could this process be proven to be a session at all, were there a lock on its project? For `ps` while nothing is locked. */
export function provable(evidence: Evidence): Proof {
  const refused = refusal(evidence)
  if (refused !== '') return no(refused)
  const { heard, place, process } = evidence
  if (heard.heard) return proven(evidence, heard.witness, `${named(heard.witness)}; a lock on its scope would stop it`)
  const flaw = place === null ? 'its directory cannot be read' : rootFlaw(place.project, evidence)
  if (flaw !== '' || place === null) return no(`${unheard(heard.why)}, and ${flaw}`)
  if (!atOrBelow(place.project, process.cwd)) return no(`${unheard(heard.why)}, and its worktree lies outside the project root ${place.project}`)
  return proven(evidence, null, `it works in ${place.project}: a lock on that whole project would stop it, a lock on one session would not (${unheard(heard.why)})`)
}

// The order is the order of explanation: what it is before whose it is.
const REFUSALS: readonly ((evidence: Evidence) => string)[] = [
  ({ process }) => (!Number.isSafeInteger(process.pid) || process.pid <= 1 ? 'pid 0 and pid 1 are the machine itself' : ''),
  ({ process, self }) => (process.pid === self.pid ? 'it is this purser itself' : ''),
  ({ process, self }) => (self.ancestors.includes(process.pid) ? 'purser runs inside it: it is one of our own ancestors' : ''),
  ({ process }) => (isAlive(process) ? '' : 'it has already ended (a zombie its parent has not collected)'),
  ({ process }) => { const kind = bystander(process); return kind === '' ? '' : `it is ${kind}` },
  ({ role }) => (role === null ? 'neither its executable nor its arguments are those of an agent session' : ''),
  ({ role }) => (role === 'helper' ? 'it is a helper process of the agent, not a session' : ''),
  ({ role }) => (role === 'ide' ? 'it is the extension host of an IDE' : ''),
  ({ process, self }) => (process.uid === self.uid ? '' : process.uid < 0 ? 'it runs under several user ids at once' : `it belongs to uid ${process.uid}, purser runs as uid ${self.uid}`),
  ({ process, self }) => (process.namespace === self.namespace ? '' : process.namespace === '' ? 'its pid namespace cannot be read' : 'it runs in another pid namespace (a container)'),
  ({ process }) => (process.startTime === '' ? 'its start time cannot be read' : ''),
  evidence => (isBackground(evidence) && jobOf(evidence) === '' ? 'it is a background session without a job id: its daemon would respawn it after a signal' : ''),
]

function refusal(evidence: Evidence): string {
  for (const reason of REFUSALS) {
    const found = reason(evidence)
    if (found !== '') return found
  }
  return ''
}

const isBackground = ({ role, heard }: Evidence): boolean => role === 'background-session' || (heard.heard && heard.witness.kind === 'background')
const jobOf = ({ heard }: Evidence): string => (heard.heard ? heard.witness.job : '')

/** A hook or the agent's registry names the session: the lock's every dimension is then compared by value. */
function byWitness(lock: Lock, evidence: Evidence, witness: Witness): Proof {
  const { place } = evidence
  const scope: Scope = {
    node: evidence.node, agent: evidence.agent, account: witness.account, project: place?.project ?? '', branch: place?.branch ?? '',
    session: witness.session, subagent: '',
  }
  const reached = withProjects(lock, evidence, scope, witness.cwd).find(candidate => reaches(lock, candidate))
  if (!reached) return no(`${named(witness)}, but ${outside(lock, scope)}`)
  return proven(evidence, witness, `${named(witness)}, and ${holds(lock)}`, reached)
}

/**
 * Nobody names its session. Its directory is then proof for a lock on a whole project, and for a branch lock where HEAD
 * is that branch and no other agent works there; a session or account lock, and a wider one, prove nothing about it.
 */
function byPlace(lock: Lock, evidence: Evidence, why: string): Proof {
  const { place, process } = evidence
  const narrow = constrained(lock)
  if (narrow.includes('session') || narrow.includes('account')) return no(`${unheard(why)}, and ${name(lock)} holds one ${narrow.includes('session') ? 'session' : 'account'}, not its neighbours`)
  if (!narrow.includes('branch') && !narrow.includes('project')) return no(`${unheard(why)}, and ${name(lock)} is wider than a project, so a directory proves nothing`)
  if (process.cwd === '' || place === null) return no(`${unheard(why)}, and its directory cannot be read or is gone`)
  const scope: Scope = { node: evidence.node, agent: evidence.agent, account: '', project: place.project, branch: place.branch, session: '', subagent: '' }
  const reached = withProjects(lock, evidence, scope, process.cwd).find(candidate => reaches(lock, candidate))
  if (!reached) return no(`${unheard(why)}, and ${outside(lock, scope)}`)
  if (narrow.includes('branch')) return onBranch(lock, evidence, place, reached, why)
  const flaw = rootFlaw(reached.project, evidence)
  if (flaw !== '') return no(`${unheard(why)}, and ${flaw}`)
  if (!atOrBelow(reached.project, process.cwd)) return no(`${unheard(why)}, and its directory is not in or below ${reached.project}`)
  return proven(evidence, null, `its directory is in ${reached.project}, and ${holds(lock)}`, reached)
}

function onBranch(lock: Lock, evidence: Evidence, place: Place, scope: Scope, why: string): Proof {
  const flaw = rootFlaw(place.worktree, evidence)
  if (flaw !== '') return no(`${unheard(why)}, and ${flaw}`)
  if (!atOrBelow(place.worktree, evidence.process.cwd)) return no(`${unheard(why)}, and its directory is not in or below the worktree ${place.worktree}`)
  if (evidence.companions > 0) return no(`${unheard(why)}, and ${evidence.companions} other agent ${evidence.companions === 1 ? 'process may work' : 'processes may work'} in the same worktree`)
  return proven(evidence, null, `it is the only agent in a worktree whose HEAD is ${place.branch}, and ${holds(lock)}`, scope)
}

/** Why a folder may not stand for everything below it; '' when it may. */
function rootFlaw(root: string, { home, exists }: Evidence): string {
  if (root === '') return 'it works in no repository'
  if (!isWholeRoot(root)) return `${root} is too near the top to be a project`
  if (root === home || atOrBelow(root, home)) return `${root} is or holds the home folder, not a project`
  if (!exists(root)) return `the project root ${root} does not exist`
  return ''
}

/**
 * Outside a repository a session's project is the directory it was started in, so a lock on a folder also means what
 * works below it. Inside one, the repository decides: a nested repository is another project.
 */
function withProjects(lock: Lock, evidence: Evidence, scope: Scope, cwd: string): readonly Scope[] {
  if (evidence.place?.worktree !== '') return [scope]
  const above = rootsOf(lock).filter(root => atOrBelow(root, cwd) && rootFlaw(root, evidence) === '')
  return [scope, ...above.map(project => ({ ...scope, project }))]
}

/** Every constrained dimension is known and fits. What is unknown never proves, whatever the pattern. */
function reaches(lock: Lock, scope: Scope): boolean {
  if (constrained(lock).some(dimension => scope[dimension] === '')) return false
  if (!matches(lock.selector, scope)) return false
  return lock.per === '' || scope[lock.per as keyof Selector] === lock.perValue
}

const DIMENSIONS = ['node', 'agent', 'account', 'project', 'branch', 'session'] as const satisfies readonly (keyof Selector)[]

/** The dimensions a lock narrows. `*` alone narrows nothing: it is the same as saying nothing. */
export function constrained(lock: Pick<Lock, 'selector' | 'per'>): readonly (keyof Selector)[] {
  return DIMENSIONS.filter(dimension => lock.per === dimension || !/^\**$/.test(lock.selector[dimension] ?? ''))
}

function proven(evidence: Evidence, witness: Witness | null, because: string, scope?: Scope): Proof {
  const known: Scope = scope ?? {
    node: evidence.node, agent: evidence.agent, account: witness?.account ?? '', project: evidence.place?.project ?? '', branch: evidence.place?.branch ?? '',
    session: witness?.session ?? '', subagent: '',
  }
  if (isBackground(evidence)) return { target: true, because, scope: known, method: 'stop-background', job: jobOf(evidence) }
  return { target: true, because, scope: known, method: 'signal' }
}

const name = (lock: Lock): string => `lock ${lock.id} (${lock.rule})`
const holds = (lock: Lock): string => `${name(lock)} holds its scope`
const outside = (lock: Lock, scope: Scope): string => `${name(lock)} does not hold it: its ${constrained(lock).map(dimension => `${dimension} is ${scope[dimension] === '' ? 'unknown' : scope[dimension]}`).join(', ') || 'scope is unknown'}`
const unheard = (why: string): string => (why === '' ? 'neither a hook nor the agent\'s registry names its session' : why)
const named = (witness: Witness): string => `${witness.proof === 'hook' ? 'its hook' : 'the agent\'s registry'} names it session ${witness.session}`
