// What every act of the demonstration has at hand, and how it waits: for something purser itself answers, with a limit,
// and never past a Ctrl-C.
import type { ControlPlane, EventAnswer } from '../../api/control-plane.ts'
import { AppError } from '../../core/errors.ts'
import type { AbortLike, Clock } from '../../core/machine/clock.ts'
import { SECOND_MS } from '../../core/time.ts'
import type { Narrator } from './narrator.ts'
import type { OwnChildren } from './own-children.ts'
import type { Puppet } from './puppet.ts'
import type { Stage } from './stage.ts'

export interface Scene {
  readonly plane: ControlPlane
  readonly stage: Stage
  readonly children: OwnChildren
  readonly clock: Clock
  readonly narrator: Narrator
  readonly signal: AbortLike
  readonly events: EventFeed
  /** Every agent that was started, for the clean-up. */
  readonly cast: Puppet[]
}

// purser is asked this often while an act waits: a question costs it about a millisecond.
const ASK_MS = 20
// Nothing purser does on a stage this small takes longer; on a machine where it does, the demo says what was missing.
const WAIT_MS_MAX = 6 * SECOND_MS
// Between two acts, so that a person can follow.
const BEAT_MS = 400

/** Throws once Ctrl-C was pressed: the demo then only cleans up. */
export function goOn({ signal }: Pick<Scene, 'signal'>): void {
  if (signal.aborted) throw new AppError('unavailable', 'interrupted')
}

export async function beat(scene: Pick<Scene, 'clock' | 'signal'>, beats = 1): Promise<void> {
  await scene.clock.sleep(BEAT_MS * beats, scene.signal)
  goOn(scene)
}

/** Asks until the answer is not null. `what` completes "purser did not ...". */
export async function until<T>(scene: Pick<Scene, 'clock' | 'signal'>, what: string, ask: () => Promise<T | null>): Promise<T> {
  const deadline = scene.clock.monotonicMs() + WAIT_MS_MAX
  for (;;) {
    goOn(scene)
    const answer = await ask()
    if (answer !== null) return answer
    if (scene.clock.monotonicMs() >= deadline) throw new AppError('unavailable', `purser did not ${what} within ${WAIT_MS_MAX / SECOND_MS} s`)
    await scene.clock.sleep(ASK_MS, scene.signal)
  }
}

/** purser's own events, each handed out once and in order. */
export interface EventFeed {
  /** The next event that is wanted; those before it are passed over. */
  next(what: string, wanted: (event: EventAnswer) => boolean): Promise<EventAnswer>
  /** Everything that was not handed out yet. */
  rest(): Promise<readonly EventAnswer[]>
}

export function eventFeed(scene: Pick<Scene, 'plane' | 'clock' | 'signal'>): EventFeed {
  let waiting: readonly EventAnswer[] = []
  let last = 0
  const rest = async (): Promise<readonly EventAnswer[]> => {
    const { events, last: newest } = await scene.plane.call('events', { after: last })
    last = Math.max(last, newest)
    const all = [...waiting, ...events]
    waiting = []
    return all
  }
  return {
    rest,
    next: (what, wanted) => until(scene, what, async () => {
      const all = await rest()
      const at = all.findIndex(wanted)
      waiting = at < 0 ? [] : all.slice(at + 1)
      return all[at] ?? null
    }),
  }
}
