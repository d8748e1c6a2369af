// `purser ps`: the agent processes of this machine as enforcement sees them.
import { answer } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE } from '../context.ts'
import { renderProcesses } from '../render/processes.ts'

export const ps = command({
  operands: {}, options: {}, json: true,
  examples: [['purser ps', 'every agent process, and why it could or could not be stopped']],
  notes: ['Only looks; nothing is signalled.'],
  async run(context, given) {
    await answer(context, given, await context.plane().call('ps', {}), ({ processes }, view) => renderProcesses(processes, view))
    return EXIT_DONE
  },
})
