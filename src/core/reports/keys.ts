// What a report may be asked for: its kinds, and what its rows may be told apart by. The words of the command line, of the
// JSON contract and of refusals.
import { nearestWord } from '../config/nearest.ts'
import { AppError } from '../errors.ts'

export const REPORT_KINDS = ['total', 'daily', 'weekly', 'monthly', 'session', 'blocks', 'project', 'branch', 'model', 'agent', 'account'] as const
export type ReportKind = (typeof REPORT_KINDS)[number]

/** `speed` is `fast` where the vendor billed a faster mode, else `standard`. */
export const REPORT_KEYS = ['date', 'week', 'month', 'session', 'project', 'branch', 'model', 'agent', 'account', 'speed'] as const
export type ReportKey = (typeof REPORT_KEYS)[number]

/** The keys a kind brings by itself. */
export const KEYS_OF_KIND = {
  total: [], daily: ['date'], weekly: ['week'], monthly: ['month'], session: ['session'], blocks: [], project: ['project'], branch: ['project', 'branch'],
  model: ['model'], agent: ['agent'], account: ['account'],
} as const satisfies Readonly<Record<ReportKind, readonly ReportKey[]>>

/** Keys whose rows are in order of time; all others are in order of cost. */
export const isPeriod = (key: ReportKey): key is 'date' | 'week' | 'month' => key === 'date' || key === 'week' || key === 'month'

/** Kinds whose rows are stretches of the calendar. */
export const isReportPeriod = (kind: ReportKind): kind is 'daily' | 'weekly' | 'monthly' => kind === 'daily' || kind === 'weekly' || kind === 'monthly'

/** What people call an agent: `claude` for `claude-code`. */
export const familiarAgent = (agent: string): string => agent.replace(/-(code|cli)$/, '')

const FAMILIAR: Readonly<Record<string, ReportKey>> = { day: 'date', daily: 'date', weekly: 'week', monthly: 'month', sessions: 'session', projects: 'project', branches: 'branch', models: 'model', agents: 'agent', accounts: 'account', instances: 'project' }
const BLOCK_KEYS: readonly ReportKey[] = ['agent', 'account']

/** Refuses, as `invalid_input`, what is no kind. */
export function parseKind(text: string): ReportKind {
  const kind = REPORT_KINDS.find(each => each === text)
  if (kind) return kind
  throw new AppError('invalid_input', `there is no report "${text}"${suggestion(text, REPORT_KINDS)} Choose from ${REPORT_KINDS.join(', ')}`)
}

/** All keys of the rows: the kind's own, then those asked for. Refuses unknown words, repetitions and what the kind cannot have. */
export function keysOf(kind: ReportKind, by: readonly string[]): readonly ReportKey[] {
  const own: readonly ReportKey[] = KEYS_OF_KIND[kind]
  const asked: ReportKey[] = []
  for (const word of by) {
    const key = REPORT_KEYS.find(each => each === word) ?? (Object.hasOwn(FAMILIAR, word) ? FAMILIAR[word] : undefined)
    if (!key) throw new AppError('invalid_input', `--by cannot be "${word}"${suggestion(word, REPORT_KEYS)} It is one or more of ${REPORT_KEYS.join(', ')}, with commas between`)
    if (asked.includes(key)) throw new AppError('invalid_input', `--by names ${key} twice; keep one`)
    if (own.includes(key)) throw new AppError('invalid_input', `the rows of a ${kind} report are told apart by ${key} already; leave it out of --by`)
    if (kind === 'blocks' && !BLOCK_KEYS.includes(key)) throw new AppError('invalid_input', `blocks can be told apart by ${BLOCK_KEYS.join(' and ')} only, not by ${key}`)
    asked.push(key)
  }
  const periods = [...own, ...asked].filter(isPeriod)
  if (periods.length > 1) throw new AppError('invalid_input', `rows cannot be by ${periods.join(' and ')} at once; keep one`)
  return [...own, ...asked]
}

const suggestion = (word: string, known: readonly string[]): string => {
  const close = nearestWord(word, known)
  return close === null ? '.' : `; did you mean "${close}"?`
}
