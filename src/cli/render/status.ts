// The one-screen answer: what today cost and where, the budgets, who is at work, what is locked, where the daemon is.
import type { SessionAnswer, StatusAnswer } from '../../api/control-plane.ts'
import { projectName } from '../../core/scope.ts'
import { faint, strong, toned, type Line } from '../../core/text/line.ts'
import { shortIds } from '../../core/text/short-ids.ts'
import { layoutTable } from '../../core/text/table.ts'
import { renderBudgets } from './budgets.ts'
import { renderClaims } from './claims.ts'
import { exact, money, nanosOf, plural, short } from './figures.ts'
import { isInForce, renderLocks } from './locks.ts'
import { agoText } from './moments.ts'
import { renderQuota } from './quota.ts'
import { costCells, usageLine, usageNotes } from './usage.ts'
import { blocks, type View } from './view.ts'

export function renderStatus(status: StatusAnswer, view: View): readonly Line[] {
  const locks = status.locks.filter(lock => isInForce(lock, view.now))
  const within = { ...view, columns: view.columns - INDENT }
  return blocks(
    [headline(status), ...problems(status)],
    [usageLine('Today', status.today), ...usageNotes(status.today)],
    projectTable(status, view),
    section('Budgets', renderBudgets(status.budgets, within)),
    status.quota.length > 0 ? section('Quota', renderQuota(status.quota, status.zone, within)) : [],
    section('Sessions', sessionTable(status.sessions, within)),
    status.claims.length > 0 ? section('Claims', renderClaims(status.claims, within)) : [],
    locks.length > 0 ? section('Locks', renderLocks(locks, within)) : [],
    [socketLine(status)],
  )
}

const INDENT = 2
const section = (title: string, lines: readonly Line[]): readonly Line[] => [[strong(title)], ...lines.map((line): Line => [' '.repeat(INDENT), ...line])]

function headline({ version, daemon }: StatusAnswer): Line {
  const doing = !daemon.running ? toned('warn', 'not running') : daemon.catchingUp ? toned('warn', 'reading history') : toned('good', 'following')
  return [strong(`purser ${version}`), ' · ', doing, ' · ', ...enforcement(daemon)]
}

function enforcement(daemon: StatusAnswer['daemon']): Line {
  if (daemon.observe) return [faint('observing only: nothing is enforced')]
  return daemon.armed ? [toned('good', 'armed')] : [faint('dry run: signals wait for '), 'purser arm']
}

function problems({ daemon, config }: StatusAnswer): readonly Line[] {
  const lines: Line[] = []
  if (!daemon.running) lines.push([faint('figures are as of the last index; follow live with: '), 'purser up'])
  // Several problems come as a line each.
  if (config.problem !== null) lines.push(...`config: ${config.problem}`.split('\n').map((line): Line => [toned('bad', line)]), [faint(`still in force: version ${config.version} of ${config.file}`)])
  return lines
}

/** Projects by spend, their branches below them by spend. */
function projectTable({ projects }: StatusAnswer, view: View): readonly Line[] {
  if (projects.length === 0) return [[faint('no agent has spent anything today')]]
  const totals = new Map<string, bigint>()
  const cost = (text: string): bigint => nanosOf(text) ?? 0n
  for (const row of projects) totals.set(row.project, (totals.get(row.project) ?? 0n) + cost(row.cost))
  const order = (a: bigint, b: bigint): number => (a > b ? -1 : a < b ? 1 : 0)
  const sorted = [...projects].sort((a, b) => order(totals.get(a.project) ?? 0n, totals.get(b.project) ?? 0n) || (a.project < b.project ? -1 : a.project > b.project ? 1 : 0) || order(cost(a.cost), cost(b.cost)))
  const shown = sorted.slice(0, view.rowsMax)
  const costs = costCells(shown)
  const lines = layoutTable({
    width: view.columns,
    columns: [
      { title: 'PROJECT', shrinkTo: 12 }, { title: 'BRANCH', shrinkTo: 12 }, { title: 'TODAY', align: 'right' }, { title: 'RESPONSES', align: 'right', drop: 1 },
      { title: 'INPUT', align: 'right', drop: 3 }, { title: 'OUTPUT', align: 'right', drop: 4 }, { title: 'CACHED', align: 'right', drop: 2 },
    ],
    rows: shown.map((row, index) => [
      row.project === shown[index - 1]?.project ? faint(row.name) : strong(row.name), row.branch || faint('–'), costs[index] as string, exact(row.responses),
      short(row.tokens.input), short(row.tokens.output), short(row.tokens.cacheRead + row.tokens.cacheWrite5m + row.tokens.cacheWrite1h),
    ]),
  })
  const rest = sorted.slice(shown.length)
  const restCost = rest.reduce((sum, row) => sum + (nanosOf(row.cost) ?? 0n), 0n)
  return rest.length === 0 ? lines : [...lines, [faint(`and ${rest.length} more rows, ${money(nanoText(restCost))}: purser report project --last 1d`)]]
}

const nanoText = (nanos: bigint): string => `${nanos / 1_000_000_000n}.${String(nanos % 1_000_000_000n).padStart(9, '0')}`

const STATE_ORDER: Readonly<Record<SessionAnswer['state'], number>> = { busy: 0, waiting: 1, active: 2, idle: 3, ended: 4 }

function sessionTable(sessions: readonly SessionAnswer[], view: View): readonly Line[] {
  const live = sessions.filter(session => session.state !== 'ended').sort((a, b) => STATE_ORDER[a.state] - STATE_ORDER[b.state] || (a.seenAt < b.seenAt ? 1 : -1))
  if (live.length === 0) return [[faint('no agent is at work')]]
  const shown = live.slice(0, view.rowsMax)
  const costs = costCells(shown), names = shortIds(live.map(each => each.session))
  const lines = layoutTable({
    width: view.columns, header: false,
    columns: [
      { title: '' }, { title: '' }, { title: '', shrinkTo: 10 }, { title: '', shrinkTo: 8, drop: 0 }, { title: '', align: 'right' }, { title: '', drop: 2 }, { title: '', drop: 1 }, { title: '', drop: 3 },
    ],
    rows: shown.map((session, index) => [
      [session.state === 'busy' ? toned('good', '● ') : faint('○ '), names.get(session.session) ?? session.session], session.state,
      strong(projectName(session.project)), session.branch || faint('–'), costs[index] as string,
      session.pid === null ? faint('no process') : `pid ${session.pid}`, faint(agoText(session.seenAt, view.now)), faint(session.agent),
    ]),
  })
  const more = live.length - shown.length
  return more > 0 ? [...lines, [faint(`and ${plural(more, 'more session', 'more sessions')}: purser status --json`)]] : lines
}

function socketLine({ daemon }: StatusAnswer): Line {
  return daemon.running ? [faint(`socket ${daemon.socket}, pid ${daemon.pid ?? '?'}`)] : [faint(`no daemon on ${daemon.socket}`)]
}
