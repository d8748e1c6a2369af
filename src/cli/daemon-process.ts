// Finding, awaiting and ending the daemon behind the socket, for the commands that mean it and nothing else.
import type { ControlPlane } from '../api/control-plane.ts'
import { AppError, codeOf } from '../core/errors.ts'
import { isNobodyThere } from './connect.ts'
import type { Context } from './context.ts'

/** `version` is null for a daemon from before it could say. */
export interface FoundDaemon { readonly version: string | null; readonly pid: number | null }

const POLL_MS = 50

export async function socketPlane(context: Context): Promise<ControlPlane> {
  return context.doors.socket((await context.machine()).places.socket)
}

/** The daemon that answers, or null when nobody listens. */
export async function findDaemon(context: Context): Promise<FoundDaemon | null> {
  const plane = await socketPlane(context)
  try {
    return await plane.call('hello', {})
  } catch (error) {
    if (isNobodyThere(error, context.environment)) return null
    if (codeOf(error) === 'not_found') return { version: null, pid: null }
    throw error
  } finally {
    await plane.close()
  }
}

/** Asks the daemon to stop and waits until its socket is gone; false when none was running. */
export async function stopDaemon(context: Context, waitMs: number): Promise<boolean> {
  const plane = await socketPlane(context)
  try {
    await plane.call('down', {})
  } catch (error) {
    if (isNobodyThere(error, context.environment)) return false
    throw error
  } finally {
    await plane.close()
  }
  const gone = await until(context, waitMs, async () => (await findQuietly(context)) === null)
  if (!gone) throw new AppError('unavailable', `the daemon was asked to stop ${waitMs / 1_000} s ago and still answers; it may be finishing a batch\nlook again: purser status`)
  return true
}

/** A daemon that is closing may hang up in the middle of an answer: that is not gone yet. */
async function findQuietly(context: Context): Promise<FoundDaemon | null | 'closing'> {
  try {
    return await findDaemon(context)
  } catch (error) {
    if (codeOf(error) === 'daemon_unreachable') return 'closing'
    throw error
  }
}

/** Waits until the daemon answers, or until `ended` says that its process is gone. */
export async function awaitDaemon(context: Context, waitMs: number, ended: () => boolean): Promise<FoundDaemon | null> {
  let found: FoundDaemon | null = null
  await until(context, waitMs, async () => {
    const state = await findQuietly(context)
    found = state === 'closing' ? null : state
    return found !== null || ended()
  })
  return found
}

async function until(context: Context, waitMs: number, happened: () => Promise<boolean>): Promise<boolean> {
  const { clock } = await context.machine()
  const deadline = clock.monotonicMs() + waitMs
  for (;;) {
    if (await happened()) return true
    if (clock.monotonicMs() >= deadline) return false
    await clock.sleep(POLL_MS)
  }
}
