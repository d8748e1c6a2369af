// A report as RFC 4180: a header, CRLF, every column always there, money as exact decimals. What others wrote (names of
// branches, paths) never becomes a formula in a spreadsheet.
import type { UsageCore } from '../../api/control-plane.ts'
import type { ReportAnswer, ReportRow } from '../../api/report-answer.ts'
import type { ReportKey } from '../../core/reports/keys.ts'

type Column = readonly [title: string, of: (row: ReportRow) => string | number | boolean]

const FIGURES: readonly Column[] = [
  ['responses', row => row.responses], ['input', row => row.tokens.input], ['output', row => row.tokens.output], ['cache_read', row => row.tokens.cacheRead],
  ['cache_write_5m', row => row.tokens.cacheWrite5m], ['cache_write_1h', row => row.tokens.cacheWrite1h], ['cost', row => row.cost], ['at_least', row => row.atLeast],
  ['unpriced', row => row.unpriced.responses], ['partial', row => row.partial], ['estimated', row => row.estimated],
]
const SPAN: readonly Column[] = [['first_at', row => row.firstAt ?? ''], ['last_at', row => row.lastAt ?? '']]
const SESSION: readonly Column[] = [
  ['agent', row => row.agent ?? ''], ['account', row => row.account ?? ''], ['project', row => row.project ?? ''], ['branch', row => row.branch ?? ''], ['models', row => (row.models ?? []).join(' ')],
]
const BLOCK: readonly Column[] = [['start', row => row.start ?? ''], ['end', row => row.end ?? ''], ['active', row => row.active ?? false], ['gap', row => row.gap ?? false], ['models', row => (row.models ?? []).join(' ')]]

const keyColumns = (keys: readonly ReportKey[]): readonly Column[] =>
  keys.flatMap((key): Column[] => (key === 'week' ? [['week', row => row.week ?? ''], ['monday', row => row.monday ?? '']] : [[key, row => row[key] ?? '']]))

/** With a breakdown each row is one for each of its models instead. */
export function reportCsv({ kind, by, rows, total }: ReportAnswer): string {
  const listed = (rows ?? [total as UsageCore & ReportRow]).flatMap(withModels)
  const extra = kind === 'session' ? SESSION.filter(([title]) => !by.some(key => key === title)) : kind === 'blocks' ? BLOCK : []
  const model: readonly Column[] = listed.some(row => row.model !== undefined) && !by.includes('model') ? [['model', row => row.model ?? ''], ...(by.includes('speed') ? [] : [['speed', (row: ReportRow) => row.speed ?? ''] as Column])] : []
  const columns = [...keyColumns(by), ...extra, ...model, ...(rows === undefined ? [] : SPAN), ...FIGURES]
  return [columns.map(([title]) => title), ...listed.map(row => columns.map(([, of]) => of(row)))].map(cells => `${cells.map(field).join(',')}\r\n`).join('')
}

const withModels = (row: ReportRow): readonly ReportRow[] =>
  row.breakdown === undefined || row.breakdown.length === 0 ? [row] : row.breakdown.map(model => ({ ...row, ...model }))

// What a spreadsheet takes for the beginning of a formula. A quote in front makes it text and stays readable.
const FORMULA = /^[=+\-@\t\r\n|%]/
const QUOTED = /[",\r\n]/

function field(value: string | number | boolean): string {
  if (typeof value !== 'string' || /^-?\d+(\.\d+)?$/.test(value)) return String(value)
  const safe = FORMULA.test(value) ? `'${value}` : value
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
