// What people are told of tasks: that one was put aside, and that one waits for a quota. Label, ids and figures only.
import { outboxRows } from '../../core/machine/outbox.ts'
import type { Work } from '../../core/ledger/work.ts'
import type { Task } from '../../core/tasks/task.ts'
import { isoText, type Instant } from '../../core/time.ts'
import type { DispatchPorts } from './ports.ts'

export function* tellOver(ports: DispatchPorts, task: Task, at: Instant): Work<void> {
  const { now, id, label, attempts } = task
  if (now.state !== 'parked' && (!('at' in now) || now.state === 'cancelled')) return
  const name = label === '' ? id : `${label} (${id})`
  const title = `task ${name} ${now.state === 'done' ? 'is done' : now.state === 'dead' ? 'was put aside' : 'waits for a quota'}`
  const body = now.state === 'parked' ? `${now.because}; it goes on at ${isoText(now.until)}`
    : now.state === 'dead' ? `${now.because}. See it: purser task show ${id}. Try it again: purser task retry ${id}` : `after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`
  const notice = { key: `task.${now.state} ${id} ${attempts} ${at}`, code: `task.${now.state}`, level: now.state === 'done' ? 'info' as const : 'warn' as const, title, body, at, facts: { task: id, label, state: now.state, attempts: String(attempts) } }
  for (const row of outboxRows(notice, ports.channels(), at)) yield* ports.run.stores.breaches.addNotice(row, at)
}
