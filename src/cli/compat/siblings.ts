// `ccusage codex daily`, `ccusage gemini session` and the like: the reports of version 20 over one agent that is not Claude
// Code. Codex has a shape of its own. What the ledger does not keep is left out, never filled in: docs/ccusage.md names it.
import type { ReportRow } from '../../api/report-answer.ts'
import { breakdown, dollars, sumOf, totalOf, unpricedNames } from './figures.ts'
import type { CompatRequest, Sibling } from './forms.ts'
import type { Fields, Json } from './json.ts'
import { core, counters, earliest, groupedBy, latest, slugOf, totals } from './rows.ts'

export function siblingJson(rows: readonly ReportRow[], request: CompatRequest, sibling: Sibling): Fields {
  const isSession = request.kind === 'session'
  const groups = [...groupedBy(rows, row => (isSession ? row.session : row.date ?? row.monday ?? row.month) ?? '')].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const list = groups.map(([name, own]): Json => ({ ...figures(own, request), ...(isSession ? sessionFields(name, own, sibling) : { [periodName(request)]: name }), ...(sibling.messages ? { messageCount: responsesOf(own) } : {}) }))
  return { [isSession ? 'sessions' : request.kind]: request.order === 'desc' ? list.toReversed() : list, totals: isCodex(request) ? codexTotals(rows) : totals(rows, request.form) }
}

const isCodex = ({ form }: CompatRequest): boolean => form === 'ccusage-codex'
const periodName = ({ kind }: CompatRequest): string => (kind === 'daily' ? 'date' : kind === 'weekly' ? 'week' : 'month')
const responsesOf = (rows: readonly ReportRow[]): number => rows.reduce((sum, { responses }) => sum + responses, 0)

const figures = (rows: readonly ReportRow[], request: CompatRequest): Fields => (isCodex(request) ? { ...codexSums(rows), models: codexModels(rows) } : core(rows, request.form))

function codexModels(rows: readonly ReportRow[]): Fields {
  const unpriced = new Set(unpricedNames(rows))
  return Object.fromEntries(breakdown(rows).map(({ name, sum }) => [name, { ...counters(sum), totalTokens: totalOf(sum), isFallback: false, ...(unpriced.has(name) ? { missingPricing: true } : {}) }]))
}

const codexTotals = (rows: readonly ReportRow[]): Fields => ({ ...codexSums(rows), ...(unpricedNames(rows).length > 0 ? { unpricedModels: unpricedNames(rows).toSorted() } : {}) })

function codexSums(rows: readonly ReportRow[]): Fields {
  const sum = sumOf(rows)
  return { ...counters(sum), totalTokens: totalOf(sum), costUSD: dollars(sum.nanos) }
}

function sessionFields(session: string, rows: readonly ReportRow[], { agent, activity }: Sibling): Fields {
  if (agent === 'codex') return { sessionId: session, lastActivity: latest(rows) }
  return activity ? { sessionId: session, projectPath: slugOf(rows[0]?.project ?? ''), firstActivity: earliest(rows), lastActivity: latest(rows) } : { sessionId: session }
}
