// Shows how far reading the logs has come, on stderr: one line redrawn on a terminal, one line a second elsewhere.
import type { ControlPlane, IndexProgress } from '../api/control-plane.ts'
import { codeOf } from '../core/errors.ts'
import type { AbortLike } from '../core/machine/clock.ts'
import type { Context } from './context.ts'
import { paintLine } from '../core/text/paint-line.ts'
import { progressLine, progressText } from './render/progress.ts'

// Ten times a second is smooth; a log file wants one line a second.
const REDRAW_MS = 100
const LOG_LINE_MS = 1_000
// Nothing is drawn for work that is over at once: a flash of a bar is noise.
const QUIET_START_MS = 300

export interface ProgressBar {
  show(progress: IndexProgress): void
  /** Clears the line; nothing is drawn afterwards. */
  done(): void
}

export function progressBar(context: Context, monotonicMs: () => number): ProgressBar {
  const startedAt = monotonicMs()
  const { tty, columns } = context.errScreen
  let drawnAt = startedAt + QUIET_START_MS - (tty ? REDRAW_MS : LOG_LINE_MS)
  let drawn = false
  let over = context.quiet
  return {
    show(progress) {
      const now = monotonicMs()
      if (over || now - drawnAt < (tty ? REDRAW_MS : LOG_LINE_MS)) return
      drawnAt = now
      drawn = true
      if (tty) context.err(`\r${paintLine(progressLine(progress, now - startedAt, columns), context.errScreen)}\u001b[K`)
      else context.err(`${progressText(progress, now - startedAt)}\n`)
    },
    done() {
      if (drawn && !over && tty) context.err('\r\u001b[K')
      over = true
    },
  }
}

/** Polls the plane while `work` runs, and draws. The work's own result and errors pass through. */
export async function withProgress<T>(context: Context, plane: ControlPlane, work: Promise<T>): Promise<T> {
  const { clock } = await context.machine()
  const bar = progressBar(context, () => clock.monotonicMs())
  const finished = new AbortController()
  const polling = context.quiet ? Promise.resolve() : poll(plane, bar, finished.signal, ms => clock.sleep(ms, finished.signal))
  try {
    return await work
  } finally {
    finished.abort()
    await polling
    bar.done()
  }
}

async function poll(plane: ControlPlane, bar: ProgressBar, finished: AbortLike, sleep: (ms: number) => Promise<void>): Promise<void> {
  while (!finished.aborted) {
    try {
      const { progress } = await plane.call('index.progress', {})
      if (progress && !finished.aborted) bar.show(progress)
    } catch (error) {
      // A daemon that cannot say how far it is, or that just went away: the work itself reports what matters.
      if (codeOf(error) === 'internal') throw error
      return
    }
    await sleep(REDRAW_MS)
  }
}
