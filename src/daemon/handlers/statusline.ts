// The daemon's answer to a status line: takes what the client says of its quotas, and says what purser knows of the
// session in one line. Asked several times a second, so it reads by index and waits for no write.
import { accountOfStatusline, readStatusline } from '../../agents/claude-code/statusline.ts'
import type { StatuslineRequest } from '../../api/server.ts'
import { observe, type QuotaObservation, type QuotaWindow } from '../../core/accounts/quota.ts'
import { matches, perValue } from '../../core/budgets/selector.ts'
import { windowAt } from '../../core/budgets/window.ts'
import { reaches, type Asker } from '../../core/enforcement/lock-reach.ts'
import { AppError } from '../../core/errors.ts'
import type { Glance } from '../../core/ledger/glance-store.ts'
import { nanoUsd, ZERO_USD } from '../../core/money.ts'
import type { Amount, BudgetFact, LockFact, StatuslineFacts } from '../../core/statusline/facts.ts'
import { statusline } from '../../core/statusline/line.ts'
import type { StatuslineReading } from '../../core/statusline/reading.ts'
import { noteLine } from '../../core/statusline/seen-lines.ts'
import { statuslineScreen } from '../../core/statusline/screen.ts'
import { windowFacts } from '../../core/statusline/windows.ts'
import { HOUR_MS, instant, type Instant } from '../../core/time.ts'
import { observeQuotas } from '../../flows/observe-quota.ts'
import { askerOf } from '../hook-door.ts'
import { currentStandings } from '../world/standings.ts'
import type { World } from '../world/world.ts'

const AGENT = 'claude-code'
// A status line is drawn again at once; what waited behind so many others is old.
const QUEUED_MAX = 100

export interface StatuslineDoor {
  /** The line, without a line end. Throws `invalid_input` for a payload that is none. */
  answer(request: StatuslineRequest): Promise<string>
  /** Resolves when every word about a quota so far is stored. */
  idle(): Promise<void>
}

export function statuslineDoor(world: World, onError: (what: string, error: unknown) => void): StatuslineDoor {
  let queue = Promise.resolve()
  let queued = 0
  const take = (seen: readonly QuotaObservation[]): void => {
    if (seen.length === 0 || queued >= QUEUED_MAX) return
    queued++
    queue = queue.then(() => store(world, seen)).catch((error: unknown) => onError('statusline.quota', error)).finally(() => { queued-- })
  }
  return {
    async answer({ agent, body, variables }) {
      if (agent !== AGENT) throw new AppError('not_found', `no status line is known for an agent called "${agent}"`)
      const reading = readStatusline(parsed(body))
      if (!reading) throw new AppError('invalid_input', `this is no ${AGENT} status line payload`)
      const now = world.clock.now()
      const account = accountOfStatusline({ configHome: variables.CLAUDE_CONFIG_DIR ?? '', transcript: reading.transcript }, world.environment.home)
      const seen = reading.windows.map((window): QuotaObservation => ({ ...window, agent, account, minutes: null, exhausted: false, observedAt: now, evidence: 'statusline' }))
      take(seen)
      noteLine(world.running.lines, `${agent}/${reading.session}`, { model: reading.model, modelId: reading.modelId, contextPercent: reading.contextPercent, cost: reading.cost, at: now })
      const facts = await factsOf(world, reading, { account, seen, now })
      return statusline(facts, { screen: statuslineScreen(variables), now, zone: world.config.current().settings.zone })
    },
    idle: () => queue,
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

/** Most lines repeat the one before: the write lock is only asked for when there is news. */
async function store({ stores, node }: World, seen: readonly QuotaObservation[]): Promise<void> {
  const known = await stores.read(() => stores.quota.all(node))
  const before = (word: QuotaObservation): QuotaWindow | null => known.find(each => each.agent === word.agent && each.account === word.account && each.window === word.window) ?? null
  const news = seen.filter(word => observe(before(word), word) !== before(word))
  if (news.length > 0) await stores.transaction(() => observeQuotas(stores.quota, node, news))
}

interface Asked { readonly account: string; readonly seen: readonly QuotaObservation[]; readonly now: Instant }

async function factsOf(world: World, reading: StatuslineReading, { account, seen, now }: Asked): Promise<StatuslineFacts> {
  const { stores, node } = world
  const { settings } = world.config.current()
  const found = await askerOf(world, AGENT, { ...reading, subagent: '' })
  const asker = { ...found, scope: { ...found.scope, account: account || found.scope.account } }
  const today = windowAt('day', settings.zone, now)
  const { catchingUp } = world.running
  return stores.read(function* () {
    const session = yield* stores.glances.ofSession(AGENT, reading.session)
    const behind = catchingUp || isBehind(session, reading)
    const spent = yield* stores.glances.between(today.start, today.end ?? now)
    const hour = yield* stores.glances.between(instant(now - HOUR_MS), instant(now + 1))
    const locks = (yield* stores.breaches.activeLocks(now)).filter(lock => reaches(lock, asker))
    // While history is read balances are not kept yet: adding one up takes longer than a line may.
    const budgets = catchingUp ? [] : world.budgets().filter(budget => matches(budget.selector, asker.scope))
    const standings = yield* currentStandings(world, budgets, now)
    // An account nobody named may be anybody's: only what this client says itself is shown then.
    const known = account === '' ? [] : (yield* stores.quota.all(node)).filter(window => window.agent === AGENT && window.account === account)
    return {
      model: reading.model, session: sessionAmount(session, reading), today: amountOf(spent, behind), hour: amountOf(hour, behind), budget: tightest(budgets, standings, asker),
      lock: longest(locks), windows: windowFacts(known, seen, now), contextPercent: reading.contextPercent, daemon: catchingUp ? 'catching-up' : 'following',
    } satisfies StatuslineFacts
  })
}

const amountOf = ({ cost, unpriced, partial }: Glance, behind = false): Amount => ({ cost, atLeast: behind || unpriced > 0 || partial > 0 })

/**
 * The client's meter runs ahead of its log, and counts what no log shows: other sums are then lower bounds. A percent is
 * what two price lists may differ by.
 */
const isBehind = (logged: Glance, { cost }: StatuslineReading): boolean => cost !== null && cost > logged.cost + logged.cost / 100n

/** Log and meter both only ever miss spending (compaction is in no log, an earlier run in no meter): the larger is nearer. */
function sessionAmount(logged: Glance, { cost }: StatuslineReading): Amount | null {
  if (logged.responses === 0 && cost === null) return null
  return cost !== null && cost > logged.cost ? { cost, atLeast: false } : amountOf(logged)
}

type Standings = ReturnType<typeof currentStandings> extends Generator<unknown, infer Found> ? Found : never

/** The one with the least left in money: it stops the session first. */
function tightest(budgets: ReturnType<World['budgets']>, standings: Standings, { scope }: Asker): BudgetFact | null {
  const left = budgets.map((budget): BudgetFact => {
    const value = perValue(budget, scope)
    const own = standings.find(each => each.budget === budget && each.perValue === value)
    const limit = own?.limit ?? budget.limit
    return { id: budget.id, limit, remaining: nanoUsd(limit - (own?.spent ?? ZERO_USD)), atLeast: (own?.unpriced ?? 0) > 0 || (own?.partial ?? 0) > 0 }
  })
  return left.toSorted((a, b) => (a.remaining < b.remaining ? -1 : a.remaining > b.remaining ? 1 : a.id < b.id ? -1 : 1))[0] ?? null
}

function longest(locks: readonly { readonly rule: string; readonly expiresAt: Instant | null }[]): LockFact | null {
  const [last] = locks.toSorted((a, b) => (b.expiresAt ?? Infinity) - (a.expiresAt ?? Infinity))
  return last ? { rule: last.rule, until: last.expiresAt } : null
}
