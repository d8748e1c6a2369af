// `purser demo`: the whole promise in a few seconds, with the real daemon, ledger, hooks and signals. Only the agent is
// not real, and the home is a temporary one: nothing of the caller's is read, written, listed or signalled.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DemoOptions } from '../api/daemon-options.ts'
import { messageOf } from '../core/errors.ts'
import { faint, strong } from '../core/text/line.ts'
import { systemClock } from '../os/clock.ts'
import { placesFor } from '../os/paths.ts'
import { processTable } from '../os/processes/process-table.ts'
import { guardFrom } from '../os/processes/signals.ts'
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
// The home is gone after a failure, so its last errors are shown before.
const LAST_WORDS_MAX = 3

/** Resolves with the exit code when everything it made is gone again, also after a failure or Ctrl-C. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const begun = systemClock.monotonicMs()
  const voice = narrator({ ...options, elapsedMs: () => systemClock.monotonicMs() - begun })
  if (options.environment.platform === 'win32') {
    voice.line('The demo needs hooks and signals, and purser has neither on Windows: there it reads and reports.')
    return EXIT_UNAVAILABLE
  }
  voice.line(strong('purser demo'), faint('  the real daemon, ledger, hooks and signals; a made-up agent; a temporary home. Ctrl-C ends it.'))
  const scope = new Scope()
  const played = await play(options, voice, scope)
  const exit = (await cleanUp(scope, voice)) ? played : EXIT_FAILED
  voice.say('end', `${secondsText(systemClock.monotonicMs() - begun)} in all`)
  if (exit === EXIT_FAILED) voice.line(faint('What this machine lacks:  '), 'purser doctor')
  if (exit === EXIT_DONE) voice.line(faint('On your own agents:  '), 'purser up --detach', faint(', '), 'purser hooks install', faint(', '), 'purser budget set --limit 20 --on-breach terminate', faint(', '), 'purser arm')
  return exit
}

/** Everything that is made is owned by the scope, the newest closed first: agents, daemon, home. */
async function play(options: DemoOptions, voice: Narrator, scope: Scope): Promise<number> {
  const { environment, signal } = options
  let stage: Stage | null = null
  try {
    const systemZone = Intl.DateTimeFormat().resolvedOptions().timeZone
    stage = scope.own('temporary home', buildStage({ environment, now: systemClock.now(), systemZone, agentProgram: join(packageFolder(), 'dist', 'demo-agent.cjs') }), each => removed(each, voice))
    voice.say('home', strong(stage.root), ': all of it happens in here, and goes with it')
    goOn(options)
    const table = processTable(environment.platform, process => ADAPTERS.some(adapter => adapter.process.role(process) !== null))
    const children = ownChildren(table, guardFrom(process.env))
    const { plane } = scope.own('daemon', await hostDaemon(stage, children), each => each.stop())
    const cast: Scene['cast'] = scope.own('agents', [], each => endAll(each))
    const scene = { plane, stage, children, clock: systemClock, narrator: voice, signal, cast, events: eventFeed({ plane, clock: systemClock, signal }) }
    await story(scene, options.columns)
    return EXIT_DONE
  } catch (error) {
    if (signal.aborted) {
      voice.sayToned('warn', 'stopping', 'as you asked')
      return EXIT_INTERRUPTED
    }
    voice.sayToned('bad', 'failed', messageOf(error))
    for (const words of stage === null ? [] : lastWords(stage)) voice.quote(words)
    return EXIT_FAILED
  }
}

async function story(scene: Scene, columns: number): Promise<void> {
  await prepare(scene)
  const agent = await startAgent(scene, 'agent')
  await tellProcesses(scene, agent)
  const lock = await spend(scene, agent)
  await refuseTools(scene, agent)
  await climbLadder(scene, lock, agent)
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

/** Errors in the log of the demonstration's daemon. */
function lastWords({ environment }: Stage): readonly string[] {
  const { log } = placesFor(environment.variables)
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
  return lines.filter(line => line.includes('"level":"error"')).slice(-LAST_WORDS_MAX)
}

/** False when something was left behind; what, is told. */
async function cleanUp(scope: Scope, voice: Narrator): Promise<boolean> {
  try {
    await scope.close()
    return true
  } catch (error) {
    const parts = error instanceof AggregateError ? (error.errors as readonly Error[]) : [error as Error]
    for (const part of parts) voice.sayToned('bad', 'left over', `${messageOf(part)}: ${messageOf(part.cause)}`)
    return false
  }
}
