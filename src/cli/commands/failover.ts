// `purser failover plan|run|status|abort|history`: work to another login of yours, seen before it is done and followed until
// it is.
import type { ControlPlane } from '../../api/control-plane.ts'
import type { FailoverAnswer } from '../../api/failover-answers.ts'
import { AppError, ERROR_CODES } from '../../core/errors.ts'
import { faint, strong } from '../../core/text/line.ts'
import { SECOND_MS } from '../../core/time.ts'
import { answer, confirm, jsonText, note, viewOf } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE, type Context } from '../context.ts'
import { renderFailoverHistory, renderFailoverStatus, renderPlans } from '../render/failover.ts'
import { paint } from '../render/paint.ts'

const ACCOUNTS = {
  from: { kind: 'value', value: 'ACCOUNT', about: 'the one to leave; left out, the one whose quota is spent' },
  to: { kind: 'value', value: 'ACCOUNT', about: 'the one to go to; left out, the first that can take the work' },
  agent: { kind: 'value', value: 'AGENT', about: 'only this agent\'s accounts', choices: ['claude-code', 'codex'], synonyms: { claude: 'claude-code' } },
} as const
type Wish = { readonly from?: string; readonly to?: string; readonly agent?: string }
const wishOf = ({ from, to, agent }: { readonly from: string | undefined; readonly to: string | undefined; readonly agent: string | undefined }): Wish =>
  ({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), ...(agent === undefined ? {} : { agent }) })

export const failoverPlan = command({
  operands: {}, options: ACCOUNTS, json: true,
  examples: [['purser failover plan', 'what would happen to each session, and why'], ['purser failover plan --from main --to work', 'the same for two accounts you name']],
  notes: ['Looks only. What it shows is what would be done: a move asks the same question.'],
  async run(context, given) {
    const { zone } = await context.plane().call('failover.status', {})
    await answer(context, given, await context.plane().call('failover.plan', wishOf(given.options)), ({ plans }, view) => renderPlans(plans, zone, view))
    return EXIT_DONE
  },
})

// A step takes about a second; a person who waits sees each.
const LOOK_MS = SECOND_MS / 2

export const failoverRun = command({
  operands: {},
  options: { ...ACCOUNTS, yes: { kind: 'flag', about: 'do not ask' } }, json: true,
  examples: [['purser failover run', 'move the sessions of the spent account to the next one'], ['purser failover run --from main --to work --yes', 'move between these two, without a question']],
  notes: [
    'Each session is waited for until it does nothing, its process is ended, and it goes on in a terminal of purser\'s own, in the same folder and permission mode.',
    'Ctrl-C stops watching, not the move; give that up with purser failover abort.',
  ],
  async run(context, given) {
    const wish = wishOf(given.options), plane = context.plane()
    if (!given.options.yes) await askFor(context, wish)
    const { failover } = await plane.call('failover.run', { ...wish, by: context.user })
    const done = await followed(context, plane, failover)
    if (given.json) context.out(jsonText({ failover: done }))
    else {
      const { clock } = await context.machine()
      context.out(paint(renderFailoverHistory(await plane.call('failover.history', { id: failover.id }), viewOf(context.outScreen, clock.now())), context.outScreen))
    }
    return done.state === 'aborted' ? ERROR_CODES.refused.exit : EXIT_DONE
  },
})

/** Shows the plan and takes a yes. Throws `refused` for anything else. */
async function askFor(context: Context, wish: Wish): Promise<void> {
  const { zone } = await context.plane().call('failover.status', {})
  const { plans } = await context.plane().call('failover.plan', wish)
  const { clock } = await context.machine()
  context.err(paint(renderPlans(plans, zone, viewOf(context.errScreen, clock.now())), context.errScreen))
  const moving = plans.filter(({ decision }) => decision === 'move')
  // Nothing to say yes to: the operation says why, with its own exit code.
  if (moving.length !== 1) return
  const typed = await context.ask('purser: move it now? Type "yes" to go on: ')
  if (typed === null) throw new AppError('invalid_input', 'a move ends sessions and starts them elsewhere, and nobody is here to be asked\ntype: purser failover run --yes')
  if (!/^y(?:es)?$/i.test(typed.trim())) throw new AppError('refused', 'nothing was moved')
}

async function followed(context: Context, plane: ControlPlane, begun: FailoverAnswer): Promise<FailoverAnswer> {
  const { clock } = await context.machine()
  const stop = context.interrupted()
  let told = 0, move = begun
  while (move.endedAt === null && !stop.aborted) {
    const { failovers: [now], steps } = await plane.call('failover.history', { id: begun.id })
    if (now) move = now
    for (const step of steps.slice(told)) note(context, faint(`${step.kind}${step.session === '' ? '' : ` ${step.session}`}`))
    told = steps.length
    if (move.endedAt === null) await clock.sleep(LOOK_MS, stop)
  }
  return move
}

export const failoverStatus = command({
  operands: {}, options: {}, json: true,
  examples: [['purser failover status', 'what is being moved, what waits, when work goes back']],
  async run(context, given) {
    await answer(context, given, await context.plane().call('failover.status', {}), renderFailoverStatus)
    return EXIT_DONE
  },
})

export const failoverAbort = command({
  operands: { id: { value: 'ID', about: 'the move, as status and history name it' } }, options: {}, json: true,
  examples: [['purser failover abort fo-41f08a2c', 'who was not reached yet stays where it is'], ['purser failover abort fo-41f08a2c', 'of one that is over: work does not go back by itself']],
  async run(context, given) {
    const done = await context.plane().call('failover.abort', { id: given.operands.id, by: context.user })
    if (given.json) context.out(jsonText(done))
    else confirm(context, strong(given.operands.id), done.gaveUp === 'move' ? ' is being given up' : ': work does not go back by itself', faint(done.gaveUp === 'move' ? '; see: purser failover status' : ''))
    return EXIT_DONE
  },
})

export const failoverHistory = command({
  operands: { id: { value: 'ID', about: 'one move, with each of its steps', optional: true } },
  options: { last: { kind: 'value', value: 'COUNT', about: 'how many; 20 when left out' } }, json: true,
  examples: [['purser failover history', 'every move, with its sessions'], ['purser failover history fo-41f08a2c', 'one of them, step by step, with its evidence']],
  async run(context, given) {
    const { id } = given.operands, { last } = given.options
    if (last !== undefined && !/^\d{1,4}$/.test(last)) throw new AppError('invalid_input', `--last takes a whole number, not "${last}"`)
    await answer(context, given, await context.plane().call('failover.history', { ...(id === undefined ? {} : { id }), ...(last === undefined ? {} : { limit: Number(last) }) }), (found, view) => renderFailoverHistory(found, { ...view, rowsMax: Infinity }))
    return EXIT_DONE
  },
})
