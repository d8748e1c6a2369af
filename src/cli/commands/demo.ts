// `purser demo`: the whole story in a temporary home, with a fake agent.
import { command } from '../command.ts'
import { paint } from '../render/paint.ts'

export const demo = command({
  operands: {}, options: {}, json: false,
  examples: [['purser demo', 'a budget set, breached, enforced and released, in under 20 seconds']],
  notes: ['Touches nothing outside a temporary folder: no agent of yours, no logs, no settings.'],
  async run(context) {
    return await context.doors.demo({
      environment: context.environment, columns: context.outScreen.columns, signal: context.interrupted(), write: line => context.out(paint([line], context.outScreen)),
    })
  },
})
