// One command from argv to exit code: find it, load it, read its arguments, run it, report what went wrong.
import type { ControlPlane } from '../api/control-plane.ts'
import { paint } from './render/paint.ts'
import { note } from './answer.ts'
import type { CommandEntry } from './command.ts'
import { connect } from './connect.ts'
import { EXIT_DONE, type Context, type Screen } from './context.ts'
import type { Machine } from './doors.ts'
import { newGlobals, readArguments, route, type Globals } from './parse.ts'
import { failureOf } from './report-error.ts'

/** What main.ts brings; the rest of a Context follows from the flags. */
export type World = Omit<Context, 'quiet' | 'machine' | 'plane'>

const EXIT_USAGE = 2

export async function run(argv: readonly string[], world: World, table: readonly CommandEntry[]): Promise<number> {
  const globals = newGlobals()
  const open: { plane?: ControlPlane } = {}
  try {
    return await dispatch(argv, world, table, globals, open)
  } catch (error) {
    const debug = (world.environment.variables.PURSER_DEBUG ?? '') !== ''
    const { lines, exit } = failureOf(error, debug)
    world.err(paint(lines, screenFor(world.errScreen, globals)))
    return exit
  } finally {
    await open.plane?.close()
  }
}

async function dispatch(argv: readonly string[], world: World, table: readonly CommandEntry[], globals: Globals, open: { plane?: ControlPlane }): Promise<number> {
  const target = route(argv, table, globals)
  if (target.to === 'version') return await printVersion(world)
  if (target.to === 'help') return await printHelp(target.of, target.asked, world, table, globals)
  const command = await target.entry.load()
  const given = readArguments(target.entry.name, command, target.rest, globals)
  if (globals.help) return await printHelp(target.entry.name, true, world, table, globals)
  if (globals.version) return await printVersion(world)
  return await command.run(contextFor(world, globals, open), given)
}

function contextFor(world: World, globals: Globals, open: { plane?: ControlPlane }): Context {
  let machine: Promise<Machine> | undefined
  const context: Context = {
    ...world, quiet: globals.quiet, outScreen: screenFor(world.outScreen, globals), errScreen: screenFor(world.errScreen, globals),
    machine: () => (machine ??= world.doors.machine(world.environment)),
    plane: () => (open.plane ??= connect({
      environment: world.environment, doors: world.doors, machine: context.machine,
      onOtherVersion: text => note(context, { text: `purser: ${text}`, tone: 'warn' }),
    })),
  }
  return context
}

const screenFor = (screen: Screen, globals: Globals): Screen => (globals.colour ? screen : { ...screen, colour: false })

async function printVersion(world: World): Promise<number> {
  world.out(`purser ${(await world.doors.machine(world.environment)).version()}\n`)
  return EXIT_DONE
}

async function printHelp(of: string, asked: boolean, world: World, table: readonly CommandEntry[], globals: Globals): Promise<number> {
  const { helpFor } = await import('./help.ts')
  const screen = screenFor(asked ? world.outScreen : world.errScreen, globals)
  const text = paint(await helpFor(of, table, screen.columns), screen)
  if (asked) world.out(text)
  else world.err(text)
  return asked ? EXIT_DONE : EXIT_USAGE
}
