// The reports of ccusage that `--compat` imitates: which of its commands stands for which of our reports, what has to be
// asked for it, and which options only it knows.
import type { ReportQuery } from '../../api/report-answer.ts'
import { AppError } from '../../core/errors.ts'
import type { ReportKind } from '../../core/reports/keys.ts'

/**
 * Version 20 has commands for single agents beside Claude Code. `activity`: its sessions say when and where; `messages`: its
 * rows count responses.
 */
export interface Sibling { readonly agent: string; readonly weekly?: true; readonly activity?: true; readonly messages?: true }
export const SIBLINGS = {
  codex: { agent: 'codex' }, opencode: { agent: 'opencode', weekly: true }, gemini: { agent: 'gemini' }, qwen: { agent: 'qwen', activity: true },
  copilot: { agent: 'copilot', activity: true, messages: true }, amp: { agent: 'amp' }, droid: { agent: 'droid' }, kimi: { agent: 'kimi' }, pi: { agent: 'pi', activity: true },
  kilo: { agent: 'kilo' }, goose: { agent: 'goose' }, openclaw: { agent: 'openclaw', activity: true }, codebuff: { agent: 'codebuff' }, hermes: { agent: 'hermes' },
  grok: { agent: 'grok', activity: true }, zcode: { agent: 'zcode' },
} as const satisfies Readonly<Record<string, Sibling>>
export type SiblingForm = `ccusage-${keyof typeof SIBLINGS}`

/** `ccusage` is `ccusage daily` of version 20 (all agents), `ccusage-claude` its `ccusage claude daily`, `ccusage@18` the last line before that. */
export type CompatForm = 'ccusage' | 'ccusage-claude' | 'ccusage@18' | SiblingForm
export const COMPAT_FORMS: readonly CompatForm[] = ['ccusage', 'ccusage-claude', 'ccusage@18', ...Object.keys(SIBLINGS).map(name => `ccusage-${name}` as SiblingForm)]
/** Null for the forms of all agents and of Claude Code. */
export const siblingOf = (form: CompatForm): Sibling | null => Object.entries(SIBLINGS).find(([name]) => form === `ccusage-${name}`)?.[1] ?? null

export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
/** What `--sections` puts into one answer. */
export const SECTIONS = ['daily', 'weekly', 'monthly', 'session'] as const
export type Section = (typeof SECTIONS)[number]

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
  /** 0 = Sunday. */
  readonly weekStart: number
  /** Other reports in the same answer. */
  readonly sections: readonly Section[]
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
  readonly weekStart?: string | undefined
  readonly sections?: readonly string[] | undefined
}

export const CLAUDE_CODE = 'claude-code'

/** Checks what was typed. Refuses, as `invalid_input`, what ccusage itself has no report for. */
export function compatRequest(words: CompatWords): CompatRequest {
  const form = COMPAT_FORMS.find(each => each === words.form) as CompatForm
  const { kind } = words
  refuseForSibling(form, words)
  const byAgent = words.by?.length === 1 && words.by[0] === 'agent' && form === 'ccusage' && kind !== 'blocks' && kind !== 'session'
  if (words.by !== undefined && !byAgent) throw new AppError('invalid_input', `--by has no counterpart here; with --compat ccusage, daily, weekly and monthly take --by agent, which ccusage calls --by-agent`)
  if (words.instances && form === 'ccusage') throw new AppError('invalid_input', 'ccusage lists instances with "ccusage claude daily"; write --compat ccusage-claude --instances')
  const order = words.order === 'asc' || words.order === 'desc' ? words.order : undefined
  if (words.tokenLimit !== undefined && words.tokenLimit !== 'max' && !/^[1-9]\d{0,14}$/.test(words.tokenLimit)) throw new AppError('invalid_input', `--token-limit takes a number of tokens, or max, not "${words.tokenLimit}"`)
  return { form, kind, order, byAgent, instances: words.instances, withCost: words.withCost, active: words.active, recent: words.recent, tokenLimit: words.tokenLimit, weekStart: weekStartOf(form, words.weekStart), sections: sectionsOf(form, words) }
}

function refuseForSibling(form: CompatForm, { kind, instances }: CompatWords): void {
  const sibling = siblingOf(form)
  if (!sibling) return
  const name = form.replace('ccusage-', '')
  if (kind === 'blocks' || (kind === 'weekly' && sibling.weekly !== true)) throw new AppError('invalid_input', `ccusage has no ${kind === 'blocks' ? 'blocks' : 'weekly report'} of ${name} alone; type: purser report ${kind} --agent ${sibling.agent}`)
  if (instances) throw new AppError('invalid_input', `ccusage lists instances of Claude Code only; type: purser report ${kind} --agent ${sibling.agent} --by project`)
}

function weekStartOf(form: CompatForm, day: string | undefined): number {
  if (day !== undefined && form !== 'ccusage-claude' && form !== 'ccusage@18') throw new AppError('invalid_input', '--start-of-week goes with --compat ccusage-claude or ccusage@18; weeks of all agents begin on Monday')
  return Math.max(0, WEEKDAYS.findIndex(each => each === day))
}

/** Its own report first, each once. */
function sectionsOf(form: CompatForm, { kind, sections }: CompatWords): readonly Section[] {
  if (sections === undefined) return []
  if (form !== 'ccusage') throw new AppError('invalid_input', '--sections goes with --compat ccusage; the others print one report at a time')
  const unknown = sections.find(word => !SECTIONS.some(section => section === word))
  if (unknown !== undefined) throw new AppError('invalid_input', `--sections cannot be "${unknown.slice(0, 40)}". It is one or more of ${SECTIONS.join(', ')}, with commas between`)
  return SECTIONS.filter(section => section !== kind && sections.includes(section))
}

/** Weeks of all agents and of OpenCode begin on Monday, those of `ccusage claude` and of version 18 on Sunday: made of days. */
export const hasSundayWeeks = ({ form, kind }: Pick<CompatRequest, 'form' | 'kind'>): boolean => kind === 'weekly' && (form === 'ccusage-claude' || form === 'ccusage@18')

/** What to ask the control plane: rows as fine as any of the shapes needs, all in one answer. */
export function compatQuery(query: ReportQuery, { form, kind, instances }: Pick<CompatRequest, 'form' | 'kind' | 'instances'>): ReportQuery {
  const { by: _by, breakdown: _breakdown, only: _only, since, until, ...kept } = query
  // A session counts whole or not at all, by its last response: see `isWithin`.
  const rest = kind === 'session' ? kept : { ...kept, ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) }
  const agent = form !== 'ccusage' || kind === 'blocks' ? { agent: siblingOf(form)?.agent ?? CLAUDE_CODE } : {}
  if (kind === 'blocks') return { ...agent, ...rest, by: [], breakdown: true, fresh: true }
  const also = kind === 'session' ? ['agent', 'model', 'speed'] : instances ? ['project', 'model', 'speed'] : ['agent', 'model', 'speed']
  return { ...agent, ...rest, ...(hasSundayWeeks({ form, kind }) ? { kind: 'daily' } : {}), by: also, fresh: true }
}
