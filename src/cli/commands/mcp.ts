// `purser mcp`: the tools of agents, for the client that starts it.
import { command } from '../command.ts'
import { connect } from '../connect.ts'
import { note } from '../answer.ts'

export const mcp = command({
  operands: {}, options: {}, json: false,
  examples: [
    ['purser mcp', 'what a client runs, once it was told: claude mcp add purser -- purser mcp'],
  ],
  notes: [
    'A client starts it; nobody types it. It speaks on stdin and stdout until the client goes.',
    'Reading is always there: budget_status, claim_list, spend_report. Reserving, settling and claiming need [mcp] write = true: purser config edit.',
    'Whose session it is, is proven from the process that started it, never said.',
  ],
  async run(context) {
    const machine = await context.machine()
    return context.doors.mcp({
      version: machine.version(), asker: machine.asker(), folder: context.folder, environment: context.environment, signal: context.interrupted(),
      connect: () => connect({ environment: context.environment, doors: context.doors, machine: context.machine, onOtherVersion: text => note(context, { text: `purser: ${text}`, tone: 'warn' }) }),
      log: text => context.err(`${text}\n`), now: () => machine.clock.now(), minted: crypto.randomUUID().slice(0, 8),
    })
  },
})
