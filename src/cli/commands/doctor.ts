// `purser doctor` and `purser notify test`: does everything work, and what to type where it does not.
import { answer } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE, EXIT_FINDINGS, EXIT_UNAVAILABLE } from '../context.ts'
import { hasFindings, renderFindings, renderNotified } from '../render/findings.ts'

export const doctor = command({
  operands: {}, options: {}, json: true,
  examples: [['purser doctor', 'every check with its remedy; exits 5 if there is a finding']],
  async run(context, given) {
    const found = await context.plane().call('doctor', {})
    await answer(context, given, found, ({ findings }, view) => renderFindings(findings, view))
    return hasFindings(found.findings) ? EXIT_FINDINGS : EXIT_DONE
  },
})

export const notifyTest = command({
  operands: { channel: { value: 'CHANNEL', about: 'only this one: desktop, ntfy, telegram, slack, webhook or command', optional: true } }, options: {}, json: true,
  examples: [['purser notify test', 'send a test message through every configured channel'], ['purser notify test ntfy', 'through one']],
  async run(context, given) {
    const { channel } = given.operands
    const found = await context.plane().call('notify.test', channel === undefined ? {} : { channel })
    await answer(context, given, found, ({ results }, view) => renderNotified(results, view))
    return found.results.every(result => result.ok) ? EXIT_DONE : EXIT_UNAVAILABLE
  },
})
