// Who asks, by proof alone: the nearest agent session above the asking process, named by hook or registry where they
// speak of it; else the leader of its terminal's session, which is a person's shell. What a caller says of itself only
// chooses among what was found.
import { PROCESS, SHELL, type Claimant, type HolderProof } from '../../core/claims/claim.ts'
import { hear } from '../../core/enforcement/witness.ts'
import { isAlive, type ProcessIdentity, type ProcessInfo, type Self } from '../../core/machine/process-table.ts'
import { roleOf } from '../enforce/survey.ts'
import type { ClaimPorts } from './ports.ts'

export interface Asker {
  readonly pid: number
  /** Compared when given. */
  readonly startTime?: string
  readonly session?: string
  readonly as?: 'session' | 'process'
}

export type Identified =
  /** `line`: the asking process and everything it runs below, nearest first. */
  | { readonly proven: true; readonly claimant: Claimant; readonly line: readonly ProcessIdentity[]; readonly asking: ProcessIdentity }
  | { readonly proven: false; readonly because: string }

// A chain of parents is tens long; a bound for a table that changes while it is read.
const LINE_MAX = 64

/** `alone`: a program that holds by itself is who it is, whatever it runs below; its line then ends with it. */
export async function identify(ports: ClaimPorts, asker: Asker, { alone = false }: { readonly alone?: boolean } = {}): Promise<Identified> {
  const self = await ports.self()
  const line = await lineOf(ports, asker.pid, alone && asker.as === 'process' ? 1 : LINE_MAX)
  const asking = line[0]
  const flaw = flawOf(asking, asker, self)
  if (flaw !== '' || !asking) return unproven(flaw)
  const seat = await ports.seat()
  const proven = (process: ProcessInfo, agent: string, session: string, proof: HolderProof): Identified =>
    ({ proven: true, claimant: { ...seat, pid: process.pid, startTime: process.startTime, agent, session, proof }, line: line.map(identityOf), asking: identityOf(asking) })
  if (asker.as === 'process') return proven(asking, PROCESS, `process-${asking.pid}`, 'process')
  const found: string[] = []
  for (const process of line) {
    const own = await seatedIn(ports, process, self)
    if (!own) continue
    if (asker.session === undefined || own.names.includes(asker.session)) return proven(process, own.agent, own.session, own.proof)
    found.push(own.session)
  }
  const shell = await shellOf(ports, asking, self)
  if (typeof shell !== 'string') {
    const session = `shell-${shell.pid}`
    if (asker.session === undefined || asker.session === session) return proven(shell, SHELL, session, 'terminal')
    found.push(session)
  }
  if (asker.session !== undefined) return unproven(`pid ${asking.pid} does not run in session ${asker.session}; it can prove ${found.length === 0 ? 'no session' : `only ${found.join(', ')}`}`)
  return unproven(`${typeof shell === 'string' ? shell : ''}; a program that lives as long as it needs a claim can hold it itself: purser guard --claim NAME -- COMMAND`)
}

/** The very process that is named, not what it runs below: an agent session where it is one, else a program. */
export async function identifyItself(ports: ClaimPorts, named: Pick<Asker, 'pid' | 'startTime'>): Promise<Identified> {
  const itself = await identify(ports, { ...named, as: 'process' })
  const session = itself.proven ? await identify(ports, named) : itself
  return session.proven && session.claimant.pid === named.pid ? session : itself
}

/**
 * Who speaks through a hook. The process it names counts only if it is that agent's; without one the session's own word
 * is all there is, and it holds for nobody else.
 */
export async function identifyCaller(ports: ClaimPorts, { agent, session, pid }: { readonly agent: string; readonly session: string; readonly pid: number }): Promise<{ readonly claimant: Claimant; readonly line: readonly ProcessIdentity[] }> {
  const self = await ports.self()
  const line = pid > 1 ? await lineOf(ports, pid) : []
  const [own] = line
  const isTheirs = own !== undefined && flawOf(own, { pid }, self) === '' && roleOf(ports, own)?.agent === agent
  const process = isTheirs ? identityOf(own) : { pid: 0, startTime: '' }
  return { claimant: { ...(await ports.seat()), ...process, agent, session, proof: 'hook' }, line: isTheirs ? line.map(identityOf) : [] }
}

const unproven = (because: string): Identified => ({ proven: false, because })
const identityOf = ({ pid, startTime }: ProcessIdentity): ProcessIdentity => ({ pid, startTime })

async function lineOf(ports: ClaimPorts, pid: number, most = LINE_MAX): Promise<readonly ProcessInfo[]> {
  const line: ProcessInfo[] = []
  for (let next = pid; next > 0 && line.length < most && !line.some(known => known.pid === next);) {
    const process = await ports.processes.inspect(next)
    if (!process) break
    line.push(process)
    next = process.parent
  }
  return line
}

function flawOf(asking: ProcessInfo | undefined, asker: Asker, self: Self): string {
  if (!asking || !isAlive(asking)) return `there is no process ${asker.pid} here`
  if (asking.startTime === '') return `the start time of pid ${asker.pid} cannot be read`
  if (asker.startTime !== undefined && asker.startTime !== asking.startTime) return `pid ${asker.pid} is another process here (start time ${asking.startTime}, not ${asker.startTime}): it may run in another container`
  if (asking.uid !== self.uid) return `pid ${asker.pid} belongs to another user`
  return asking.namespace === self.namespace ? '' : `pid ${asker.pid} runs in another container`
}

interface Seated { readonly agent: string; readonly session: string; readonly proof: HolderProof; /** Every id by which it may be chosen. */ readonly names: readonly string[] }

/** Who this process is, if it may hold: an agent session, or what `purser run` started. After `/clear` the newest word counts. */
async function seatedIn(ports: ClaimPorts, process: ProcessInfo, self: Self): Promise<Seated | null> {
  const known = roleOf(ports, process)
  const isSession = known?.role === 'session' || known?.role === 'background-session'
  const run = await ports.runOf(process)
  const aliases = run ? [run.id, ...(run.session === '' ? [] : [run.session])] : []
  if (!known || !isSession) return run && { agent: PROCESS, session: run.id, proof: 'process', names: aliases }
  const heard = hear(process, known.agent, await ports.witnessesOf(process.pid), self)
  if (heard.heard) return { agent: known.agent, session: heard.witness.session, proof: heard.witness.proof === 'hook' ? 'hook' : 'registry', names: [heard.witness.session, ...aliases] }
  if (run && run.session !== '') return { agent: known.agent, session: run.session, proof: 'run', names: aliases }
  const session = `process-${process.pid}`
  return { agent: known.agent, session, proof: 'process', names: [session, ...aliases] }
}

/** The leader of the asker's terminal session, or why there is none that could hold anything. */
async function shellOf(ports: ClaimPorts, asking: ProcessInfo, self: Self): Promise<ProcessInfo | string> {
  const pid = ports.terminalLeader(asking.pid)
  if (pid === asking.pid) return `pid ${pid} leads its session itself, so a claim would end with it`
  const leader = pid > 0 ? await ports.processes.inspect(pid) : null
  if (!leader || !isAlive(leader)) return 'neither an agent session nor a terminal is above this command'
  if (leader.startTime === '' || leader.uid !== self.uid) return 'the terminal above this command belongs to another user'
  return leader
}
