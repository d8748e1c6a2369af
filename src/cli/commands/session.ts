// `purser session list|show|resume|stop`: conversations, who runs them, and taking one up again in this terminal.
import type { WhichSession } from '../../api/session-answers.ts'
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import { faint, strong, toned } from '../../core/text/line.ts'
import { answer, confirm, jsonText, note } from '../answer.ts'
import { command } from '../command.ts'
import { connect } from '../connect.ts'
import { EXIT_DONE } from '../context.ts'
import { withProgress } from '../progress.ts'
import { paint } from '../render/paint.ts'
import { refuse } from './claim.ts'
import { renderEndedRun, renderRefusedRun } from '../render/runs.ts'
import { renderSession, renderSessions } from '../render/sessions.ts'

const ID = { value: 'SESSION', about: 'the agent\'s own session id, in full' } as const
const AGENT = { agent: { kind: 'value', value: 'AGENT', about: 'which agent\'s, where two share an id' } } as const
const EXIT_REFUSED = 3

const which = (given: { readonly operands: { readonly session: string }; readonly options: { readonly agent: string | undefined } }): WhichSession =>
  ({ session: given.operands.session, ...(given.options.agent === undefined ? {} : { agent: given.options.agent }) })

export const sessionList = command({
  operands: {}, options: { all: { kind: 'flag', about: 'as far back as is known, not only the last day' } }, json: true,
  examples: [['purser session list', 'what runs, and what was heard of in the last day'], ['purser session list --all --json', 'every session known, with its resume command']],
  async run(context, given) {
    const found = await context.plane().call('session.list', given.options.all ? { all: true } : {})
    await answer(context, given, found, ({ sessions }, view) => renderSessions(sessions, view))
    return EXIT_DONE
  },
})

export const sessionShow = command({
  operands: { session: ID }, options: AGENT, json: true,
  examples: [['purser session show ses_41f0', 'its state, process, folder, login, and how to take it up']],
  async run(context, given) {
    await answer(context, given, await context.plane().call('session.show', which(given)), ({ session }, view) => renderSession(session, view))
    return EXIT_DONE
  },
})

export const sessionResume = command({
  operands: { session: ID }, options: AGENT, json: false,
  examples: [['purser session resume ses_41f0', 'go on here, in its own folder, login and permission mode']],
  notes: [
    'Runs in this terminal under purser run, and ends with the agent\'s own exit code. A session that runs already is left alone.',
    'It comes back with no fewer permission checks than it had; one that ran without any comes back asking.',
  ],
  async run(context, given) {
    const { argv: [program = '', ...args], cwd, variables, differs } = await context.plane().call('session.resume', which(given))
    if (differs !== '') note(context, toned('warn', `purser: ${differs}`))
    const { clock, asker } = await context.machine()
    const startedAt = clock.monotonicMs()
    const outcome = await context.doors.run({
      program, args, environment: bound(context.environment, variables), folder: cwd, minted: crypto.randomUUID(), login: { by: 'environment' }, claims: [], asker: asker(),
      told: text => note(context, { text: `purser: ${text}`, tone: 'warn' }),
      connect: () => connect({ environment: context.environment, doors: context.doors, machine: context.machine, onOtherVersion: text => note(context, { text: `purser: ${text}`, tone: 'warn' }) }),
      waiting: (plane, work) => withProgress(context, plane, work),
    })
    if (outcome.did === 'held') return refuse(context, false, outcome.refusal)
    if (outcome.did === 'refuse') {
      context.err(paint(renderRefusedRun(outcome.refused), context.errScreen))
      return EXIT_REFUSED
    }
    if (outcome.summary?.ok) note(context, ...renderEndedRun(outcome.summary.ended, clock.monotonicMs() - startedAt))
    return outcome.exit
  },
})

/** The person's own environment, on the login that the session had. */
function bound(environment: Environment, changes: Readonly<Record<string, string | null>>): Environment {
  const variables: Record<string, string | undefined> = { ...environment.variables }
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete variables[name]
    else variables[name] = value
  }
  return { ...environment, variables }
}

export const sessionStop = command({
  operands: { session: ID },
  options: {
    ...AGENT,
    reason: { kind: 'value', value: 'TEXT', about: 'why, for whoever looks at it tomorrow', required: true },
    lasts: { kind: 'value', value: 'DURATION', about: 'how long it may not run; 1h when left out' },
    grace: { kind: 'value', value: 'DURATION', about: 'how long to wait before the first signal; none when left out' },
    check: { kind: 'flag', about: 'only say what would happen' },
  },
  json: true,
  examples: [
    ['purser session stop ses_41f0 --reason "it loops" --check', 'what that would do'],
    ['purser session stop ses_41f0 --reason "it loops"', 'a lock on it for an hour; its hooks refuse, and once armed it is signalled'],
  ],
  notes: ['Let it run again before its hour is over: purser lock release.'],
  async run(context, given) {
    const { reason, lasts, grace, check } = given.options
    const { session } = await context.plane().call('session.show', which(given))
    const done = await context.plane().call('session.stop', {
      agent: session.agent, session: session.session, reason, by: context.user, ...(lasts === undefined ? {} : { lasts }), ...(grace === undefined ? {} : { grace }), ...(check ? { check } : {}),
    })
    if (given.json) context.out(jsonText(done))
    else if (done.lock === null) confirm(context, done.says)
    else confirm(context, strong(`session ${session.session} locked`), ` (${done.lock.id}): ${done.says}`, faint(`; let it run again: purser lock release ${done.lock.id} --reason "..."`))
    return EXIT_DONE
  },
})
