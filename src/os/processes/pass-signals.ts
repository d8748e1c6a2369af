// Between a terminal and the agent that `purser run` started: hands signals on that reached only us, and goes to sleep and
// wakes up together with it.
import { NO_SEAT, PASSED, passesOn, type Seat } from '../../core/launch/pass-signal.ts'
import { isStopped, type GatedChild } from './gated-child.ts'
import { suspendSelf } from './signals.ts'
import { seatNow } from './terminal-seat.ts'

/** Starts to listen; the answer stops it. From here on none of these signals ends this process. */
export function passSignals(child: Pick<GatedChild, 'pid' | 'send'>, platform: string, { seat = seatNow, suspend = suspendSelf }: { readonly seat?: (platform: string) => Seat; readonly suspend?: () => void } = {}): () => void {
  const before = seat(platform)
  const stops: (() => void)[] = []
  const on = (signal: NodeJS.Signals, heard: () => void): void => {
    process.on(signal, heard)
    stops.push(() => { process.off(signal, heard) })
  }
  for (const signal of PASSED) on(signal, () => { if (passesOn(signal, seat(platform), before)) child.send(signal) })
  // An agent that stops itself (Ctrl-Z in a raw terminal is a key it acts on) leaves the shell waiting for us: we stop too.
  if (before !== NO_SEAT && before.terminal) on('SIGCHLD', () => { if (isStopped(child.pid)) suspend() })
  on('SIGCONT', () => { if (isStopped(child.pid)) child.send('SIGCONT') })
  return () => { for (const stop of stops) stop() }
}
