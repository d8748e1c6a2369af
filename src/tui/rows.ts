// Which rows each list has, filtered and in order.
import type { BudgetAnswer, LockAnswer, SessionAnswer, TopAnswer } from '../api/control-plane.ts'
import { projectName } from '../core/scope.ts'
import { nanosOf, shareOf } from '../core/text/figures.ts'

export interface SessionRow { readonly session: SessionAnswer; /** nano-USD in the last `rateMinutes`. */ readonly lately: bigint }
interface Wanted { readonly sort: 'rate' | 'today' | 'seen' | 'project'; readonly filter: string }

export const sessionKey = ({ agent, session }: Pick<SessionAnswer, 'agent' | 'session'>): string => `${agent}/${session}`
export const budgetKey = ({ id, perValue }: Pick<BudgetAnswer, 'id' | 'perValue'>): string => `${id}/${perValue ?? ''}`

export function sessionRows({ status, rates }: TopAnswer, { sort, filter }: Wanted): readonly SessionRow[] {
  const lately = new Map(rates.map(rate => [sessionKey(rate), nanosOf(rate.cost) ?? 0n]))
  const rows = status.sessions.filter(session => session.state !== 'ended' && matches(session, filter)).map(session => ({ session, lately: lately.get(sessionKey(session)) ?? 0n }))
  return rows.toSorted((a, b) => compare(a, b, sort) || newestFirst(a, b) || (sessionKey(a.session) < sessionKey(b.session) ? -1 : 1))
}

/** Every word has to be in something that is shown of the session. */
function matches(session: SessionAnswer, filter: string): boolean {
  const text = [session.session, session.agent, session.account, session.state, session.branch, projectName(session.project)].join(' ').toLowerCase()
  return filter.toLowerCase().split(/\s+/).every(word => text.includes(word))
}

function compare(a: SessionRow, b: SessionRow, sort: Wanted['sort']): number {
  switch (sort) {
    case 'rate': return descending(a.lately, b.lately) || descending(todayOf(a), todayOf(b))
    case 'today': return descending(todayOf(a), todayOf(b))
    case 'seen': return 0
    case 'project': return ascending(projectName(a.session.project), projectName(b.session.project)) || ascending(a.session.branch, b.session.branch)
  }
}

const todayOf = ({ session }: SessionRow): bigint => nanosOf(session.cost) ?? 0n
const newestFirst = (a: SessionRow, b: SessionRow): number => ascending(b.session.seenAt, a.session.seenAt)
const descending = (a: bigint, b: bigint): number => (a > b ? -1 : a < b ? 1 : 0)
const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The fullest first: what will stop something is on top. */
export const budgetRows = ({ status }: TopAnswer): readonly BudgetAnswer[] =>
  status.budgets.toSorted((a, b) => shareOf(b.spent, b.limit) - shareOf(a.spent, a.limit) || ascending(budgetKey(a), budgetKey(b)))

/** In force at the time of the answer. */
export const lockRows = ({ status }: TopAnswer): readonly LockAnswer[] =>
  status.locks.filter(lock => !lock.released && (lock.expiresAt === null || lock.expiresAt > status.asOf)).toSorted((a, b) => ascending(b.lockedAt, a.lockedAt))
