// `purser ps`: every agent process found, and why it would or would not be a target.
import type { ProcessAnswer } from '../../api/control-plane.ts'
import { faint, strong, toned, type Line } from '../../core/text/line.ts'
import { layoutTable } from '../../core/text/table.ts'
import { agoText } from './moments.ts'
import { blocks, type View } from './view.ts'

export function renderProcesses(processes: readonly ProcessAnswer[], view: View): readonly Line[] {
  if (processes.length === 0) return [[faint('no agent process is running')]]
  const sorted = [...processes].sort((a, b) => Number(b.target) - Number(a.target) || a.pid - b.pid)
  return blocks(...sorted.map(process => [
    [toned(process.target ? 'good' : 'faint', process.target ? '● ' : '○ '), strong(`pid ${process.pid}`), `  ${process.agent}  `, process.target ? toned('good', 'can be stopped') : faint('would not be signalled')],
    ...layoutTable({
      width: view.columns, header: false, indent: 2, columns: [{ title: '' }, { title: '', wrap: true }],
      rows: facts(process, view).map(([key, value]) => [faint(key), value]),
    }),
  ]))
}

function facts(process: ProcessAnswer, view: View): readonly (readonly [string, string])[] {
  return [
    ['because', process.because],
    ...(process.session ? [['session', process.session] as const] : []),
    ['folder', process.cwd || 'cannot be read'],
    ...(process.project && process.project !== process.cwd ? [['project', process.project] as const] : []),
    ...(process.startedAt ? [['started', agoText(process.startedAt, view.now)] as const] : []),
  ]
}
