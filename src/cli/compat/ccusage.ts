// The JSON that ccusage prints, from one of our answers: `daily --json` and its siblings of version 20 and of version 18.
// docs/ccusage.md lists what differs on purpose.
import type { ReportAnswer, ReportRow } from '../../api/report-answer.ts'
import { familiarAgent } from '../../core/reports/keys.ts'
import { instant, type Instant } from '../../core/time.ts'
import { dateIn } from '../report-range.ts'
import { blocksJson } from './blocks.ts'
import { modelNames, sumOf } from './figures.ts'
import { hasSundayWeeks, siblingOf, type CompatKind, type CompatRequest, type Section } from './forms.ts'
import { sortedKeys, withoutCost, type Fields, type Json } from './json.ts'
import { core, earliest, groupedBy, latest, slugOf, totals } from './rows.ts'
import { siblingJson } from './siblings.ts'

export interface CompatMoment {
  /** Only read for blocks. */
  readonly now: Instant
  /** As typed: the range of sessions. */
  readonly since?: string
  readonly until?: string
}

/** What to print. `sections`: the answers to the other reports that were asked for in the same breath. */
export function compatJson(answer: ReportAnswer, request: CompatRequest, moment: CompatMoment, sections: readonly (readonly [Section, ReportAnswer])[] = []): Json {
  const { now, ...range } = moment
  const rows = request.kind === 'session' ? wholeSessions(answer, range) : answer.rows ?? []
  const sibling = siblingOf(request.form)
  const json = request.kind === 'blocks' ? blocksJson(rows, request, now)
    : sibling ? siblingJson(rows, request, sibling)
      : request.instances && rows.length > 0 ? { projects: byProject(rows, request), totals: totals(rows, request.form) }
        : request.form === 'ccusage@18' && rows.length === 0 && request.kind !== 'weekly' && request.kind !== 'monthly' ? []
          : { [listName(request)]: listed(rows, request), totals: totals(rows, request.form) }
  const shown = (value: Json): Json => request.form === 'ccusage@18' ? priced(value) : sortedKeys(priced(value))
  const priced = (value: Json): Json => (request.withCost ? value : withoutCost(value))
  if (sections.length === 0) return shown(json)
  const more = sections.map(([kind, own]) => [kind, shown(listed(kind === 'session' ? wholeSessions(own, range) : own.rows ?? [], { ...request, kind }))])
  return { [request.kind]: shown(listed(rows, request)), ...Object.fromEntries(more) as Fields, totals: shown(totals(rows, request.form)) }
}

const listName = ({ form, kind }: CompatRequest): string => (kind === 'session' && form !== 'ccusage' ? 'sessions' : kind)

const PERIOD = { daily: 'date', weekly: 'monday', monthly: 'month', session: 'session' } as const satisfies Readonly<Record<Exclude<CompatKind, 'blocks'>, keyof ReportRow>>

function listed(rows: readonly ReportRow[], request: CompatRequest): readonly Json[] {
  if (request.kind === 'session') return sessions(rows, request)
  const { form, kind, byAgent } = request
  const periods = [...groupedBy(rows, row => periodOf(row, request))]
  return ordered(periods, request).map(([period, own]) => {
    if (form !== 'ccusage') return { ...named(request, period), ...core(own, form) }
    const agents = [...groupedBy(own, row => familiarAgent(row.agent ?? ''))].sort(([a], [b]) => (a < b ? -1 : 1))
    return {
      ...core(own, form), modelsUsed: modelNames(own).toSorted(), agent: 'all', period, metadata: { agents: agents.map(([agent]) => agent) },
      ...(byAgent && kind !== 'blocks' ? { agents: agents.map(([agent, each]) => ({ agent, ...core(each, form) })) } : {}),
    }
  })
}

/** The field that names a period of `ccusage claude`, where all agents have `period`. */
const named = ({ kind }: CompatRequest, period: string): Fields => ({ [kind === 'daily' ? 'date' : kind === 'weekly' ? 'week' : 'month']: period })

function periodOf(row: ReportRow, { form, kind, weekStart }: CompatRequest): string {
  if (kind === 'blocks') return ''
  const own = String(row[PERIOD[kind]] ?? '')
  return hasSundayWeeks({ form, kind }) ? weekOf(row.date ?? own, weekStart) : own
}

const DAY_MS = 86_400_000
/** The day on which its week began. */
function weekOf(date: string, weekStart: number): string {
  const at = Date.parse(`${date}T00:00:00Z`)
  return new Date(at - (new Date(at).getUTCDay() - weekStart + 7) % 7 * DAY_MS).toISOString().slice(0, 10)
}

/** By time; sessions of version 20 the dearest first, of version 18 the latest first. */
function ordered<T>(periods: readonly (readonly [string, T])[], { order = 'asc' }: CompatRequest): readonly (readonly [string, T])[] {
  return periods.toSorted(([a], [b]) => (a === b ? 0 : (a < b) === (order === 'asc') ? -1 : 1))
}

function sessions(rows: readonly ReportRow[], { form, order }: CompatRequest): readonly Json[] {
  const own = [...groupedBy(rows, row => `${row.agent}\u001f${row.session}`).values()].map(each => ({ each, sum: sumOf(each), last: latest(each) }))
  own.sort((a, b) => (form === 'ccusage@18' ? (a.last < b.last ? 1 : -1) * (order === 'asc' ? -1 : 1) : a.sum.nanos > b.sum.nanos ? -1 : 1))
  return own.map(({ each, last }) => {
    const [{ agent = '', session = '', project = '' } = {}] = each
    if (form === 'ccusage') return { ...core(each, form), agent: familiarAgent(agent), period: session, metadata: { lastActivity: last } }
    if (form === 'ccusage@18') {
      const { modelsUsed, modelBreakdowns, ...figures } = core(each, form)
      return { sessionId: session, ...figures, lastActivity: last.slice(0, 10), modelsUsed: modelsUsed ?? [], modelBreakdowns: modelBreakdowns ?? [], projectPath: slugOf(project) }
    }
    return { ...core(each, form), sessionId: session, projectPath: slugOf(project), firstActivity: earliest(each), lastActivity: last }
  })
}

/** Sessions whose last response lies in the range, with all they ever spent. */
function wholeSessions({ rows = [], zone }: ReportAnswer, { since, until }: Pick<CompatMoment, 'since' | 'until'>): readonly ReportRow[] {
  if (since === undefined && until === undefined) return rows
  const within = (last: string): boolean => (since === undefined || isFrom(last, since, zone)) && (until === undefined || isUpTo(last, until, zone))
  return [...groupedBy(rows, row => `${row.agent}\u001f${row.session}`).values()].filter(own => within(latest(own))).flat()
}

const dashed = (date: string): string => date.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
const isFrom = (at: string, since: string, zone: string): boolean => (since.includes('T') ? Date.parse(at) >= Date.parse(since) : dateIn(instant(Date.parse(at)), zone) >= dashed(since))
const isUpTo = (at: string, until: string, zone: string): boolean => (until.includes('T') ? Date.parse(at) < Date.parse(until) : dateIn(instant(Date.parse(at)), zone) <= dashed(until))

function byProject(rows: readonly ReportRow[], request: CompatRequest): Fields {
  const projects = [...groupedBy(rows, row => slugOf(row.project ?? ''))].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(projects.map(([project, own]) => [project, ordered([...groupedBy(own, row => periodOf(row, request))], request)
    .map(([period, each]) => ({ ...named(request, period), ...core(each, request.form), ...(request.form === 'ccusage@18' ? {} : { project }) }))]))
}
