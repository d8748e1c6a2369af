// One turn of the dispatcher: tend what is under way, wake what is due, begin what may. One of it runs at a time, in the
// daemon; it remembers nothing between turns but which verifications it waits for.
import { freeNames } from '../../core/sessions/pool.ts'
import { choose } from '../../core/tasks/choose.ts'
import { parking, staggered } from '../../core/tasks/outcome.ts'
import { isOver, type Task } from '../../core/tasks/task.ts'
import { begin, moved } from './begin.ts'
import type { DispatchPorts } from './ports.ts'
import { forgetIfOver, judge, tend, type Verifying } from './tend.ts'

export interface Dispatcher {
  /** True when something changed that others show. */
  turn(): Promise<boolean>
  /** Cuts verifications off, which are run again by whoever comes next, and waits until they are gone. */
  stop(): Promise<void>
}

export function dispatcher(ports: DispatchPorts): Dispatcher {
  const stopping = ports.abort()
  const verifying: Verifying = { under: new Map(), signal: stopping.signal }
  let tidied = false
  return {
    async turn() {
      if (!tidied) await forgetTexts(ports)
      tidied = true
      const before = await tended(ports, verifying)
      return await started(ports) || before
    },
    async stop() {
      stopping.abort()
      await Promise.all(verifying.under.values())
    },
  }
}

/** What is over needs no text any more; one that a crash left behind goes now. */
export async function forgetTexts({ run: { stores }, files }: DispatchPorts): Promise<void> {
  for (const id of files.withText()) {
    const task = await stores.read(() => stores.queue.get(id))
    // One without a row was never accepted: whoever wrote it died first.
    if (task === null || (isOver(task) && task.now.state !== 'dead')) files.forget(id)
  }
}

async function tended(ports: DispatchPorts, verifying: Verifying): Promise<boolean> {
  const { stores, node } = ports.run
  const under = await stores.read(() => stores.queue.underWay(node))
  const seats = under.length === 0 ? [] : await ports.seats.list()
  for (const attempt of under) {
    const task = await stores.read(() => stores.queue.get(attempt.task))
    if (task) await tend(ports, { task, attempt }, seats)
  }
  for (const task of await stores.read(() => stores.queue.open(node))) {
    if (task.now.state === 'verifying') judge(ports, task, verifying)
    if (task.now.state === 'parked') await moved(ports, task, { event: 'due' })
  }
  for (const { task } of under) await forgetIfOver(ports, task)
  return under.length > 0
}

async function started(ports: DispatchPorts): Promise<boolean> {
  const { stores, node, clock } = ports.run, now = clock.now()
  const open = await stores.read(() => stores.queue.open(node))
  if (!open.some(({ now: { state } }) => state === 'queued')) return false
  const placed = await Promise.all(open.map(async task => ({ ...task, on: await ports.accountOf(task) })))
  const seats = freeNames(ports.pool(), await ports.names()).length
  const { start, waits } = choose(placed, { caps: ports.caps(), seats, now })
  for (const [id, because] of waits) await waiting(ports, open, id, because)
  let parked = open.filter(task => task.now.state === 'parked').length
  let began = false
  for (const id of start) {
    const task = placed.find(each => each.id === id)
    if (!task) continue
    const { on, ...own } = task
    const limit = parking(await ports.windowsOf({ agent: task.agent, account: on }), now)
    if (limit !== null) await moved(ports, own, { event: 'parked', because: limit.because, until: staggered(limit.until, parked++) })
    else began = await begin(ports, own, on) || began
  }
  return began
}

/** Written down only when it is something else than before. */
async function waiting(ports: DispatchPorts, open: readonly Task[], id: string, because: string): Promise<void> {
  const task = open.find(each => each.id === id)
  if (task?.now.state === 'queued' && task.now.because !== because) await moved(ports, task, { event: 'waits', because, until: null })
}
