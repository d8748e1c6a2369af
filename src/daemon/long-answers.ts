// The questions that read millions of rows, answered from the records and a few facts of the daemon: the same here and in a
// thread of their own, which knows nothing else.
import type { OperationName, Operations } from '../api/control-plane.ts'
import { diagnosePrices, showPrices } from './handlers/pricing.ts'
import { reportFrom, type ReportFacts } from './handlers/reports.ts'
import type { World } from './world/world.ts'

export type Records = Pick<World, 'stores' | 'card'>
type Long = 'report' | 'pricing.show' | 'pricing.diagnose'

const LONG: { readonly [N in Long]: (records: Records, input: Operations[N]['in'], facts: ReportFacts) => Promise<Operations[N]['out']> } = {
  'report': ({ stores }, query, facts) => reportFrom(stores, query, facts),
  'pricing.show': (records, { model }, { now }) => showPrices(records, model, now),
  'pricing.diagnose': records => diagnosePrices(records),
}

export const isLong = (operation: OperationName): operation is Long => Object.hasOwn(LONG, operation)

/** What a question means to the thread; facts are the daemon's, of the moment in which it was asked. */
export interface LongQuestion { readonly operation: Long; readonly input: unknown; readonly facts: ReportFacts }

export const longAnswer = (records: Records, { operation, input, facts }: LongQuestion): Promise<unknown> =>
  (LONG[operation] as (records: Records, input: unknown, facts: ReportFacts) => Promise<unknown>)(records, input, facts)
