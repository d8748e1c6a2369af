// Report tables. Counts are exact where the screen is wide enough, else three digits and a letter.
import type { ReportAnswer, ReportRow } from '../../api/report-answer.ts'
import { faint, strong, textOf, toned, type Line, type Span } from '../../core/text/line.ts'
import { layoutTable, naturalWidth, type Cell } from '../../core/text/table.ts'
import { durationText, MINUTE_MS } from '../../core/time.ts'
import { exact, money, plural, short } from './figures.ts'
import { dayAndTime } from './moments.ts'
import { FIGURE_COLUMNS, figureCells, rowCells, rowColumns, shownModels, type RowColumn } from './report-columns.ts'
import { costCells, usageLine, usageNotes } from './usage.ts'
import { blocks, type View } from './view.ts'

export function renderReport(report: ReportAnswer, view: View): readonly Line[] {
  const head: readonly Line[] = [[faint(rangeText(report))]]
  const { rows } = report
  const stale = staleNote(report, view.now)
  if (rows === undefined) return blocks(head, [usageLine('Total', report.total), ...usageNotes(report.total), ...stale])
  if (rows.length === 0) return [...head, report.asOf === null ? [faint('no log has been read yet; read them all: '), 'purser index'] : [faint('nothing was spent in this time')], ...(report.asOf === null ? [] : stale)]
  const whole = view.columns === Infinity
  const wide = table(report, { count: exact, width: Infinity, whole })
  const lines = naturalWidth(wide) <= view.columns ? wide : table(report, { count: short, width: view.columns, whole })
  return blocks(head, lines, rows.flatMap(row => forecast(row, report)), [...usageNotes(report.total), ...stale])
}

// A reading this young misses nothing that anybody is waiting for.
const FRESH_MS = 10 * MINUTE_MS

/** Where nobody follows the logs, what these figures are as of. */
function staleNote({ asOf, zone, total }: ReportAnswer, now: number): readonly Line[] {
  // What an import brought is there before any log of this machine is.
  if (asOf === null && total.responses > 0) return [[faint('imported; no log of this machine has been read yet, read them: '), 'purser index']]
  if (asOf === null) return [[faint('no log has been read yet; read them all: '), 'purser index']]
  return now - Date.parse(asOf) < FRESH_MS ? [] : [[faint(`as of ${dayAndTime(asOf, zone)}, when the logs were last read; follow them with: `), 'purser up']]
}

/** `2026-11-01 00:00 to now, Europe/Paris`. */
function rangeText({ since, until, zone }: ReportAnswer): string {
  const name = (moment: string): string => (/T/.test(moment) ? dayAndTime(moment, zone) : moment)
  if (since === null && until === null) return `all time, ${zone}`
  return `${since === null ? 'from the first response' : name(since)} to ${until === null ? 'now' : name(until)}, ${zone}`
}

interface TableOptions { readonly count: (value: number) => string; readonly width: number; readonly whole: boolean }

function table(report: ReportAnswer, { count, width, whole }: TableOptions): readonly Line[] {
  const rows = report.rows ?? []
  const columns = rowColumns(report, whole)
  const costs = costCells([...rows.flatMap(row => [row, ...(row.breakdown ?? [])]), report.total])
  const models = shownModels(rows.flatMap(row => row.breakdown ?? []).map(each => each.model), whole)
  let next = 0
  const body = rows.flatMap((row, index) => [
    rowLine(columns, row, rows[index - 1], figureCells(row, costs[next++] as string, count)),
    ...(row.breakdown ?? []).map(model => modelLine(columns, `${models.get(model.model) ?? ''}${model.speed === 'fast' ? ' fast' : ''}`, figureCells(model, costs[next++] as string, count))),
  ])
  const last: readonly Cell[] = [strong('total'), ...columns.slice(1).map(() => ''), ...figureCells(report.total, costs[next] as string, count).map(figure => strong(figure))]
  const lines = layoutTable({ width, columns: [...columns, ...FIGURE_COLUMNS].map((column, index) => (index === 0 ? firstColumn(columns[0], rows) : column)), rows: [...body, last] })
  const rule: Line = [{ text: '─'.repeat(naturalWidth(lines)), tone: 'faint' } satisfies Span]
  return [...lines.slice(0, -1), rule, ...lines.slice(-1)]
}

/** Models stand below the first column, and may be cut where it may not. */
const firstColumn = (column: RowColumn | undefined, rows: readonly ReportRow[]): RowColumn => {
  const own = column ?? { title: '', of: () => '' }
  return rows.some(row => row.breakdown !== undefined) ? { ...own, shrinkTo: Math.max(own.shrinkTo ?? 0, MODEL_COLUMNS_MIN) } : own
}
const MODEL_COLUMNS_MIN = 24

function rowLine(columns: readonly RowColumn[], row: ReportRow, above: ReportRow | undefined, figures: readonly string[]): readonly Cell[] {
  const cells = [...rowCells(columns, row, above), ...(row.gap === true ? figures.map(() => '') : figures)]
  if (row.gap === true) return cells.map(cell => faint(textOf(cell)))
  return row.active === true ? cells.map(cell => (textOf(cell) === 'going on' ? toned('good', 'going on') : cell)) : cells
}

const modelLine = (columns: readonly RowColumn[], model: string, figures: readonly string[]): readonly Cell[] =>
  [faint(`  ${model}`), ...columns.slice(1).map(() => ''), ...figures.map(figure => faint(figure))]

/** What a block that is going on comes to. */
function forecast(row: ReportRow, { by }: ReportAnswer): readonly Line[] {
  if (row.active !== true || !row.projection || !row.burnRate) return []
  const whose = by.map(key => row[key]).filter(text => text !== undefined && text !== '').join(' ')
  return [[
    strong(whose === '' ? 'Going on' : whose), '  ', `${durationText(row.projection.minutesLeft * MINUTE_MS)} left`, '   ',
    toned('accent', `${money(row.burnRate.costPerHour)} an hour`), faint(`   ${exact(row.burnRate.tokensPerMinute)} tokens a minute`), `   comes to ${money(row.projection.cost)}`,
  ]]
}

/** What `index` did, in one sentence. */
export function renderIndexed(answer: { files: number; filesRead: number; added: number; bytes: number; malformed: number }, bytes: string, took: string): readonly Line[] {
  const files = answer.filesRead === answer.files ? plural(answer.files, 'file') : `${exact(answer.filesRead)} of ${plural(answer.files, 'file')}`
  return [
    answer.filesRead === 0 ? [strong('Up to date'), `: nothing new in ${plural(answer.files, 'file')}`]
      : [strong('Indexed '), `${files} (${bytes}) in ${took}: ${answer.added === 0 ? 'no new response' : plural(answer.added, 'new response')}`],
    ...(answer.malformed > 0 ? [[faint(`${plural(answer.malformed, 'line')} could not be read; see: purser doctor`)]] : []),
  ]
}
