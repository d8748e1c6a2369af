// Sums of one session and of one stretch of time, by index.
import { big, int, row, sql, type Row, type Work } from '../core/ledger/work.ts'
import type { Glance, GlanceStore } from '../core/ledger/glance-store.ts'
import { nanoUsd } from '../core/money.ts'
import type { Instant } from '../core/time.ts'

const SUMS = `cast(coalesce(sum(e.responses), 0) as bigint) as responses, cast(coalesce(sum(e.cost), 0) as bigint) as cost,
  cast(coalesce(sum(e.unpriced), 0) as bigint) as unpriced, cast(coalesce(sum(e.partial), 0) as bigint) as partial`
const ofSession = sql(`select ${SUMS} from scope s join entry e on e.scope = s.id where s.session = :session and s.agent = :agent`)
const between = sql(`select ${SUMS} from entry e where e.at >= :since and e.at < :until`)

export class SqlGlances implements GlanceStore {
  *ofSession(agent: string, session: string): Work<Glance> { return glanceFrom(yield* row(ofSession, { agent, session })) }
  *between(since: Instant, until: Instant): Work<Glance> { return glanceFrom(yield* row(between, { since, until })) }
}

const glanceFrom = (from: Row | undefined): Glance => ({ responses: int(from?.responses), cost: nanoUsd(big(from?.cost)), unpriced: int(from?.unpriced), partial: int(from?.partial) })
