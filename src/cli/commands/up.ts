// `purser up`: index history, follow the logs, hold the budgets. In this terminal, or detached from it.
import type { ControlPlane } from '../../api/control-plane.ts'
import { AppError } from '../../core/errors.ts'
import { faint, strong, type Line } from '../../core/text/line.ts'
import { confirm, note, viewOf } from '../answer.ts'
import { command } from '../command.ts'
import { otherVersionText, RESTART } from '../connect.ts'
import { EXIT_DONE, EXIT_UNAVAILABLE, type Context } from '../context.ts'
import { awaitDaemon, findDaemon, stopDaemon, type FoundDaemon } from '../daemon-process.ts'
import { lastEvent, printEvents } from '../follow.ts'
import { progressBar } from '../progress.ts'
import { eventLine } from '../render/events.ts'
import { moneyAtLeast, plural } from '../render/figures.ts'
import { paint } from '../render/paint.ts'
import { renderStatus } from '../render/status.ts'

// From the start of the process to an answering socket; history is read afterwards.
const START_WAIT_MS = 20_000
const STOP_WAIT_MS = 20_000

export const up = command({
  operands: {},
  options: {
    detach: { kind: 'flag', about: 'in the background; stop it with: purser down' },
    observe: { kind: 'flag', about: 'count and report only: no locks, no hooks denied, no signals' },
    yes: { kind: 'flag', about: 'replace a running daemon of another version without asking' },
  },
  json: false,
  examples: [['purser up', 'in this terminal, until Ctrl-C'], ['purser up --detach', 'in the background'], ['purser up --observe', 'only look']],
  notes: ['Writes only into its own folders. Hooks are installed by purser hooks install; signals stay a dry run until purser arm.'],
  async run(context, given) {
    const { detach, observe, yes } = given.options
    const running = await findDaemon(context)
    if (running && !await makeRoom(context, running, { detach, yes })) return EXIT_DONE
    return detach ? await startDetached(context, observe) : await startHere(context, observe)
  },
})

/** Decides about a daemon that is running already; false when there is nothing left to do. */
async function makeRoom(context: Context, running: FoundDaemon, { detach, yes }: { detach: boolean; yes: boolean }): Promise<boolean> {
  const own = (await context.machine()).version()
  const pid = running.pid === null ? '' : ` (pid ${running.pid})`
  if (running.version === own) {
    if (!detach) throw new AppError('already_running', `purser is already running${pid}\nsee it: purser status   stop it: purser down`)
    confirm(context, `purser is already running${pid}`)
    return false
  }
  const text = otherVersionText(own, running.version)
  const agreed = yes || await isYes(context, `purser: ${text.split(';')[0]}. Replace it with version ${own}? [Y/n] `)
  if (!agreed) throw new AppError('already_running', `${text.split(';')[0]}\nreplace it: purser up --yes   or: ${RESTART}`)
  await stopDaemon(context, STOP_WAIT_MS)
  note(context, faint('the other daemon has stopped'))
  return true
}

async function isYes(context: Context, question: string): Promise<boolean> {
  const typed = await context.ask(question)
  return typed !== null && /^(y(es)?)?$/i.test(typed.trim())
}

async function startDetached(context: Context, observe: boolean): Promise<number> {
  const { places } = await context.machine()
  const argv = [context.self.node, context.self.script, 'up', '--quiet', ...(observe ? ['--observe'] : [])]
  const child = await context.doors.detach({ environment: context.environment, command: argv })
  const ended: { exit: number | null } = { exit: null }
  void noteExit(child.exited, ended)
  const found = await awaitDaemon(context, START_WAIT_MS, () => ended.exit !== null)
  if (!found) {
    const why = ended.exit === null ? `the daemon (pid ${child.pid}) does not answer after ${START_WAIT_MS / 1_000} s` : `the daemon ended at once (exit ${ended.exit})`
    const said = ended.exit === null ? '' : child.said?.().replace(/^purser: /, '').replace(/\n {8}/g, '\n') ?? ''
    throw new AppError('unavailable', `${why}${said === '' ? '' : `\n${said}`}\nits log: ${places.log}   or watch it start: purser up`)
  }
  confirm(context, strong('purser is running'), ` in the background (pid ${found.pid ?? child.pid})`)
  confirm(context, faint('see it: '), 'purser status', faint('   stop it: '), 'purser down')
  return EXIT_DONE
}

async function noteExit(exited: Promise<number>, ended: { exit: number | null }): Promise<void> {
  try {
    ended.exit = await exited
  } catch {
    // It could not even be started; the person is told so by what is missing.
    ended.exit = EXIT_UNAVAILABLE
  }
}

async function startHere(context: Context, observe: boolean): Promise<number> {
  const { clock } = await context.machine()
  const stop = context.interrupted()
  const bar = progressBar(context, () => clock.monotonicMs())
  const over = new AbortController()
  let watching: Promise<void> = Promise.resolve()
  const exit = await context.doors.daemon({
    environment: context.environment, observe, signal: stop,
    onProgress: progress => bar.show(progress),
    onReady: plane => {
      bar.done()
      if (!context.quiet) watching = watch(context, plane, AbortSignal.any([stop, over.signal]))
    },
  })
  bar.done()
  over.abort()
  await watching
  note(context, faint('purser has stopped'))
  return exit
}

/** The first screen, then what happens, line by line. */
async function watch(context: Context, plane: ControlPlane, stop: AbortSignal): Promise<void> {
  try {
    const { clock } = await context.machine()
    const after = await lastEvent(plane)
    const status = await plane.call('status', {})
    context.out(paint([...await history(plane), ...renderStatus(status, viewOf(context.outScreen, clock.now()))], context.outScreen))
    await adviseHooks(context)
    note(context, faint('following; Ctrl-C stops it'))
    await printEvents({ plane, after, follow: true, stop, clock, print: event => context.out(paint([eventLine(event, status.zone, context.outScreen.columns)], context.outScreen)) })
  } catch (error) {
    // The daemon is closing its doors, or the display failed: following goes on, and its own end is reported by itself.
    if (!stop.aborted) note(context, { text: `purser: cannot show more: ${error instanceof Error ? error.message : String(error)}`, tone: 'warn' })
  }
}

/** What was there before today: on a first start in the morning the screen below it says $0. */
async function history(plane: ControlPlane): Promise<readonly Line[]> {
  const { total, rows = [] } = await plane.call('report', { kind: 'daily' })
  if (total.responses === 0) return [[faint('no agent has logged anything yet')], []]
  const [since = 'the beginning'] = rows.flatMap(row => row.date ?? []).toSorted()
  return [['Indexed ', plural(total.responses, 'response'), ', ', strong(moneyAtLeast(total.cost, total.atLeast)), ` since ${since}`], []]
}

async function adviseHooks(context: Context): Promise<void> {
  const hooks = await context.doors.hooks({ verb: 'status', scope: 'user', folder: context.folder, environment: context.environment })
  if (hooks.state !== 'installed') note(context, faint('to stop agents in time instead of afterwards: '), 'purser hooks install')
}
