// What `purser run` says: why it did not start something, and what something cost.
import type { RefusedAnswer } from '../../api/reserve-answers.ts'
import type { RunEndedAnswer } from '../../api/run-answers.ts'
import { shellWord } from '../../core/doctor/finding.ts'
import { faint, strong, toned, type Line } from '../../core/text/line.ts'
import { durationText } from '../../core/time.ts'
import { money, moneyAtLeast, plural } from './figures.ts'

const INDENT = ' '.repeat('purser: '.length)

/** What it is about, then what to type. */
export function renderRefusedRun({ refused, because, by, remaining, approval }: RefusedAnswer): readonly Line[] {
  const typed = instead({ refused, by, remaining, ...(approval === undefined ? {} : { approval }) })
  return [
    [strong('purser: '), toned('bad', `not started: ${because}`)],
    ...typed.map(([says, type]): Line => [INDENT, `${says}: `, toned('command', type)]),
  ]
}

type Instead = readonly (readonly [says: string, type: string])[]

function instead({ refused, by, remaining, approval }: Pick<RefusedAnswer, 'refused' | 'by' | 'remaining' | 'approval'>): Instead {
  const id = shellWord(by)
  switch (refused) {
    case 'locked': return [['see it', `purser lock show ${id}`], ['go on now', `purser lock release ${id} --reason "..."`]]
    case 'over_budget': return [
      ['see what is spent', by === '' ? 'purser budget list' : `purser budget show ${id}`],
      ...(remaining !== null && !remaining.startsWith('-') && money(remaining) !== '$0.00' ? [['with what is left', `purser run --budget ${remaining} -- ...`] as const] : []),
    ]
    case 'closed': return [['open it again', `purser budget reopen ${id}`]]
    case 'needs_approval': return approval === undefined ? [] : [['let it', `purser budget approve ${approval}`], ['or not', `purser budget refuse ${approval}`]]
    case 'conflict':
    case 'deadlock':
    case 'exists': return [['try again', 'purser run ...']]
    case 'risk':
    case 'unproven': return []
  }
}

/** One calm line. */
export function renderEndedRun({ cost, atLeast, responses, budget, sessions, complete, because }: RunEndedAnswer, elapsedMs: number): Line {
  const took = faint(` in ${durationText(elapsedMs)}`)
  if (because !== '') return ['purser: ', faint('what this run cost is not known: '), because, budget === null ? '' : `; its ${money(budget)} are free again`]
  const of = budget === null ? '' : ` of ${money(budget)}`
  const which = sessions.length === 1 ? ` (session ${sessions[0]?.session})` : sessions.length > 1 ? ` (${plural(sessions.length, 'session')})` : ''
  const rest = complete ? [] : [toned('warn', '; its log is not read to the end yet, see: purser report session')]
  return ['purser: this run cost ', strong(moneyAtLeast(cost, atLeast)), of, `, ${plural(responses, 'response')}`, took, faint(which), ...rest]
}
