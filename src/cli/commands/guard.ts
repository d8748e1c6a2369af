// `purser guard`: a command that runs only while its claim is current.
import { faint, strong, toned } from '../../core/text/line.ts'
import { note } from '../answer.ts'
import { command } from '../command.ts'
import { connect } from '../connect.ts'
import { AppError } from '../../core/errors.ts'
import { askedOf, durationOf, refuse } from './claim.ts'

export const guard = command({
  operands: { command: { value: 'COMMAND', about: 'the program and its words, as you would type them', many: 'command', completes: 'program' } },
  options: {
    claim: { kind: 'value', value: 'NAME', about: 'what it runs under; may be given several times', repeats: true },
    wait: { kind: 'value', value: 'TIME', about: 'stand in line for so long' },
    reason: { kind: 'value', value: 'TEXT', about: 'what for; the command itself unless said' },
    strict: { kind: 'flag', about: 'never taken over, even when everything here is gone' },
  },
  json: false,
  examples: [
    ['purser guard --claim deploy -- make deploy', 'one deployment at a time, whoever starts it'],
    ['purser guard --claim path:dist --wait 10m -- npm run build', 'as soon as nobody else holds it'],
  ],
  notes: [
    'A claim that this session already holds is used and kept; else it is taken for the command and given back when that ends.',
    'When the claim is lost (broken by hand, or its lease over on another machine) the command gets SIGTERM, after ten seconds SIGKILL.',
    'Ends with the command\'s own exit code, 128 and the signal if a signal ended it. Exit 75: somebody else holds it, nothing was started.',
  ],
  async run(context, given) {
    const { claim: names, wait, reason, strict } = given.options
    const [program = '', ...args] = given.operands.command
    if (names.length === 0) throw new AppError('invalid_input', 'name the claim: purser guard --claim NAME -- COMMAND')
    const { asker } = await askedOf(context, names, undefined)
    const outcome = await context.doors.guard({
      names, program, args, asker, reason: reason ?? program, strict, waitMs: wait === undefined ? 0 : durationOf('--wait', wait), environment: context.environment, folder: context.folder, minted: crypto.randomUUID(),
      connect: () => connect({ environment: context.environment, doors: context.doors, machine: context.machine, onOtherVersion: text => note(context, { text: `purser: ${text}`, tone: 'warn' }) }),
      told: text => note(context, strong('purser: '), faint(text)),
    })
    if (outcome.did === 'refuse') return refuse(context, false, outcome.refusal)
    if (outcome.lost !== null) note({ ...context, quiet: false }, strong('purser: '), toned('bad', `stopped ${program}, since its claim was lost`))
    return outcome.exit
  },
})
