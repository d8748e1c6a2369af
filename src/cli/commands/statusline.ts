// `purser statusline`: one line for an agent's status bar, from its JSON on stdin; with a verb, putting it in place.
import type { StatuslineVerb } from '../../api/statusline-answer.ts'
import { AppError } from '../../core/errors.ts'
import { answer } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE } from '../context.ts'
import { usage } from '../parse.ts'

// The client's payload has 2 kB.
const PAYLOAD_BYTES_MAX = 4 * 1024 * 1024
const VERBS = ['install', 'uninstall', 'status'] as const satisfies readonly StatuslineVerb[]

export const statusline = command({
  operands: { verb: { value: 'VERB', about: 'install, uninstall or status; without it: print the line for the JSON on stdin', optional: true, choices: VERBS } },
  options: { project: { kind: 'flag', about: 'with a verb: the settings of the folder you are in, instead of your own' } },
  json: true,
  examples: [
    ['purser statusline install', 'show cost, budget and quota below the prompt of Claude Code'],
    ['purser statusline status', 'is it there, and which command of yours runs beside it'],
    ['purser statusline uninstall', 'give the settings back as they were'],
    ['purser statusline < payload.json', 'the line itself, as the client gets it'],
  ],
  notes: [
    'A status line command of your own stays: its lines come first, ours below. The settings are kept as a backup before they change.',
    'Without a daemon the line says what the client itself knows; it never fails and never waits longer than 0.3 s for purser.',
  ],
  async run(context, given) {
    const verb = VERBS.find(each => each === given.operands.verb)
    if (verb) {
      const scope = given.options.project ? 'project' : 'user'
      const done = await context.doors.statuslineSetup({ verb, scope, folder: context.folder, environment: context.environment })
      // Loaded only for a verb: a line is drawn often.
      await answer(context, given, done, async (said, view) => (await import('../render/setup.ts')).renderStatusline(said, view))
      return EXIT_DONE
    }
    if (given.json || given.options.project) throw usage(`${given.json ? '--json' : '--project'} goes with a verb: purser statusline status`, 'purser statusline --help')
    const body = await context.input(PAYLOAD_BYTES_MAX)
    if (body.trim() === '') throw new AppError('invalid_input', 'purser statusline reads what Claude Code tells its status line on stdin\nput it in place with: purser statusline install')
    context.out(await context.doors.statusline({ body, environment: context.environment }))
    return EXIT_DONE
  },
})
