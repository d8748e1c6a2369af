// `purser run -- claude ...`: starts an agent under supervision. Refuses what is locked or does not fit, then stands aside
// until it is over, says in one line what it cost, and ends as it ended.
import { AppError } from '../../core/errors.ts'
import { parseUsd, usdText } from '../../core/money.ts'
import { faint, toned } from '../../core/text/line.ts'
import { note } from '../answer.ts'
import { command } from '../command.ts'
import { connect } from '../connect.ts'
import { withProgress } from '../progress.ts'
import { paint } from '../render/paint.ts'
import { refuse } from './claim.ts'
import { renderEndedRun, renderRefusedRun } from '../render/runs.ts'

const EXIT_REFUSED = 3

export const run = command({
  operands: { command: { value: 'COMMAND', about: 'the program and its words, as you would type them', many: 'command', completes: 'program' } },
  options: {
    budget: { kind: 'value', value: 'AMOUNT', about: 'US dollars this run may spend: reserved before it starts, the rest given back when it ends' },
    claim: { kind: 'value', value: 'NAME', about: 'take this before it starts and give it back when it ends; may be said several times', repeats: true },
    account: { kind: 'value', value: 'ID', about: 'the login it works on; left out, the one that new work starts on' },
  },
  json: false,
  examples: [
    ['purser run -- claude', 'an agent whose process and session are known from its first moment'],
    ['purser run --budget 5 -- claude -p "fix the tests"', 'starts only if $5 fit into every budget, stops at $5, and says what it cost'],
    ['purser run --claim path:src/auth --account work -- claude', 'nobody else edits there while it runs; on the login work'],
    ['purser run --budget 2 -- codex exec "update the changelog"', 'the same for Codex; also gemini, opencode, and any other program'],
  ],
  notes: [
    'Ends with the program\'s own exit code, 128 and the signal if a signal ended it. Exit 3: refused, nothing was started. 75: somebody else holds what it would claim; who is said.',
    'Options of purser stand before the program; everything behind its name is the program\'s own.',
  ],
  async run(context, given) {
    const [program = '', ...args] = given.operands.command
    const { budget } = given.options
    const { clock, asker } = await context.machine()
    const startedAt = clock.monotonicMs()
    const outcome = await context.doors.run({
      program, args, ...(budget === undefined ? {} : { budget: amountOf(budget) }), login: given.options.account === undefined ? { by: 'choice' } : { by: 'name', id: given.options.account },
      claims: given.options.claim, asker: asker(), told: text => note(context, { text: `purser: ${text}`, tone: 'warn' }),
      environment: context.environment, folder: context.folder, minted: crypto.randomUUID(),
      connect: () => connect({ environment: context.environment, doors: context.doors, machine: context.machine, onOtherVersion: text => note(context, { text: `purser: ${text}`, tone: 'warn' }) }),
      waiting: (plane, work) => withProgress(context, plane, work),
    })
    if (outcome.did === 'held') return refuse(context, false, outcome.refusal)
    if (outcome.did === 'refuse') {
      context.err(paint(renderRefusedRun(outcome.refused), context.errScreen))
      return EXIT_REFUSED
    }
    // Of a program that is no agent, and was given nothing, there is nothing to say.
    if (outcome.summary?.ok && outcome.summary.ended.because !== '' && budget === undefined) return outcome.exit
    if (outcome.summary?.ok) note(context, ...renderEndedRun(outcome.summary.ended, clock.monotonicMs() - startedAt))
    else if (outcome.summary) note(context, toned('warn', `purser: what it cost is not known yet: ${outcome.summary.because}`), faint('; see later: purser report session'))
    return outcome.exit
  },
})

function amountOf(text: string): string {
  const amount = parseUsd(text)
  if (amount <= 0n) throw new AppError('invalid_input', '--budget takes an amount above 0; with nothing to spend there is nothing to run')
  return usdText(amount)
}
