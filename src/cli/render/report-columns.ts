// The columns of a report's table: who or when, then the figures, in the order in which a narrow screen keeps them.
import type { UsageCore } from '../../api/control-plane.ts'
import type { ReportAnswer, ReportRow } from '../../api/report-answer.ts'
import type { ReportKey } from '../../core/reports/keys.ts'
import { fit } from '../../core/text/display-width.ts'
import { faint, type Span } from '../../core/text/line.ts'
import { shortIds } from '../../core/text/short-ids.ts'
import type { Column } from '../../core/text/table.ts'
import { exact } from './figures.ts'
import { dayAndTime } from './moments.ts'

export interface RowColumn extends Column {
  /** Text of the cell; '' where nothing is known. */
  readonly of: (row: ReportRow) => string
  /** A value like the one above is faint. */
  readonly groups?: boolean
}

const UNKNOWN = '–'

const KEY_COLUMNS: Readonly<Record<ReportKey, (report: ReportAnswer, whole: boolean) => RowColumn>> = {
  date: () => ({ title: 'DATE', of: row => row.date ?? '' }),
  week: () => ({ title: 'WEEK', of: row => `${row.week ?? ''} from ${row.monday ?? ''}` }),
  month: () => ({ title: 'MONTH', of: row => row.month ?? '' }),
  session: (report, whole) => sessionColumn(report, whole),
  project: report => projectColumn(report),
  branch: () => ({ title: 'BRANCH', shrinkTo: 10, of: row => row.branch ?? '' }),
  model: (report, whole) => modelColumn(report, whole),
  agent: () => ({ title: 'AGENT', shrinkTo: 8, of: row => row.agent ?? '' }),
  account: () => ({ title: 'ACCOUNT', shrinkTo: 10, keep: 'end', of: row => row.account ?? '' }),
  speed: () => ({ title: 'SPEED', of: row => row.speed ?? '' }),
}

/** `whole`: where the answer is not for a screen, nothing is shortened. */
export function rowColumns(report: ReportAnswer, whole: boolean): readonly RowColumn[] {
  const keys = report.by.map((key, index): RowColumn => ({ ...KEY_COLUMNS[key](report, whole), groups: index < report.by.length - 1 }))
  if (report.kind === 'session') return [...keys, ...sessionColumns(report, whole)]
  return report.kind === 'blocks' ? blockColumns(report, whole) : keys
}

function sessionColumns(report: ReportAnswer, whole: boolean): readonly RowColumn[] {
  const has = (key: ReportKey): boolean => report.by.includes(key)
  const several = (of: (row: ReportRow) => string | undefined): boolean => new Set((report.rows ?? []).map(of)).size > 1
  return [
    ...(has('project') ? [] : [projectColumn(report)]),
    ...(has('branch') ? [] : [{ title: 'BRANCH', shrinkTo: 8, drop: 4, of: (row: ReportRow) => row.branch ?? '' }]),
    { title: 'LAST RESPONSE', of: (row: ReportRow) => dayAndTime(row.lastAt ?? '', report.zone), drop: 1 },
    ...(has('agent') || !(whole || several(row => row.agent)) ? [] : [{ title: 'AGENT', shrinkTo: 8, drop: 8, of: (row: ReportRow) => row.agent ?? '' }]),
    ...(has('account') || !(whole || several(row => row.account)) ? [] : [{ title: 'ACCOUNT', shrinkTo: 8, keep: 'end' as const, drop: 9, of: (row: ReportRow) => row.account ?? '' }]),
    ...(has('model') ? [] : [{ title: 'MODELS', shrinkTo: 18, drop: 10, of: (row: ReportRow) => modelsText(row, whole) }]),
  ]
}

function blockColumns(report: ReportAnswer, whole: boolean): readonly RowColumn[] {
  const several = (of: (row: ReportRow) => string | undefined): boolean => new Set((report.rows ?? []).map(of)).size > 1
  return [
    { title: 'FROM', of: row => dayAndTime(row.start ?? '', report.zone) },
    { title: 'TO', of: row => dayAndTime(row.end ?? '', report.zone), drop: 6 },
    // Blocks of two agents begin in the same hour: without the agent, and the login where one has several, rows look alike.
    ...(['agent', 'account'] as const).filter(key => report.by.includes(key) && (whole || several(row => row[key])))
      .map((key): RowColumn => ({ ...KEY_COLUMNS[key](report, whole), ...(key === 'account' && !severalLogins(report.rows ?? []) ? { drop: 7 } : {}) })),
    { title: 'STATE', of: row => (row.gap === true ? 'nothing spent' : row.active === true ? 'going on' : 'over') },
    { title: 'MODELS', shrinkTo: 18, drop: 10, of: row => modelsText(row, whole) },
  ]
}

/** Whether an agent was used under two logins. */
const severalLogins = (rows: readonly ReportRow[]): boolean => new Set(rows.map(row => row.agent)).size < new Set(rows.map(row => `${row.agent} ${row.account}`)).size

// On a screen a vendor's name and the day of a release only take room from what tells models apart.
const modelsText = ({ models = [] }: ReportRow, whole: boolean): string => [...new Set(whole ? models : models.map(model => undated(model).replace(/^claude-/, '')))].join(' ')
const undated = (model: string): string => model.replace(/-\d{8}$/, '')

/** As much of an id as tells it from the others; a pipe and --json have all of it. */
function sessionColumn(report: ReportAnswer, whole: boolean): RowColumn {
  const names = shortIds((report.rows ?? []).map(row => row.session ?? ''))
  return { title: 'SESSION', of: row => (whole ? row.session : names.get(row.session ?? '')) ?? '' }
}

function modelColumn(report: ReportAnswer, whole: boolean): RowColumn {
  const names = shownModels((report.rows ?? []).map(row => row.model ?? ''), whole)
  return { title: 'MODEL', shrinkTo: 16, of: row => names.get(row.model ?? '') ?? row.model ?? '' }
}

/** Without the day of the release, unless that is all that tells two of them apart. */
export function shownModels(models: readonly string[], whole: boolean): ReadonlyMap<string, string> {
  const distinct = [...new Set(models)]
  return new Map(distinct.map(model => [model, whole || distinct.some(other => other !== model && undated(other) === undated(model)) ? model : undated(model)]))
}

/** The last folder of each project, and as much before it as tells two of one name apart. */
function projectColumn(report: ReportAnswer): RowColumn {
  const names = distinctNames((report.rows ?? []).map(row => row.project ?? ''))
  return { title: 'PROJECT', shrinkTo: tellingWidth([...new Set(names.values())]), of: row => names.get(row.project ?? '') ?? row.name ?? '' }
}

// Names are cut at their end. As far as this they keep what tells them apart; longer ones would take the figures' place.
const NAME_LEAST = 10, NAME_TELLING_MAX = 24

/** How narrow names may be cut and still be told apart. */
export function tellingWidth(names: readonly string[]): number {
  for (let width = NAME_LEAST; width < NAME_TELLING_MAX; width++) {
    if (new Set(names.map(name => fit(name, width))).size === names.length) return width
  }
  return NAME_TELLING_MAX
}

export function distinctNames(projects: readonly string[]): ReadonlyMap<string, string> {
  const distinct = [...new Set(projects)]
  const parts = new Map(distinct.map(project => [project, project.split('/').filter(part => part !== '')]))
  const tail = (project: string, depth: number): string => (parts.get(project) ?? []).slice(-depth).join('/')
  return new Map(distinct.map(project => {
    if (project === '') return [project, '(no project)']
    const depthMax = parts.get(project)?.length ?? 1
    let depth = 1
    const isShared = (): boolean => distinct.some(other => other !== project && tail(other, depth) === tail(project, depth))
    while (depth < depthMax && isShared()) depth++
    return [project, depth === depthMax && isShared() ? project : tail(project, depth)]
  }))
}

/** The cells of one row; a value that only repeats the one above steps back. */
export function rowCells(columns: readonly RowColumn[], row: ReportRow, above: ReportRow | undefined): readonly (string | Span)[] {
  let same = above !== undefined
  return columns.map(column => {
    const text = column.of(row)
    same &&= column.groups === true && above !== undefined && column.of(above) === text
    return text === '' ? faint(UNKNOWN) : same ? faint(text) : text
  })
}

// The highest number goes first on a narrow screen.
export const FIGURE_COLUMNS: readonly Column[] = [
  { title: 'RESPONSES', align: 'right', drop: 1 }, { title: 'INPUT', align: 'right', drop: 2 }, { title: 'OUTPUT', align: 'right', drop: 3 },
  { title: 'CACHE READ', align: 'right', drop: 4 }, { title: 'CACHE WRITE', align: 'right', drop: 5 }, { title: 'COST', align: 'right' },
]

export function figureCells(usage: UsageCore, cost: string, count: (value: number) => string): readonly string[] {
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = usage.tokens
  return [exact(usage.responses), count(input), count(output), count(cacheRead), count(cacheWrite5m + cacheWrite1h), cost]
}
