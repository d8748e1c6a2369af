// What was done to the ledger as a whole, and how far that is.
import type { LedgerExportAnswer, LedgerImportAnswer, LedgerProgress, LedgerRebuildAnswer } from '../../api/ledger-answers.ts'
import { faint, safeLine, strong, toned, type Line } from '../../core/text/line.ts'
import { cutLine, layoutTable } from '../../core/text/table.ts'
import { bar, bytesText, exact, money, percent, plural } from './figures.ts'
import { blocks, type View } from './view.ts'

const BAR_COLUMNS = 16

const shareOf = ({ done, total }: LedgerProgress): number => (total === 0 ? 0 : Math.min(1, done / total))
const sized = (count: number, unit: LedgerProgress['unit']): string => (unit === 'bytes' ? bytesText(count) : exact(count))
const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

/** How the progress of a job on the ledger is drawn on a terminal, and written elsewhere. */
export const LEDGER_PROGRESS = {
  /** `Exporting  ███░░░  42%  840,000 of 2,000,000 entries`. */
  line(progress: LedgerProgress, _elapsedMs: number, width: number): Line {
    const { step, done, total, unit } = progress
    const figures = unit === 'steps' ? '' : `  ${sized(done, unit)} of ${sized(total, unit)}${unit === 'entries' ? ' entries' : ''}`
    return cutLine(safeLine([strong(capital(step)), '  ', ...bar(shareOf(progress), BAR_COLUMNS, 'accent'), `  ${percent(shareOf(progress)).padStart(4)}`, faint(figures)]), width - 1)
  },
  text: (progress: LedgerProgress): string => `${progress.step}: ${percent(shareOf(progress))}${progress.unit === 'steps' ? '' : `, ${sized(progress.done, progress.unit)} of ${sized(progress.total, progress.unit)}${progress.unit === 'entries' ? ' entries' : ''}`}`,
}

export function renderExported({ file, bytes, entries, responses, since, until }: LedgerExportAnswer): readonly Line[] {
  const range = since === null && until === null ? '' : `${since === null ? '' : ` since ${since}`}${until === null ? '' : ` until ${until}`}`
  return [[strong(file ?? 'exported'), `${file === null ? ': ' : '  '}${plural(responses, 'response')} in ${plural(entries, 'entry', 'entries')}${range}`, ...(bytes === null ? [] : [faint(`, ${bytesText(bytes)}`)])]]
}

export function renderImported(done: LedgerImportAnswer, view: View): readonly Line[] {
  const from = done.from.own ? 'this machine\'s own' : `node ${done.from.node}`
  const rows: readonly (readonly [string, string])[] = [
    [exact(done.added), done.dryRun ? 'would be new' : 'new'],
    [exact(done.completed), done.dryRun ? 'would be completed by a fuller copy' : 'completed by a fuller copy'],
    [exact(done.known), 'known already'],
  ]
  return blocks(
    [[strong(done.file), `  ${plural(done.responses, 'response')} `, faint(`of ${from}, exported ${done.from.exportedAt.slice(0, 10)} by purser ${done.from.purser}`)]],
    layoutTable({ width: view.columns, indent: 2, header: false, columns: [{ title: '', align: 'right' }, { title: '' }], rows: rows.map(([count, what]) => [count, what]) }),
    [done.dryRun
      ? [faint('nothing was changed; '), done.entriesPosted === 0 ? 'there is nothing to add' : `the total would grow by ${money(done.cost)}`]
      : [done.entriesPosted === 0 ? 'nothing to add' : `the total grew by ${money(done.cost)}`]],
  )
}

const MONTHS_SHOWN = 12

export function renderRebuilt(done: LedgerRebuildAnswer, view: View): readonly Line[] {
  const { balances, compared, logs, backup } = done
  if (!done.fromLogs && balances.budgets === 0) return [['what reports add up was made anew; there are no budgets']]
  if (!done.fromLogs) return [[`${plural(balances.budgets, 'budget')} added up anew`], [balances.corrected === 0 ? toned('good', 'every balance was right') : toned('warn', `${plural(balances.corrected, 'balance')} put right`)]]
  return blocks(
    [[strong('The ledger was made anew from the logs'), ...(logs === null ? [] : [faint(`  ${plural(logs.files, 'log')}, ${bytesText(logs.bytes)}`)])]],
    compared === null ? [] : layoutTable({
      width: view.columns, indent: 2, header: false, columns: [{ title: '', align: 'right' }, { title: '', wrap: true }],
      rows: [
        [exact(compared.same), 'responses as before'],
        ...(compared.gained > 0 ? [[exact(compared.gained), 'more, or fuller, than before']] : []),
        ...(compared.keptPrice > 0 ? [[exact(compared.keptPrice), 'priced otherwise today; what was posted keeps its price']] : []),
        ...(compared.lost > 0 ? [[exact(compared.lost), `kept although no log holds them any more: ${money(compared.lostCost)}`]] : []),
      ],
    }),
    compared === null || compared.months.length === 0 ? [] : layoutTable({
      width: view.columns, indent: 2, columns: [{ title: 'KEPT OF' }, { title: 'RESPONSES', align: 'right' }, { title: 'COST', align: 'right' }],
      rows: compared.months.slice(-MONTHS_SHOWN).map(({ month, responses, cost }) => [month, exact(responses), money(cost)]),
    }),
    backup === null ? [] : [[faint('the database as it was: '), backup]],
  )
}
