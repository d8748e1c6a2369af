// Spend outside of the logs as people see it, and what they may ask: read it now, begin a mark anew.
import type { Handlers } from '../../api/control-plane.ts'
import type { ExternalOperations, ExternalSessionAnswer, ExternalShowAnswer, ExternalSourceAnswer, ExternalSubjectAnswer, ExternalSyncAnswer } from '../../api/external-answer.ts'
import { nearestWord } from '../../core/config/nearest.ts'
import { keyOf, markText, total } from '../../core/external/cumulative.ts'
import { driftOf, type Drift } from '../../core/external/drift.ts'
import type { ExternalSum } from '../../core/external/external-store.ts'
import { EXTERNAL_AGENT, OWNER_PARTS, units, type ExternalSource, type Owner, type TableSource } from '../../core/external/source.ts'
import { AppError } from '../../core/errors.ts'
import type { Work } from '../../core/ledger/work.ts'
import { nanoUsd, usdText, ZERO_USD, type NanoUsd } from '../../core/money.ts'
import { instant, isoText, type Instant } from '../../core/time.ts'
import type { ExternalWorld, Synced } from '../../flows/external/post.ts'
import { resetSource } from '../../flows/external/reset.ts'
import { syncSource } from '../../flows/external/sync.ts'
import type { World } from '../world/world.ts'

const ROWS_MAX = 500
// One call reads a chain for a while and then answers; whoever asks goes on where it stopped.
const PASSES_MAX = 10

/** The part of a purser that reads sources. */
export const outsideOf = (world: World): ExternalWorld => ({
  stores: world.stores, clock: world.clock, node: world.node, budgets: world.budgets, channels: world.channels, crashPoint: world.crashPoint,
  readers: world.readers, judges: () => world.running.role === 'daemon',
})

export const sourcesOf = (world: World): readonly ExternalSource[] => world.config.current().settings.external

export function externalHandlers(world: World, afterChange: () => void): Pick<Handlers, keyof ExternalOperations> {
  return {
    'external.list': async () => ({ sources: await listed(world) }),
    'external.show': async ({ id, session }) => (session !== undefined ? ofSession(world, session) : ofSource(world, configured(world, id ?? ''))),
    'external.sync': async ({ id }) => {
      const results: ExternalSyncAnswer[] = []
      // One after the other: a person waits for the last either way, and nobody is asked more than once at a time.
      for (const source of id === undefined ? sourcesOf(world) : [configured(world, id)]) results.push(await synced(world, source))
      if (results.some(({ entries }) => entries > 0)) afterChange()
      return { results }
    },
    'external.reset': async ({ id, reason, by, subject }) => ({ source: id, ...(await resetSource(world, configured(world, id), { reason, by, subject: subject ?? null })) }),
  }
}

function configured(world: World, id: string): ExternalSource {
  const sources = sourcesOf(world)
  const found = sources.find(source => source.id === id)
  if (found) return found
  const meant = nearestWord(id, sources.map(source => source.id))
  const cure = meant !== null ? `did you mean ${meant}?` : sources.length === 0 ? 'add an [[external]] table: purser config edit' : `there ${sources.length === 1 ? 'is' : 'are'}: ${sources.map(source => source.id).join(', ')}`
  throw new AppError('not_found', `there is no external source "${id}" in the configuration; ${cure}`)
}

async function synced(world: World, source: ExternalSource): Promise<ExternalSyncAnswer> {
  const outside = outsideOf(world), never = new AbortController().signal
  let sum: Synced | null = null
  for (let pass = 0; pass < PASSES_MAX && (sum === null || sum.more); pass++) {
    const one: Synced = await syncSource(outside, source, never)
    sum = sum === null ? one : { ...one, entries: sum.entries + one.entries, cost: nanoUsd(sum.cost + one.cost), withdrawn: sum.withdrawn + one.withdrawn, locked: [...sum.locked, ...one.locked] }
  }
  const { source: id, entries, cost, lower, ahead, restarted, withdrawn, locked, failure, more } = sum as Synced
  return { source: id, entries, cost: usdText(cost), lower, ahead, restarted, withdrawn, locked: locked.map(lock => lock.id), failure, more }
}

const NOTHING: Omit<ExternalSum, 'source'> = { cost: ZERO_USD, entries: 0, firstAt: instant(0), lastAt: instant(0) }

async function listed(world: World): Promise<readonly ExternalSourceAnswer[]> {
  const sources = sourcesOf(world)
  const { sums, answers } = await world.stores.read(function* () {
    const found = yield* world.stores.external.sums(null)
    const made: ExternalSourceAnswer[] = []
    for (const source of sources) made.push(yield* sourceAnswer(world, source, found.find(each => each.source === source.id) ?? null))
    return { sums: found, answers: made }
  })
  const gone = sums.filter(({ source }) => !sources.some(({ id }) => id === source))
  return [...answers, ...gone.map((sum): ExternalSourceAnswer => ({
    id: sum.source, kind: 'json', asset: '', mode: 'spend', configured: false, cost: usdText(sum.cost), entries: sum.entries, subjects: 0, lower: 0, ahead: 0,
    syncedAt: null, nextAt: null, failure: null, failingSince: null, chain: null,
  }))]
}

function* sourceAnswer(world: World, source: ExternalSource, sum: ExternalSum | null): Work<ExternalSourceAnswer> {
  const { external } = world.stores
  const state = yield* external.state(source.id)
  const { cost, entries } = sum ?? NOTHING
  const drifts = source.kind === 'evm' ? [] : (yield* subjectsOf(world, source)).map(({ drift }) => drift)
  const subjects = source.kind === 'evm' ? yield* external.countSessions(source.id) : drifts.length
  const [chainId = '', contract = ''] = (state?.chain ?? '').split('/')
  const iso = (at: Instant | null | undefined): string | null => (at === null || at === undefined ? null : isoText(at))
  return {
    id: source.id, kind: source.kind, asset: source.asset, mode: source.kind === 'evm' ? 'spend' : source.mode, configured: true, cost: usdText(cost), entries, subjects,
    lower: drifts.filter(drift => drift.state === 'lower').length, ahead: drifts.filter(drift => drift.state === 'ahead').length,
    syncedAt: iso(state?.syncedAt), nextAt: state ? isoText(instant(state.triedAt + source.everyMs)) : null, failure: state?.failure || null, failingSince: iso(state?.failingSince),
    chain: source.kind === 'evm' && chainId !== '' ? { id: Number(chainId), contract, nextBlock: state?.nextBlock ?? 0, withdrawn: yield* external.countInState(source.id, 'withdrawn') } : null,
  }
}

interface Subject { readonly answer: ExternalSubjectAnswer; readonly drift: Drift }

function* subjectsOf(world: World, source: TableSource): Work<readonly Subject[]> {
  const { external } = world.stores
  const found: Subject[] = []
  for (const mark of yield* external.marks(source.id)) {
    const logged = source.mode === 'compare' ? yield* loggedSince(world, mark.firstAt, mark.owner) : ZERO_USD
    const drift = driftOf(mark, source, { held: yield* external.held(keyOf(source.id, mark.subject)), logged })
    found.push({ drift, answer: {
      subject: mark.subject, ...mark.owner, latest: markText(units(mark.latest, source)), highest: markText(units(mark.amount, source)),
      says: usdText(drift.says), ledger: usdText(drift.ledger), drift: usdText(drift.drift), state: drift.state, readAt: isoText(mark.readAt),
    } })
  }
  return found
}

/** What logs say an owner spent; a part of the owner that is not named is everybody's. */
function* loggedSince(world: World, since: Instant, owner: Owner): Work<NanoUsd> {
  const named = OWNER_PARTS.filter(part => owner[part] !== '')
  const rows = yield* world.stores.ledger.spendByScope(since, null)
  return nanoUsd(rows.filter(({ scope }) => scope.agent !== EXTERNAL_AGENT && named.every(part => scope[part] === owner[part])).reduce((sum, { cost }) => sum + cost, 0n))
}

async function ofSource(world: World, source: ExternalSource): Promise<ExternalShowAnswer> {
  return world.stores.read(function* () {
    const { external } = world.stores
    const sums = yield* external.sums(null)
    const answer = yield* sourceAnswer(world, source, sums.find(each => each.source === source.id) ?? null)
    const subjects = source.kind === 'evm' ? [] : (yield* subjectsOf(world, source)).map(each => each.answer)
    const sessions: ExternalSessionAnswer[] = []
    for (const each of (yield* external.bySession(source.id, ROWS_MAX)).filter(({ session }) => session !== '')) sessions.push(yield* sessionAnswer(world, source, each))
    return { source: answer, subjects: subjects.slice(0, ROWS_MAX), sessions, cost: answer.cost, more: Math.max(0, subjects.length - ROWS_MAX, answer.subjects - ROWS_MAX) }
  })
}

async function ofSession(world: World, session: string): Promise<ExternalShowAnswer> {
  const sources = sourcesOf(world)
  return world.stores.read(function* () {
    const sums = yield* world.stores.external.sums(session)
    const sessions: ExternalSessionAnswer[] = []
    for (const each of sums) sessions.push(yield* sessionAnswer(world, sources.find(({ id }) => id === each.source) ?? null, { ...each, session }))
    return { source: null, subjects: [], sessions, cost: usdText(sums.reduce((sum, { cost }) => sum + cost, 0n)), more: 0 }
  })
}

function* sessionAnswer(world: World, source: ExternalSource | null, { session, ...sum }: ExternalSum & { readonly session: string }): Work<ExternalSessionAnswer> {
  const amounts = source?.kind === 'evm' ? yield* world.stores.external.amounts(source.id, session) : null
  return {
    source: sum.source, session, cost: usdText(sum.cost), entries: sum.entries, asset: source?.asset ?? '',
    amount: source === null || amounts === null ? null : markText(units(total(amounts), source)), firstAt: isoText(sum.firstAt), lastAt: isoText(sum.lastAt),
  }
}
