// The vendors' own windows: how full, until when, and who said so.
import type { QuotaAnswer } from '../../api/control-plane.ts'
import { windowLabel } from '../../core/accounts/quota.ts'
import { faint, strong, toned, type Line, type Tone } from '../../core/text/line.ts'
import { layoutTable } from '../../core/text/table.ts'
import { bar, percent, plural } from './figures.ts'
import { agoText, untilText } from './moments.ts'
import type { View } from './view.ts'

const BAR_COLUMNS = 10
// The default alert step: below it nothing needs an eye.
const WARN_SHARE = 0.8
const SAID_BY: Readonly<Record<QuotaAnswer['evidence'], string>> = { stream: 'the vendor', statusline: 'status line', log: 'log', hook: 'hook', pane: 'screen' }

/** One line a window. `zone`: whose wall clock a reset is told in. */
export function renderQuota(windows: readonly QuotaAnswer[], zone: string, view: View): readonly Line[] {
  const shown = windows.slice(0, view.rowsMax)
  const several = new Set(windows.map(({ agent }) => agent)).size > 1
  const lines = layoutTable({
    width: view.columns, header: false,
    columns: [{ title: '', shrinkTo: 10 }, { title: '' }, { title: '', drop: 1 }, { title: '', align: 'right' }, { title: '' }, { title: '', drop: 2 }],
    rows: shown.map(window => [
      [...(several ? [faint(`${window.agent} `)] : []), window.account === '' ? faint('account unknown') : strong(window.account)], windowLabel(window),
      bar(shareOf(window), BAR_COLUMNS, toneOf(window)), [toned(toneOf(window), usedText(window))], window.resetsAt === null ? faint('reset unknown') : untilText(window.resetsAt, zone, view.now),
      faint(`${SAID_BY[window.evidence]}, ${agoText(window.observedAt, view.now)}`),
    ]),
  })
  const more = windows.length - shown.length
  return more > 0 ? [...lines, [faint(`and ${plural(more, 'more window')}: purser status --json`)]] : lines
}

const shareOf = ({ usedPercent, exhausted }: QuotaAnswer): number => (usedPercent === null ? (exhausted ? 1 : 0) : usedPercent / 100)
const toneOf = (window: QuotaAnswer): Tone => (window.exhausted ? 'bad' : shareOf(window) >= WARN_SHARE ? 'warn' : 'good')
const usedText = ({ usedPercent, exhausted }: QuotaAnswer): string => (usedPercent === null ? (exhausted ? 'spent' : '?') : percent(usedPercent / 100))
