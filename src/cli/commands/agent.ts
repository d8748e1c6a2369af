// `purser agent list|doctor`: which agents are here, what is read of them and what is not.
import { answer } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE, EXIT_FINDINGS } from '../context.ts'
import { renderAgents } from '../render/agents.ts'
import { hasFindings, renderFindings } from '../render/findings.ts'

export const agentList = command({
  operands: {}, options: {}, json: true,
  examples: [['purser agent list', 'every agent found here: its logs, what was read, what has no price']],
  async run(context, given) {
    await answer(context, given, await context.plane().call('agent.list', {}), renderAgents)
    return EXIT_DONE
  },
})

export const agentDoctor = command({
  operands: { agent: { value: 'AGENT', about: 'only this one, as `purser agent list` names it', optional: true } }, options: {}, json: true,
  examples: [['purser agent doctor', 'what of each agent is not read, not priced or estimated; exits 5 if anything'], ['purser agent doctor codex', 'of one']],
  async run(context, given) {
    const { agent } = given.operands
    const found = await context.plane().call('agent.doctor', agent === undefined ? {} : { agent })
    await answer(context, given, found, ({ findings }, view) => renderFindings(findings, view))
    return hasFindings(found.findings) ? EXIT_FINDINGS : EXIT_DONE
  },
})
