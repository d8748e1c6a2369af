// `purser doctor` and `purser notify test`: does everything work, and what to type where it does not.
import type { Operations } from '../../api/control-plane.ts'
import { ERROR_CODES, messageOf } from '../../core/errors.ts'
import { answer } from '../answer.ts'
import { command } from '../command.ts'
import { EXIT_DONE, EXIT_FINDINGS, EXIT_UNAVAILABLE, type Context } from '../context.ts'
import { hasFindings, renderFindings, renderNotified } from '../render/findings.ts'
import { failureOf } from '../report-error.ts'

export const doctor = command({
  operands: {}, options: {}, json: true,
  examples: [['purser doctor', 'every check with its remedy; exits 5 if there is a finding']],
  async run(context, given) {
    const found = await examined(context)
    await answer(context, given, found, ({ findings }, view) => renderFindings(findings, view))
    return hasFindings(found.findings) ? EXIT_FINDINGS : EXIT_DONE
  },
})

/** What keeps everything else from working is a finding too: this is the command that is typed then. */
async function examined(context: Context): Promise<Operations['doctor']['out']> {
  try {
    return await context.plane().call('doctor', {})
  } catch (error) {
    const { exit } = failureOf(error, false)
    if (exit === ERROR_CODES.internal.exit) throw error
    const remedy = exit === ERROR_CODES.invalid_input.exit ? 'Mend the file: `purser config edit`, then `purser doctor`' : 'Then look again: `purser doctor`'
    return { findings: [{ id: 'start', level: 'error', title: 'purser cannot open its records, so nothing else was checked', detail: messageOf(error).replace(/\s*\n\s*/g, ' · '), remedy }] }
  }
}

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
