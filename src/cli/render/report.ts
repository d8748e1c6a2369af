// Report tables. Counts are exact where the screen is wide enough, else three digits and a letter.
import type { ReportAnswer, UsageCore } from '../../api/control-plane.ts'
import { faint, strong, type Line, type Span } from '../../core/text/line.ts'
import { layoutTable, naturalWidth, type Column } from '../../core/text/table.ts'
import { exact, plural, short } from './figures.ts'
import { dayAndTime } from './moments.ts'
import { costCells, usageLine, usageNotes } from './usage.ts'
import { blocks, type View } from './view.ts'

export function renderReport(report: ReportAnswer, view: View): readonly Line[] {
  if (report.kind === 'total') return blocks([[faint(rangeText(report))]], [usageLine('Total', report.total), ...usageNotes(report.total)])
  const rows = report.rows ?? []
  if (rows.length === 0) return [[faint(rangeText(report))], [faint('nothing was spent in this time')]]
  const wide = table(report, exact, Infinity)
  const lines = naturalWidth(wide) <= view.columns ? wide : table(report, short, view.columns)
  return blocks([[faint(rangeText(report))]], lines, usageNotes(report.total))
}

/** `2026-11-01 00:00 to now, Europe/Paris`. */
function rangeText({ since, until, zone }: ReportAnswer): string {
  const name = (moment: string): string => (/T/.test(moment) ? dayAndTime(moment, zone) : moment)
  if (since === null && until === null) return `all time, ${zone}`
  return `${since === null ? 'from the first response' : name(since)} to ${until === null ? 'now' : name(until)}, ${zone}`
}

function table(report: ReportAnswer, count: (value: number) => string, width: number): readonly Line[] {
  const rows = report.rows ?? []
  const named = report.kind === 'daily' ? 'DATE' : 'PROJECT'
  const costs = costCells([...rows, report.total])
  const lines = layoutTable({
    width, columns: [{ title: named, shrinkTo: 10 }, ...FIGURE_COLUMNS],
    rows: [
      ...rows.map((row, index) => [report.kind === 'daily' ? row.date ?? '' : row.name ?? row.project ?? '', ...figures(row, costs[index] as string, count)]),
      [strong('total'), ...figures(report.total, costs.at(-1) as string, count).map(figure => strong(figure))],
    ],
  })
  const rule: Line = [{ text: '─'.repeat(naturalWidth(lines)), tone: 'faint' } satisfies Span]
  return [...lines.slice(0, -1), rule, ...lines.slice(-1)]
}

const FIGURE_COLUMNS: readonly Column[] = [
  { title: 'RESPONSES', align: 'right', drop: 1 }, { title: 'INPUT', align: 'right', drop: 2 }, { title: 'OUTPUT', align: 'right', drop: 3 },
  { title: 'CACHE READ', align: 'right', drop: 4 }, { title: 'CACHE WRITE', align: 'right', drop: 5 }, { title: 'COST', align: 'right' },
]

function figures(usage: UsageCore, cost: string, count: (value: number) => string): readonly string[] {
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = usage.tokens
  return [exact(usage.responses), count(input), count(output), count(cacheRead), count(cacheWrite5m + cacheWrite1h), cost]
}

/** What `index` did, in one sentence. */
export function renderIndexed(answer: { files: number; responses: number; entriesPosted: number; bytes: number; malformed: number }, bytes: string, took: string): readonly Line[] {
  return [
    [strong('Indexed '), `${plural(answer.files, 'file')} (${bytes}) in ${took}: ${plural(answer.responses, 'response')}, ${exact(answer.entriesPosted)} new`],
    ...(answer.malformed > 0 ? [[faint(`${plural(answer.malformed, 'line')} could not be read; see: purser doctor`)]] : []),
  ]
}
