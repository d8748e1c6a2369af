// `purser arm` and `purser disarm`: whether signals may follow a breach. Locks and hooks act either way.
import { faint, strong, toned } from '../../core/text/line.ts'
import { durationText } from '../../core/time.ts'
import { confirm, jsonText, note } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE, type Context } from '../context.ts'
import { plural } from '../render/figures.ts'

export const arm = command({
  operands: {},
  options: { confirm: { kind: 'value', value: 'BUDGET', about: 'also let signals follow a breach of this budget that was already there', completes: 'budget' } },
  json: true,
  examples: [
    ['purser arm', 'from now on, breaches of "terminate" budgets end processes'],
    ['purser arm --confirm web-daily', 'also for the breach that was open when you armed or lowered the limit'],
  ],
  notes: ['See first whom it would concern: purser ps. Take it back: purser disarm.'],
  async run(context, given) {
    const budget = given.options.confirm
    const done = await context.plane().call('arm', { by: context.user, ...(budget === undefined ? {} : { confirm: budget }) })
    if (given.json) context.out(jsonText(done))
    else {
      confirm(context, strong('armed'), faint(': a breach of a budget set to terminate ends its processes'))
      if (done.confirmed > 0) confirm(context, `${plural(done.confirmed, 'open breach', 'open breaches')} confirmed`, await firstSignal(context, done.signalsFrom))
    }
    for (const waiting of done.waiting) note(context, toned('warn', `budget ${waiting} was breached before; its signals wait for: purser arm --confirm ${waiting}`))
    return EXIT_DONE
  },
})

/** When, since a confirmation is often typed without knowing how much of the grace time is left. */
async function firstSignal(context: Context, from: string | null): Promise<string> {
  if (from === null) return ''
  const { clock } = await context.machine()
  const left = Date.parse(from) - clock.now()
  return `; the first signal comes ${left > 0 ? `in ${durationText(left)}` : 'now'}, to whom it concerns: purser ps`
}

export const disarm = command({
  operands: {}, options: {}, json: true,
  examples: [['purser disarm', 'back to dry run: what would be signalled is only noted']],
  async run(context, given) {
    const done = await context.plane().call('disarm', { by: context.user })
    if (given.json) context.out(jsonText(done))
    else confirm(context, strong('disarmed'), faint(': dry run; locks and hooks still act'))
    return EXIT_DONE
  },
})
