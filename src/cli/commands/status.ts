// `purser status`: the one-screen answer.
import { answer } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE } from '../context.ts'
import { renderStatus } from '../render/status.ts'

export const status = command({
  options: {}, operands: {}, json: true,
  examples: [['purser status', 'today by project and branch, budgets, sessions, locks'], ['purser status --json', 'the same for programs']],
  notes: ['Asks the running daemon; without one it reads the database, which is as fresh as the last index.'],
  async run(context, given) {
    const found = await context.plane().call('status', {})
    await answer(context, given, found, (one, view) => renderStatus(one, { ...view, now: Date.parse(one.asOf) }))
    return EXIT_DONE
  },
})
