// `purser status`: the one-screen answer.
import { answer } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE } from '../context.ts'

export const status = command({
  options: {}, operands: {}, json: true,
  examples: [['purser status', 'today by project and branch, budgets, sessions, locks'], ['purser status --json', 'the same for programs']],
  notes: ['Asks the running daemon; without one it reads the database, which is as fresh as the last index.'],
  async run(context, given) {
    const found = await context.plane().call('status', {})
    // Loaded only for people: programs ask with --json, and often.
    await answer(context, given, found, async (one, view) => (await import('../render/status.ts')).renderStatus(one, { ...view, now: Date.parse(one.asOf) }))
    return EXIT_DONE
  },
})
