// `purser hooks install|uninstall|status`, and the hidden `purser hook AGENT EVENT`. Work without daemon and database.
import type { HooksScope, HooksVerb } from '../../api/hooks-answer.ts'
import { codeOf } from '../../core/errors.ts'
import { answer } from '../answer.ts'
import { command, type Command } from '../command.ts'
import { EXIT_DONE, type Context } from '../context.ts'
import { renderHooks, renderUnchanged } from '../render/setup.ts'

const PROJECT = { kind: 'flag', about: 'the settings of the folder you are in, instead of your own' } as const

export const hooksInstall = hooks('install', [['purser hooks install', 'let Claude Code ask purser before it spends'], ['purser hooks install --project', 'in this project only']],
  ['Your own hooks stay as they are; the settings are kept as a backup first. Takes effect for sessions started from now on.'])
export const hooksUninstall = hooks('uninstall', [['purser hooks uninstall', 'take out what install put in, and nothing else']], [])
export const hooksStatus = hooks('status', [['purser hooks status', 'are they in, are they current, when were they last heard']], [])

function hooks(verb: HooksVerb, examples: Command['examples'], notes: readonly string[]): Command {
  return command({
    operands: {}, options: { project: PROJECT }, json: true, examples, notes,
    async run(context, given) {
      const scope: HooksScope = given.options.project ? 'project' : 'user'
      const done = await context.doors.hooks({ verb, scope, folder: context.folder, environment: context.environment })
      const lastHeardAt = verb === 'status' ? await lastHeard(context) : undefined
      await answer(context, given, lastHeardAt === undefined ? done : { ...done, lastHeardAt }, (_, view) => (verb === 'status' || done.changed ? renderHooks(done, lastHeardAt, view) : renderUnchanged(done)))
      return EXIT_DONE
    },
  })
}

/** When a hook last spoke; undefined when neither daemon nor database can tell, which must not hide the rest. */
async function lastHeard(context: Context): Promise<string | null | undefined> {
  try {
    return (await context.plane().call('hooks.heard', {})).lastHeardAt
  } catch (error) {
    if (codeOf(error) === 'internal') throw error
    return undefined
  }
}

// Hook payloads carry whole tool inputs; more than this is none.
const PAYLOAD_BYTES_MAX = 64 * 1024 * 1024

/** What the installed script does, by hand: for trying a hook out. Ends as the script does: an event that nobody listens to is allowed. */
export const hook = command({
  operands: { agent: { value: 'AGENT', about: 'claude-code' }, event: { value: 'EVENT', about: "the client's own event name: PreToolUse" } },
  options: {}, json: false,
  examples: [['purser hook claude-code PreToolUse < payload.json', "what the agent would be answered"]],
  async run(context, given) {
    const body = await context.input(PAYLOAD_BYTES_MAX)
    const said = await context.doors.hook({ ...given.operands, body, environment: context.environment })
    context.out(said.stdout)
    context.err(said.stderr)
    return said.exitCode
  },
})
