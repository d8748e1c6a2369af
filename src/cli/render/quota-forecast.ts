// Quota windows with a forecast below each that will not last until its reset.
import type { Operations } from '../../api/control-plane.ts'
import { windowLabel } from '../../core/accounts/quota.ts'
import { faint, strong, toned, type Line } from '../../core/text/line.ts'
import { durationText } from '../../core/time.ts'
import { renderQuota } from './quota.ts'
import { blocks, type View } from './view.ts'

export function renderQuotaForecast({ windows, zone }: Operations['quota']['out'], view: View): readonly Line[] {
  if (windows.length === 0) return [['no quota is known yet'], [faint('clients tell with their first response; Claude Code also by: '), toned('command', 'purser statusline install')]]
  const told = windows.flatMap(({ forecast, id, account, ...window }): Line[] => {
    if (forecast === null || window.exhausted) return []
    const name = [strong(id || account || 'account unknown'), ` ${windowLabel(window)}: `]
    const over = faint(` (${Number(forecast.perHour.toFixed(1))} % an hour over the last ${durationText(forecast.overMinutes * 60_000)})`)
    return forecast.runsOutAt === null ? [[...name, 'lasts until its reset', over]] : [[toned('warn', '▲ '), ...name, `runs out in ${durationText(Date.parse(forecast.runsOutAt) - view.now)}`, over]]
  })
  return blocks(renderQuota(windows, zone, view), told)
}
