// The screen of a state: exactly as many lines as there are rows, none wider than the screen. The head and the keys
// always; the lists share what is between, the sessions first.
import type { TopAnswer } from '../api/control-plane.ts'
import { money, moneyAtLeast, nanosOf } from '../core/text/figures.ts'
import { wallTime } from '../core/text/moments.ts'
import { usdShort } from '../core/money.ts'
import { displayWidth, fit } from '../core/text/display-width.ts'
import { faint, lineWidth, safeLine, strong, textOf, toned, toneOf, type Line } from '../core/text/line.ts'
import type { Size } from './frame.ts'
import { chosenRow, type State } from './model.ts'
import { pageLines } from './pages.ts'
import { sections, type Section } from './sections.ts'

// Below this nothing can be read; a person is told so instead of shown rubbish.
const COLUMNS_MIN = 40
const ROWS_MIN = 10
const HEAD_ROWS = 2
const FOOT_ROWS = 1

export function view(state: State, size: Size): readonly Line[] {
  const { columns, rows } = size
  if (columns < COLUMNS_MIN || rows < ROWS_MIN) return filled([[`needs ${COLUMNS_MIN} x ${ROWS_MIN}, has ${columns} x ${rows}`]], size)
  if (state.answer === null) return filled([[strong('purser top')], [state.problem === '' ? faint('asking...') : toned('warn', state.problem)]], size, foot(state))
  const space = rows - HEAD_ROWS - FOOT_ROWS
  const { page } = state
  const body = page.page === 'lists' || page.page === 'filter' ? lists(state, state.answer, { columns, rows: space }) : pageLines(state, state.answer, { columns, rows: space })
  return filled([...head(state, state.answer, columns), ...body.slice(0, space)], size, foot(state))
}

/** Padded to the screen's rows, the foot in the last one, everything cut to its columns. */
function filled(lines: readonly Line[], { columns, rows }: Size, last: Line = []): readonly Line[] {
  const body = lines.slice(0, rows - FOOT_ROWS)
  return [...body, ...Array.from({ length: rows - FOOT_ROWS - body.length }, (): Line => []), last].map(line => cut(line, columns))
}

/** A line no wider than the screen; the span that does not fit any more is cut. */
export function cut(line: Line, columns: number): Line {
  const safe = safeLine(line)
  if (lineWidth(safe) <= columns) return safe
  const kept: (string | { text: string; tone: ReturnType<typeof toneOf> })[] = []
  let left = columns
  for (const part of safe) {
    if (left <= 0) break
    const text = fit(textOf(part), left)
    kept.push({ text, tone: toneOf(part) })
    left -= displayWidth(text)
  }
  return kept
}

function head(state: State, answer: TopAnswer, columns: number): readonly Line[] {
  const { status } = answer
  const { daemon } = status
  const doing = state.problem !== '' ? toned('bad', state.problem) : !daemon.running ? toned('warn', 'not running: figures are as of the last index') : daemon.catchingUp ? toned('warn', 'reading history') : toned('good', 'following')
  const armed: Line = daemon.observe ? [' · observing only'] : daemon.armed ? [' · ', toned('good', 'armed')] : [faint(' · dry run')]
  const left: Line = [strong(`purser ${status.version}`), ' · ', doing, ...(state.problem === '' ? armed : [])]
  return [spread(left, [faint(wallTime(Date.parse(status.asOf), status.zone).time)], columns), spending(answer, columns)]
}

function spread(left: Line, right: Line, columns: number): Line {
  const gap = columns - lineWidth(safeLine(left)) - lineWidth(safeLine(right))
  return gap < 1 ? left : [...left, ' '.repeat(gap), ...right]
}

function spending({ status, minutes, hour, rateMinutes, rates }: TopAnswer, columns: number): Line {
  const now = rates.reduce((sum, { cost }) => sum + (nanosOf(cost) ?? 0n), 0n) / BigInt(rateMinutes)
  const figures: Line = ['Today ', strong(moneyAtLeast(status.today.cost, status.today.atLeast)), '   last hour ', strong(money(hour)), '   now ', strong(`${usdShort(now)}/min`)]
  const room = columns - lineWidth(figures) - 3
  return room < 10 ? figures : [...figures, '   ', toned('accent', sparkline(minutes.map(cost => nanosOf(cost) ?? 0n).slice(-room)))]
}

const LEVELS = '▁▂▃▄▅▆▇█'

/** One column a minute, the dearest full; a minute without spending is blank, and one with some never is. */
export function sparkline(costs: readonly bigint[]): string {
  const most = costs.reduce((greatest, cost) => (cost > greatest ? cost : greatest), 0n)
  return costs.map(cost => (cost <= 0n ? ' ' : LEVELS[Number((cost * BigInt(LEVELS.length) - 1n) / most)] ?? LEVELS[0])).join('')
}

/** What each list gets of the rows: a title and one row, then more in turns, the sessions every other time. */
export function shares(sizes: readonly { readonly name: string; readonly rows: number }[], space: number): ReadonlyMap<string, number> {
  const given = new Map(sizes.map(({ name, rows }) => [name, Math.min(1, rows)]))
  let left = space - sizes.length - [...given.values()].reduce((sum, rows) => sum + rows, 0)
  const turns = ['sessions', 'budgets', 'sessions', 'locks', 'sessions', 'quota', 'sessions', 'claims']
  for (let full = 0, turn = 0; left > 0 && full < turns.length; turn++) {
    const wanted = sizes.find(({ name }) => name === turns[turn % turns.length])
    const has = wanted ? given.get(wanted.name) ?? 0 : 0
    if (!wanted || has >= wanted.rows) { full++; continue }
    full = 0
    given.set(wanted.name, has + 1)
    left--
  }
  return given
}

function lists(state: State, answer: TopAnswer, { columns, rows }: Size): readonly Line[] {
  const shown = sections(state, answer, columns)
  const given = shares(shown.map(({ name, lines }) => ({ name, rows: Math.max(1, lines.length) })), rows)
  return shown.flatMap(section => listLines(section, state, given.get(section.name) ?? 0, columns))
}

function listLines(section: Section, state: State, rows: number, columns: number): readonly Line[] {
  const { name, title, lines, empty } = section
  const own = name === state.list
  const row = name === 'quota' || name === 'claims' ? 0 : Math.max(0, chosenRow(state, name))
  // The chosen row stays in the middle as far as there is something on both sides.
  const first = Math.max(0, Math.min(row - Math.floor(rows / 2), lines.length - rows))
  const count = lines.length > rows ? faint(` ${first + 1}–${first + rows} of ${lines.length}`) : ''
  const heading: Line = [own ? toned('accent', `▸ ${title}`) : strong(`  ${title}`), count, ...(section.beside ?? [])]
  if (lines.length === 0) return [heading, [faint(`    ${empty}`)]]
  const visible = lines.slice(first, first + rows)
  return [heading, ...visible.map((line, index): Line => (own && first + index === row ? cut([toned('accent', '  ▸ '), ...line.map(part => (toneOf(part) === 'plain' ? strong(textOf(part)) : part))], columns) : ['    ', ...line]))]
}

const KEYS = 'q quit  ↑↓ Tab choose  Enter open  s sort  / filter  x stop  u unlock  ? help'

function foot(state: State): Line {
  const { page, notice } = state
  if (page.page === 'unlock') return notice ? [toned('bad', notice.text)] : [toned('accent', `Reason to unlock ${page.lock.rule}: `), page.reason, '▏', faint('  Enter unlocks, Esc leaves it')]
  if (page.page === 'stop') return [toned('accent', page.says === '' ? 'Asking what would happen...' : 'Stop it? y/N'), faint(page.says === '' ? '  Esc leaves it' : '  y stops it, any other key leaves it')]
  if (page.page === 'filter') return [toned('accent', 'Filter: '), state.filter, '▏', faint('  Enter keeps it, Esc goes back')]
  if (notice) return [toned(notice.bad ? 'bad' : 'good', notice.text)]
  return [faint(page.page === 'lists' ? KEYS : page.page === 'lock' ? 'Esc back  u unlock' : page.page === 'session' ? 'Esc back  x stop' : 'Esc back')]
}
