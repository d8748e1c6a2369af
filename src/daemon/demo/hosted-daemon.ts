// The real daemon, run in this process on the demonstration's stage: the same wiring as `purser up`, with a process
// table that holds only our own children and no channel to tell anybody outside.
import type { ControlPlane } from '../../api/control-plane.ts'
import { AppError } from '../../core/errors.ts'
import { runDaemon } from '../main.ts'
import type { OwnChildren } from './own-children.ts'
import type { Stage } from './stage.ts'

export interface HostedDaemon {
  readonly plane: ControlPlane
  /** Resolves when everything of it is closed; rejects with what could not be. */
  stop(): Promise<void>
}

/** Resolves once its socket answers and the (empty) history is read. */
export async function hostDaemon(stage: Stage, children: OwnChildren): Promise<HostedDaemon> {
  const stopping = new AbortController()
  let ready: (plane: ControlPlane) => void = () => undefined
  const readiness = new Promise<ControlPlane>(resolve => { ready = resolve })
  const exit = runDaemon(
    { environment: stage.environment, observe: false, signal: stopping.signal, onProgress: () => undefined, onReady: plane => ready(plane) },
    { processes: children.table, signaller: children.signaller, notifiers: [] },
  )
  const ended = exit.then(code => { throw new AppError('unavailable', `the daemon ended before it was ready (exit ${code})`) })
  return {
    plane: await Promise.race([readiness, ended]),
    async stop() {
      stopping.abort()
      await exit
    },
  }
}
