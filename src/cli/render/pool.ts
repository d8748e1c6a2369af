// The pool on a screen: what was done, what was left and why, and every seat as it is now.
import type { PoolAnswer, SeatAnswer } from '../../api/pool-answers.ts'
import { projectName } from '../../core/scope.ts'
import { faint, strong, toned, type Line, type Tone } from '../../core/text/line.ts'
import { layoutTable } from '../../core/text/table.ts'
import { plural } from './figures.ts'
import { agoText } from './moments.ts'
import { blocks, type View } from './view.ts'

const TONES: Readonly<Record<SeatAnswer['state'], Tone>> = { busy: 'good', waiting: 'warn', idle: 'plain', running: 'good', starting: 'accent', unproven: 'bad', ended: 'faint' }

export function renderPool({ opened, closed, left, seats, max }: PoolAnswer, view: View): readonly Line[] {
  const done: readonly Line[] = [
    ...(opened.length === 0 ? [] : [[toned('good', 'opened '), opened.join(', ')]]),
    ...(closed.length === 0 ? [] : [[toned('plain', 'ended  '), closed.join(', ')]]),
    ...left.map(({ name, because }): Line => [toned('warn', 'left   '), strong(name), `: ${because}`]),
  ]
  return blocks(done, table(seats, view), next(seats, { opened, closed, left, seats, max }))
}

function table(seats: readonly SeatAnswer[], view: View): readonly Line[] {
  if (seats.length === 0) return []
  return layoutTable({
    width: view.columns,
    columns: [{ title: 'PANE', shrinkTo: 10 }, { title: 'STATE' }, { title: 'FOR', drop: 3 }, { title: 'PROJECT', shrinkTo: 8 }, { title: 'SESSION', shrinkTo: 10, drop: 2 }, { title: 'PROCESS', drop: 4 }, { title: 'SINCE', drop: 1 }, { title: 'AGENT', drop: 5 }],
    rows: seats.map(each => [
      strong(each.name), toned(TONES[each.state], each.state), faint(each.kind), projectName(each.cwd), each.session || faint('–'), each.pid === null ? faint('–') : `pid ${each.pid}`, faint(agoText(each.openedAt, view.now)), faint(each.agent),
    ]),
  })
}

function next(seats: readonly SeatAnswer[], { opened, closed, left, max }: PoolAnswer): readonly Line[] {
  if (opened.length + closed.length + left.length === 0 && seats.length === 0) return [[faint(`nothing to open: the pool's min is 0 and no session has a name; open some: `), toned('command', 'purser pool scale 2'), faint(` (at most ${plural(max, 'seat', 'seats')})`)]]
  const first = seats.find(({ driver }) => driver === 'tmux')
  return first ? [[faint('look at one: '), toned('command', `purser session attach ${first.name}`), faint('; leave it again: Ctrl-b d')]] : []
}
