// `purser budget check|reserve|settle|release|extend|record`: money promised before it is spent, and what came of it.
import type { ReservationAnswer, ReserveInput, SettleInput, RecordInput } from '../../api/reserve-answers.ts'
import { faint, strong } from '../../core/text/line.ts'
import { confirm } from '../answer.ts'
import { AMOUNT, budgetsInput, given as picked, NOTE_OPTIONS, outcome, ownerInput, REQUEST_ID, RESERVE_OPTIONS, scopeInput, SCOPE_OPTIONS } from '../budget-options.ts'
import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { money } from '../render/figures.ts'
import { endedText, heldText } from '../render/reservations.ts'

type Options = Readonly<Record<string, string | boolean | undefined>> & { readonly id: string; readonly amount: string }

const reserveInput = (context: Context, options: Options): ReserveInput => ({
  id: options.id, amount: options.amount, ...scopeInput(context, options), ...budgetsInput(options), ...picked(options, ['model', 'ttl']), ...ownerInput(options),
})

export const budgetReserve = command({
  operands: {}, options: RESERVE_OPTIONS, json: true,
  examples: [
    ['purser budget reserve --id job-17 --amount 1.50 --budget nightly', 'hold $1.50 in a budget and in all it is part of'],
    ['purser budget reserve --id job-18 --amount 0.40 --project . --ttl 30m', 'hold it in every rule that counts this project'],
  ],
  notes: [
    'Exit code 0: granted. 3: refused, and nothing is held anywhere. Then do not spend.',
    'The same ID asked again is answered with what came of it; with another amount or scope it is refused as a conflict.',
    'Without --owner it is given back after its time (10m); with one it is kept until that process or session is gone.',
  ],
  async run(context, given) {
    const answer = await context.plane().call('budget.reserve', reserveInput(context, given.options))
    return outcome(context, given, answer, ({ reservation, remaining, fresh }) => {
      confirm(context, strong(reservation.id), ` ${fresh ? 'holds' : 'was granted before, and holds'} ${money(reservation.held)}`, faint(heldText(reservation, remaining)))
    })
  },
})

export const budgetCheck = command({
  operands: {}, options: RESERVE_OPTIONS, json: true,
  examples: [['purser budget check --id job-17 --amount 1.50 --budget nightly', 'would it be granted now?']],
  notes: ['Nothing is held: by the time you reserve, somebody else may have.'],
  async run(context, given) {
    const answer = await context.plane().call('budget.check', reserveInput(context, given.options))
    return outcome(context, given, answer, ({ remaining }) => confirm(context, 'it fits', faint(remaining === null ? '; no budget limits it' : `; ${money(remaining)} is left`)))
  },
})

export const budgetSettle = command({
  operands: {}, options: { id: REQUEST_ID, amount: { ...AMOUNT, required: false, about: 'what it cost in the end; left out, what was reserved' }, ...NOTE_OPTIONS }, json: true,
  examples: [['purser budget settle --id job-17 --amount 1.20', 'it cost $1.20; the rest is free again'], ['purser budget settle --id job-17 --amount 2', 'it cost more: that counts too']],
  notes: ['What was spent always counts, late or over the limit. Where an agent\'s log shows the spending, leave the amount out: the log says it.'],
  async run(context, given) {
    const answer = await context.plane().call('budget.settle', { id: given.options.id, ...picked(given.options, ['amount', 'peer', 'tool', 'reason']) } as SettleInput)
    return outcome(context, given, answer, done(context))
  },
})

export const budgetRelease = command({
  operands: {}, options: { id: REQUEST_ID }, json: true,
  examples: [['purser budget release --id job-17', 'nothing was spent; the money is free again']],
  async run(context, given) {
    return outcome(context, given, await context.plane().call('budget.release', { id: given.options.id }), done(context))
  },
})

export const budgetExtend = command({
  operands: {}, options: { id: REQUEST_ID, ttl: { kind: 'value', value: 'TIME', about: 'how long from now: 30m (10m when left out)' } }, json: true,
  examples: [['purser budget extend --id job-17 --ttl 1h', 'keep it for another hour']],
  async run(context, given) {
    const answer = await context.plane().call('budget.extend', { id: given.options.id, ...picked(given.options, ['ttl']) })
    return outcome(context, given, answer, done(context))
  },
})

const done = (context: Context) => ({ reservation, fresh }: { readonly reservation: ReservationAnswer; readonly fresh: boolean }): void =>
  confirm(context, strong(reservation.id), ` ${endedText(reservation)}`, faint(fresh ? '' : ' (before)'))

export const budgetRecord = command({
  operands: {}, options: { id: REQUEST_ID, amount: AMOUNT, budget: RESERVE_OPTIONS.budget, ...SCOPE_OPTIONS, ...NOTE_OPTIONS }, json: true,
  examples: [['purser budget record --id inv-9 --amount 0.35 --budget nightly --tool maps', 'spending that no log shows']],
  notes: ['A fact is never refused: it counts on a closed or spent budget too, and is marked late there.'],
  async run(context, given) {
    const input = { id: given.options.id, amount: given.options.amount, ...scopeInput(context, given.options), ...budgetsInput(given.options), ...picked(given.options, ['peer', 'tool', 'reason']) } as RecordInput
    const answer = await context.plane().call('budget.record', input)
    return outcome(context, given, answer, ({ late, fresh }) => confirm(context, strong(given.options.id), fresh ? ` recorded: ${money(given.options.amount)}` : ' was recorded before', faint(late ? '; the budget is closed, so it counts as late' : '')))
  },
})
