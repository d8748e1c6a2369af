// The ends of a ladder that send nothing: rehearsed, concluded, given up, lost from sight. Each tells once.
import type { Rung } from '../../core/enforcement/ladder.ts'
import { actionId, type Action } from '../../core/enforcement/lock.ts'
import { identityText, isAlive } from '../../core/machine/process-table.ts'
import type { Target } from './choose.ts'
import { begin, finish, type Walk } from './rungs.ts'
import { childrenOn, successorOf } from './trail.ts'

const WOULD: Record<Rung, string> = {
  interrupt: 'would send SIGINT', terminate: 'would send SIGTERM to it and what runs below it', kill: 'would send SIGKILL to it and what runs below it',
  'stop-background': 'would tell the client to stop this background session', verify: 'would watch that it stays stopped',
}

/** Writes a rung that is not taken. null when its lock went meanwhile. */
export async function rehearse(walk: Walk, target: Target, rung: Rung): Promise<Action | null> {
  const begun = await begin(walk, target, rung, 0)
  if (!begun.taken) return null
  if (begun.action.state !== 'running') return begun.action
  const because = target.proof?.because ?? ''
  const fields = { lock: target.lock.id, target: identityText(target), session: target.proof?.scope.session ?? '', rung, because, outcome: WOULD[rung] }
  const finished = await finish(walk, begun.action, 'dry-run', `${WOULD[rung]}; signals are in dry-run, to send them type: purser arm`, [{ code: 'target.rehearsed', level: 'info', fields }])
  return finished.taken ? finished.action : null
}

/** Ends the verification: it stayed stopped, or its session runs again. Children that outlived it are told either way. */
export async function concludeTarget(walk: Walk, target: Target, history: readonly Action[], { attempt, stopped }: { readonly attempt: number; readonly stopped: boolean }): Promise<Action> {
  const { ports } = walk
  const verification = history.find(row => row.kind === 'verify' && row.attempt === attempt)
  if (!verification) throw new Error('a verification concludes that never began')
  const orphans: string[] = []
  for (const child of childrenOn(history)) {
    const now = await ports.processes.inspect(child.pid)
    if (isAlive(now) && now.startTime === child.startTime) orphans.push(identityText(now))
  }
  const successor = successorOf(walk.survey.agents, target, history)
  const remains = orphans.length === 0 ? '' : `; still running, no longer below it and therefore not signalled: ${orphans.join(' ')}`
  const outcome = (stopped ? 'it stayed stopped' : `its session came back as ${successor ?? 'another process'}`) + remains
  const fields = { lock: target.lock.id, target: identityText(target), attempt, outcome }
  const events = [{ code: stopped ? 'target.stopped' : 'target.came_back', level: stopped && orphans.length === 0 ? 'info' as const : 'warn' as const, fields }]
  const finished = await finish(walk, verification, stopped ? 'done' : 'failed', outcome, events)
  return finished.taken ? finished.action : verification
}

/** Told once per lock and process; hooks go on denying it. */
export async function giveUp(walk: Walk, target: Target): Promise<void> {
  const now = walk.now()
  const key = { lock: target.lock.id, kind: 'notify', target: `unstoppable:${identityText(target)}`, attempt: 1 } as const
  const action: Action = { ...key, id: actionId(key), state: 'pending', notBefore: now, outcome: '', createdAt: now, finishedAt: null }
  if (await walk.ports.store.begin(action, walk.ports.clock.now()) !== 'begun') return
  const outcome = `pid ${target.pid} did not stop after all attempts; its hooks deny it, purser does not signal it again. Look at it: purser ps`
  await finish(walk, action, 'done', outcome, [{ code: 'target.unstoppable', level: 'error', fields: { lock: target.lock.id, target: identityText(target), outcome } }])
}

/** It is there and can no longer be proven: no further signal, said once per run. */
export async function loseSight(walk: Walk, target: Target, told: Set<string>): Promise<void> {
  const key = `${target.lock.id} ${identityText(target)}`
  if (told.has(key)) return
  told.add(key)
  const because = target.doubt === '' ? 'it runs another program now' : target.doubt
  await walk.ports.store.audit([{ code: 'target.unproven', level: 'warn', fields: { lock: target.lock.id, target: identityText(target), because } }], walk.now())
}
