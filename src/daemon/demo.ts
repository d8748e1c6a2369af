// `purser demo`: the whole promise in a few seconds, with the real daemon, ledger, hooks and signals. Only the agent is
// not real, and the home is a temporary one: nothing of the caller's is read, written, listed or signalled.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DemoOptions } from '../api/daemon-options.ts'
import { messageOf } from '../core/errors.ts'
import { faint, strong, toned } from '../core/text/line.ts'
import { systemClock } from '../os/clock.ts'
import { processTable } from '../os/processes.ts'
import { guardFrom } from '../os/signals.ts'
import { prepare, spend, startAgent, tellProcesses } from './demo/acts.ts'
import { climbLadder, refuseTools, relaunch, release, tellTimeline } from './demo/after-breach.ts'
import { hostDaemon } from './demo/hosted-daemon.ts'
import { narrator, secondsText, type Narrator } from './demo/narrator.ts'
import { ownChildren } from './demo/own-children.ts'
import { beat, eventFeed, goOn, type Scene } from './demo/scene.ts'
import { buildStage, type Stage } from './demo/stage.ts'
import { Scope } from './scope.ts'
import { packageFolder } from './version.ts'
import { ADAPTERS } from './wire.ts'

const EXIT_DONE = 0
const EXIT_FAILED = 1
const EXIT_UNAVAILABLE = 69
/** 128 + SIGINT, as a shell counts it. */
const EXIT_INTERRUPTED = 130

/** Resolves with the exit code when everything it made is gone again, also after a failure or Ctrl-C. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const clock = systemClock
  const begun = clock.monotonicMs()
  const voice = narrator({ ...options, elapsedMs: () => clock.monotonicMs() - begun })
  if (options.environment.platform === 'win32') {
    voice.line('The demo needs hooks and signals, and purser has neither on Windows: there it reads and reports.')
    return EXIT_UNAVAILABLE
  }
  voice.line(strong('purser demo'), faint('  the real daemon, ledger, hooks and signals; a made-up agent; a temporary home. Ctrl-C ends it.'))
  const scope = new Scope()
  let exit = EXIT_DONE
  try {
    await play(options, voice, scope)
  } catch (error) {
    exit = options.signal.aborted ? EXIT_INTERRUPTED : EXIT_FAILED
    if (options.signal.aborted) voice.sayToned('warn', 'Ctrl-C', 'cleaning up')
    else voice.sayToned('bad', 'failed', messageOf(error))
  }
  const gone = await cleanUp(scope, voice)
  if (!gone) exit = EXIT_FAILED
  voice.say('end', `${secondsText(clock.monotonicMs() - begun)} in all`)
  if (exit === EXIT_DONE) voice.line(faint('On your own agents:  '), 'purser up --detach', faint(' · '), 'purser hooks install', faint(' · '), 'purser budget set --limit 20 --on-breach terminate', faint(' · '), 'purser arm')
  return exit
}

/** The acts in their order. What they make is owned by the scope, newest closed first. */
async function play(options: DemoOptions, voice: Narrator, scope: Scope): Promise<void> {
  const { signal, environment, columns } = options
  const clock = systemClock
  const stage = scope.own('temporary home', buildStage({
    environment, now: clock.now(), systemZone: Intl.DateTimeFormat().resolvedOptions().timeZone, agentProgram: join(packageFolder(), 'dist', 'demo-agent.cjs'),
  }), each => removed(each, voice))
  voice.say('home', strong(stage.root), ': all of it happens in here, and goes with it')
  goOn(options)
  const table = processTable(environment.platform, process => ADAPTERS.some(adapter => adapter.process.role(process) !== null))
  const children = ownChildren(table, guardFrom(process.env))
  const daemon = scope.own('daemon', await hostDaemon(stage, children), each => each.stop())
  const { plane } = daemon
  const cast: Scene['cast'] = scope.own('agents', [], each => endAll(each))
  const scene: Scene = { plane, stage, children, clock, narrator: voice, signal, events: eventFeed({ plane, clock, signal }), cast }

  await prepare(scene)
  const first = await startAgent(scene, 'agent')
  await tellProcesses(scene)
  const lock = await spend(scene, first)
  await refuseTools(scene, first)
  await climbLadder(scene, lock, first)
  await relaunch(scene, lock)
  await tellTimeline(scene, lock.id, columns)
  await release(scene, lock.id)
  await beat(scene)
}

async function endAll(cast: Scene['cast']): Promise<void> {
  await Promise.all(cast.map(puppet => puppet.end()))
}

function removed(stage: Stage, voice: Narrator): void {
  stage.remove()
  if (existsSync(stage.root)) throw new Error(`${stage.root} is still there; remove it by hand`)
  voice.say('cleaned', `agents ended, daemon stopped, ${stage.root} removed`)
}

/** False when something was left behind; what, is told. */
async function cleanUp(scope: Scope, voice: Narrator): Promise<boolean> {
  try {
    await scope.close()
    return true
  } catch (error) {
    const parts = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [error]
    for (const part of parts) voice.sayToned('bad', 'left over', `${messageOf(part)}: ${messageOf((part as { cause?: unknown }).cause)}`)
    return false
  }
}
