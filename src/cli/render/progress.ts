// How far reading the logs has come: one line with share, rate and what is left. Pure arithmetic over two readings.
import type { IndexProgress } from '../../api/control-plane.ts'
import { durationText } from '../../core/time.ts'
import { faint, safeLine, strong, type Line } from '../../core/text/line.ts'
import { cutLine } from '../../core/text/table.ts'
import { bar, bytesText, exact, percent } from './figures.ts'

const BAR_COLUMNS = 24
const BAR_COLUMNS_NARROW = 12
const NARROW = 100
// Before this the rate is mostly start-up, and a wild estimate is worse than none.
const ESTIMATE_AFTER_MS = 1_000

/** `Indexing  ███████░░░  62%  640 MiB of 1.0 GiB  310 MiB/s  about 1s left`. */
export function progressLine(progress: IndexProgress, elapsedMs: number, width: number): Line {
  const share = shareRead(progress)
  const rate = elapsedMs > 0 ? progress.bytes / (elapsedMs / 1_000) : 0
  const left = progress.bytesTotal - progress.bytes
  const known = elapsedMs >= ESTIMATE_AFTER_MS && rate > 0
  const parts: Line = [
    strong('Indexing'), '  ', ...bar(share, width < NARROW ? BAR_COLUMNS_NARROW : BAR_COLUMNS, 'accent'), `  ${percent(share).padStart(4)}`, `  ${bytesText(progress.bytes)} of ${bytesText(progress.bytesTotal)}`,
  ]
  const tail: Line = known ? [faint(`  ${bytesText(Math.round(rate))}/s  ${left > 0 ? `${durationText(left / rate * 1_000)} left` : 'finishing'}`)] : []
  // One column stays free: a line that fills the last one makes some terminals scroll.
  return cutLine(safeLine([...parts, ...tail]), width - 1)
}

/** For a log file: no bar, every figure spelled out. `indexing: 62%, 812 of 1,204 files, 640 MiB, 310 MiB/s`. */
export function progressText(progress: IndexProgress, elapsedMs: number): string {
  const rate = elapsedMs >= ESTIMATE_AFTER_MS ? `, ${bytesText(Math.round(progress.bytes / (elapsedMs / 1_000)))}/s` : ''
  return `indexing: ${percent(shareRead(progress))}, ${exact(progress.files)} of ${exact(progress.filesTotal)} files, ${bytesText(progress.bytes)} of ${bytesText(progress.bytesTotal)}, ${exact(progress.responses)} responses${rate}`
}

/** Logs grow while they are read: the share never passes 1. */
const shareRead = ({ bytes, bytesTotal }: IndexProgress): number => (bytesTotal === 0 ? 1 : Math.min(1, bytes / bytesTotal))
