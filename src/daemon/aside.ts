// Which questions are answered by a thread of their own: those that read every entry, once there are many. Whoever asks gets
// the same answer either way; what changes is who else has to wait for it.
import type { Aside } from '../api/server.ts'
import { foldSums } from '../flows/report.ts'
import type { AnswerThread } from './answer-thread.ts'
import { reportFacts } from './handlers/reports.ts'
import { isLong } from './long-answers.ts'
import type { World } from './world/world.ts'

// The slowest of them takes a microsecond for each entry, so that fewer hold a hook up for less than 25 ms.
export const ASIDE_FROM_ENTRIES = 20_000n

export const answerAside = (world: World, thread: Pick<AnswerThread, 'ask'>): Aside => async (operation, input) => {
  if (!isLong(operation) || await world.stores.read(() => world.stores.history.newest()) < ASIDE_FROM_ENTRIES) return null
  // The thread only reads. What is folded here, in bites, it need not add up.
  if (operation === 'report') await foldSums(world.stores)
  return thread.ask({ operation, input, facts: await reportFacts(world) })
}
