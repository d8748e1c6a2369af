// The JSON that ccusage prints, from one of our answers: `daily --json` and its siblings of version 20 and of version 18.
// docs/ccusage.md lists what differs on purpose.
import type { ReportAnswer, ReportRow } from '../../api/report-answer.ts'
import { familiarAgent } from '../../core/reports/keys.ts'
import { instant, type Instant } from '../../core/time.ts'
import { dateIn } from '../report-range.ts'
import { blocksJson } from './blocks.ts'
import { breakdown, dollars, modelNames, sumOf, totalOf, type Sum } from './figures.ts'
import { hasSundayWeeks, type CompatKind, type CompatRequest } from './forms.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type Fields = { readonly [key: string]: Json }

export interface CompatMoment {
  /** Only read for blocks. */
  readonly now: Instant
  /** As typed: the range of sessions. */
  readonly since?: string
  readonly until?: string
}

/** What to print. */
export function compatJson(answer: ReportAnswer, request: CompatRequest, { now, ...range }: CompatMoment): Json {
  const rows = request.kind === 'session' ? wholeSessions(answer, range) : answer.rows ?? []
  const json = request.kind === 'blocks' ? blocksJson(rows, request, now)
    : request.instances && rows.length > 0 ? { projects: byProject(rows, request), totals: totals(rows) }
      : request.form === 'ccusage@18' && rows.length === 0 && request.kind !== 'weekly' && request.kind !== 'monthly' ? []
        : { [listName(request)]: listed(rows, request), totals: totals(rows) }
  const shown = request.withCost ? json : withoutCost(json)
  return request.form === 'ccusage@18' ? shown : sortedKeys(shown)
}

const listName = ({ form, kind }: CompatRequest): string => (kind === 'session' && form !== 'ccusage' ? 'sessions' : kind)

const PERIOD = { daily: 'date', weekly: 'monday', monthly: 'month', session: 'session' } as const satisfies Readonly<Record<Exclude<CompatKind, 'blocks'>, keyof ReportRow>>

function listed(rows: readonly ReportRow[], request: CompatRequest): readonly Json[] {
  if (request.kind === 'session') return sessions(rows, request)
  const { form, kind, byAgent } = request
  const periods = [...groupedBy(rows, row => periodOf(row, request))]
  return ordered(periods, request).map(([period, own]) => {
    if (form !== 'ccusage') return { ...named(request, period), ...core(own) }
    const agents = [...groupedBy(own, row => familiarAgent(row.agent ?? ''))].sort(([a], [b]) => (a < b ? -1 : 1))
    return {
      ...core(own), modelsUsed: modelNames(own).toSorted(), agent: 'all', period, metadata: { agents: agents.map(([agent]) => agent) },
      ...(byAgent && kind !== 'blocks' ? { agents: agents.map(([agent, each]) => ({ agent, ...core(each) })) } : {}),
    }
  })
}

/** The field that names a period of `ccusage claude`, where all agents have `period`. */
const named = ({ kind }: CompatRequest, period: string): Fields => ({ [kind === 'daily' ? 'date' : kind === 'weekly' ? 'week' : 'month']: period })

function periodOf(row: ReportRow, { form, kind }: CompatRequest): string {
  if (kind === 'blocks') return ''
  const own = String(row[PERIOD[kind]] ?? '')
  return hasSundayWeeks({ form, kind }) ? sundayOf(row.date ?? own) : own
}

const DAY_MS = 86_400_000
function sundayOf(date: string): string {
  const at = Date.parse(`${date}T00:00:00Z`)
  return new Date(at - new Date(at).getUTCDay() * DAY_MS).toISOString().slice(0, 10)
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
    if (form === 'ccusage') return { ...core(each), agent: familiarAgent(agent), period: session, metadata: { lastActivity: last } }
    if (form === 'ccusage@18') {
      const { modelsUsed, modelBreakdowns, ...figures } = core(each)
      return { sessionId: session, ...figures, lastActivity: last.slice(0, 10), modelsUsed: modelsUsed ?? [], modelBreakdowns: modelBreakdowns ?? [], projectPath: slugOf(project) }
    }
    return { ...core(each), sessionId: session, projectPath: slugOf(project), firstActivity: earliest(each), lastActivity: last }
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

const latest = (rows: readonly ReportRow[]): string => rows.reduce((last, row) => ((row.lastAt ?? '') > last ? row.lastAt ?? '' : last), '')
const earliest = (rows: readonly ReportRow[]): string => rows.reduce((first, row) => (first === '' || (row.firstAt ?? '') < first ? row.firstAt ?? '' : first), '')

function byProject(rows: readonly ReportRow[], request: CompatRequest): Fields {
  const projects = [...groupedBy(rows, row => slugOf(row.project ?? ''))].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(projects.map(([project, own]) => [project, ordered([...groupedBy(own, row => periodOf(row, request))], request)
    .map(([period, each]) => ({ ...named(request, period), ...core(each), ...(request.form === 'ccusage@18' ? {} : { project }) }))]))
}

/** How Claude Code names the folder of a project's logs. */
const slugOf = (project: string): string => project.replace(/[^a-zA-Z0-9]/g, '-')

function core(rows: readonly ReportRow[]): Fields {
  const sum = sumOf(rows)
  return {
    ...counters(sum), totalTokens: totalOf(sum), totalCost: dollars(sum.nanos), modelsUsed: modelNames(rows),
    modelBreakdowns: breakdown(rows).map(({ name, sum: own }) => ({ modelName: name, ...counters(own), cost: dollars(own.nanos) })),
  }
}

function totals(rows: readonly ReportRow[]): Fields {
  const sum = sumOf(rows)
  return { ...counters(sum), totalCost: dollars(sum.nanos), totalTokens: totalOf(sum) }
}

const counters = (sum: Sum): Fields => ({ inputTokens: sum.input, outputTokens: sum.output, cacheCreationTokens: sum.cacheCreation, cacheReadTokens: sum.cacheRead })

function groupedBy(rows: readonly ReportRow[], keyOf: (row: ReportRow) => string): Map<string, ReportRow[]> {
  const groups = new Map<string, ReportRow[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const known = groups.get(key)
    if (known) known.push(row)
    else groups.set(key, [row])
  }
  return groups
}

const MONEY = new Set(['totalCost', 'costUSD', 'cost'])

/** `--no-cost` leaves the fields out instead of showing zero. */
const withoutCost = (value: Json): Json => mapped(value, entries => entries.filter(([key]) => !MONEY.has(key)))

/** Version 20 writes the keys of every object in alphabetical order. */
const sortedKeys = (value: Json): Json => mapped(value, entries => entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))

function mapped(value: Json, change: (entries: readonly (readonly [string, Json])[]) => readonly (readonly [string, Json])[]): Json {
  if (Array.isArray(value)) return value.map(each => mapped(each as Json, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(change(Object.entries(value)).map(([key, each]) => [key, mapped(each, change)]))
}
