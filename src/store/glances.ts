// Sums of one session and of one stretch of time, by index.
import { big, int, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import type { Glance, GlanceStore } from '../core/ledger/glance-store.ts'
import { nanoUsd, type NanoUsd } from '../core/money.ts'
import type { Instant } from '../core/time.ts'
import { billingFrom } from './billing.ts'

const SUMS = `cast(coalesce(sum(e.responses), 0) as bigint) as responses, cast(coalesce(sum(e.cost), 0) as bigint) as cost,
  cast(coalesce(sum(e.unpriced), 0) as bigint) as unpriced, cast(coalesce(sum(e.partial), 0) as bigint) as partial`
const ofSession = sql(`select ${SUMS} from scope s join entry e on e.scope = s.id where s.session = :session and s.agent = :agent`)
const between = sql(`select ${SUMS} from entry e where e.at >= :since and e.at < :until`)
const usedIn = sql(`select distinct e.model, e.billing from scope s join entry e on e.scope = s.id
  where s.session = :session and s.agent = :agent and s.subagent = :subagent and e.kind <> 'unlogged' and e.kind <> 'counter' and e.model <> ''`)
const turns = sql(`select cast(sum(e.cost) as bigint) as cost from scope s join entry e on e.scope = s.id where s.session = :session and s.agent = :agent and e.kind <> 'unlogged' and e.kind <> 'counter'
  group by e.key having sum(e.responses) = 1 and sum(e.unpriced) = 0 and sum(e.partial) = 0 order by max(e.id) desc limit :most`)

export class SqlGlances implements GlanceStore {
  *ofSession(agent: string, session: string): Work<Glance> { return glanceFrom(yield* row(ofSession, { agent, session })) }
  *usedIn(agent: string, session: string, subagent: string): ReturnType<GlanceStore['usedIn']> {
    return (yield* rows(usedIn, { agent, session, subagent })).map(each => ({ model: text(each.model), billing: billingFrom(text(each.billing), 0) }))
  }

  *turns(agent: string, session: string, limit: number): Work<readonly NanoUsd[]> { return (yield* rows(turns, { agent, session, most: limit })).map(each => nanoUsd(big(each.cost))) }

  *between(since: Instant, until: Instant): Work<Glance> { return glanceFrom(yield* row(between, { since, until })) }
}

const glanceFrom = (from: Row | undefined): Glance => ({ responses: int(from?.responses), cost: nanoUsd(big(from?.cost)), unpriced: int(from?.unpriced), partial: int(from?.partial) })
