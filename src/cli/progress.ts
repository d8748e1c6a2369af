// Shows how far reading the logs has come, on stderr: one line redrawn on a terminal, one line a second elsewhere.
import type { ControlPlane, IndexProgress } from '../api/control-plane.ts'
import { codeOf } from '../core/errors.ts'
import type { AbortLike } from '../core/machine/clock.ts'
import type { Context } from './context.ts'
import type { Line } from '../core/text/line.ts'
import { paintLine } from '../core/text/paint-line.ts'
import { progressLine, progressText } from './render/progress.ts'

// Ten times a second is smooth; a log file wants one line a second.
const REDRAW_MS = 100
const LOG_LINE_MS = 1_000
// Nothing is drawn for work that is over at once: a flash of a bar is noise.
const QUIET_START_MS = 300

export interface ProgressBar<P> {
  show(progress: P): void
  /** Clears the line; nothing is drawn afterwards. */
  done(): void
}

/** How one kind of progress looks: as a line of a terminal, and as text without one. */
export interface ProgressLook<P> {
  line(progress: P, elapsedMs: number, width: number): Line
  text(progress: P, elapsedMs: number): string
}

const INDEXING: ProgressLook<IndexProgress> = { line: progressLine, text: progressText }

export const progressBar = (context: Context, monotonicMs: () => number): ProgressBar<IndexProgress> => barOf(context, INDEXING, monotonicMs)

function barOf<P>(context: Context, look: ProgressLook<P>, monotonicMs: () => number): ProgressBar<P> {
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
      if (tty) context.err(`\r${paintLine(look.line(progress, now - startedAt, columns), context.errScreen)}\u001b[K`)
      else context.err(`${look.text(progress, now - startedAt)}\n`)
    },
    done() {
      if (drawn && !over && tty) context.err('\r\u001b[K')
      over = true
    },
  }
}

/** Draws what `work` tells about itself. */
export async function drawnWhile<P, T>(context: Context, look: ProgressLook<P>, work: (onProgress: (progress: P) => void) => Promise<T>): Promise<T> {
  const { clock } = await context.machine()
  const bar = barOf(context, look, () => clock.monotonicMs())
  try {
    return await work(progress => bar.show(progress))
  } finally {
    bar.done()
  }
}

/** Polls the plane while `work` runs, and draws. The work's own result and errors pass through. */
export const withProgress = <T>(context: Context, plane: ControlPlane, work: Promise<T>): Promise<T> =>
  polledWhile(context, INDEXING, async () => (await plane.call('index.progress', {})).progress, work)

export async function polledWhile<P, T>(context: Context, look: ProgressLook<P>, ask: () => Promise<P | null>, work: Promise<T>): Promise<T> {
  const { clock } = await context.machine()
  const bar = barOf(context, look, () => clock.monotonicMs())
  const finished = new AbortController()
  const polling = context.quiet ? Promise.resolve() : poll(ask, bar, finished.signal, ms => clock.sleep(ms, finished.signal))
  try {
    return await work
  } finally {
    finished.abort()
    await polling
    bar.done()
  }
}

async function poll<P>(ask: () => Promise<P | null>, bar: ProgressBar<P>, finished: AbortLike, sleep: (ms: number) => Promise<void>): Promise<void> {
  while (!finished.aborted) {
    try {
      const progress = await ask()
      if (progress && !finished.aborted) bar.show(progress)
    } catch (error) {
      // A daemon that cannot say how far it is, or that just went away: the work itself reports what matters.
      if (codeOf(error) === 'internal') throw error
      return
    }
    await sleep(REDRAW_MS)
  }
}
