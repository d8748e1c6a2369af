// The reports of ccusage that `--compat` imitates: which of its commands stands for which of our reports, what has to be
// asked for it, and which options only it knows.
import type { ReportQuery } from '../../api/report-answer.ts'
import { AppError } from '../../core/errors.ts'
import type { ReportKind } from '../../core/reports/keys.ts'

/** `ccusage` is `ccusage daily` of version 20 (all agents), `ccusage-claude` its `ccusage claude daily`, `ccusage@18` the last line before that. */
export const COMPAT_FORMS = ['ccusage', 'ccusage-claude', 'ccusage@18'] as const
export type CompatForm = (typeof COMPAT_FORMS)[number]

export const COMPAT_KINDS = ['daily', 'weekly', 'monthly', 'session', 'blocks'] as const
export type CompatKind = (typeof COMPAT_KINDS)[number]
export const isCompat = (kind: ReportKind): kind is CompatKind => COMPAT_KINDS.some(each => each === kind)

export interface CompatRequest {
  readonly form: CompatForm
  readonly kind: CompatKind
  readonly order: 'asc' | 'desc' | undefined
  /** A list of days for each project. */
  readonly instances: boolean
  /** Every row by agent as well. */
  readonly byAgent: boolean
  readonly withCost: boolean
  readonly active: boolean
  readonly recent: boolean
  /** Tokens, `max` for the largest finished block; absent for no limit. */
  readonly tokenLimit: string | undefined
}
export interface CompatWords {
  readonly form: string
  readonly kind: CompatKind
  readonly by: readonly string[] | undefined
  readonly order: string | undefined
  readonly instances: boolean
  readonly withCost: boolean
  readonly active: boolean
  readonly recent: boolean
  readonly tokenLimit: string | undefined
}

export const CLAUDE_CODE = 'claude-code'

/** Checks what was typed. Refuses, as `invalid_input`, what ccusage itself has no report for. */
export function compatRequest(words: CompatWords): CompatRequest {
  const form = COMPAT_FORMS.find(each => each === words.form) as CompatForm
  const { kind } = words
  const byAgent = words.by?.length === 1 && words.by[0] === 'agent' && form === 'ccusage' && kind !== 'blocks' && kind !== 'session'
  if (words.by !== undefined && !byAgent) throw new AppError('invalid_input', `--by has no counterpart here; with --compat ccusage, daily, weekly and monthly take --by agent, which ccusage calls --by-agent`)
  if (words.instances && form === 'ccusage') throw new AppError('invalid_input', 'ccusage lists instances with "ccusage claude daily"; write --compat ccusage-claude --instances')
  const order = words.order === 'asc' || words.order === 'desc' ? words.order : undefined
  if (words.tokenLimit !== undefined && words.tokenLimit !== 'max' && !/^[1-9]\d{0,14}$/.test(words.tokenLimit)) throw new AppError('invalid_input', `--token-limit takes a number of tokens, or max, not "${words.tokenLimit}"`)
  return { form, kind, order, byAgent, instances: words.instances, withCost: words.withCost, active: words.active, recent: words.recent, tokenLimit: words.tokenLimit }
}

/** Weeks of all agents begin on Monday, those of `ccusage claude` and of version 18 on Sunday: made of days. */
export const hasSundayWeeks = ({ form, kind }: Pick<CompatRequest, 'form' | 'kind'>): boolean => kind === 'weekly' && form !== 'ccusage'

/** What to ask the control plane: rows as fine as any of the shapes needs, all in one answer. */
export function compatQuery(query: ReportQuery, { form, kind, instances }: CompatRequest): ReportQuery {
  const { by: _by, breakdown: _breakdown, only: _only, since, until, ...kept } = query
  // A session counts whole or not at all, by its last response: see `isWithin`.
  const rest = kind === 'session' ? kept : { ...kept, ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) }
  const agent = form !== 'ccusage' || kind === 'blocks' ? { agent: CLAUDE_CODE } : {}
  if (kind === 'blocks') return { ...agent, ...rest, by: [], breakdown: true, fresh: true }
  const also = kind === 'session' ? ['agent', 'model', 'speed'] : instances ? ['project', 'model', 'speed'] : ['agent', 'model', 'speed']
  return { ...agent, ...rest, ...(hasSundayWeeks({ form, kind }) ? { kind: 'daily' } : {}), by: also, fresh: true }
}
