// Checks every promise of the ledger against its rows: reads all of it, changes nothing, and may run beside a daemon.
import type { Budget } from '../../core/budgets/budget.ts'
import type { AuditStore, SchemaObject } from '../../core/ledger/audit-store.ts'
import { faultsOf, summed } from '../../core/ledger/history.ts'
import type { LedgerFacts } from '../../core/ledger/ledger-findings.ts'
import { postings } from '../../core/ledger/posting.ts'
import { ZERO_USD } from '../../core/money.ts'
import { scopeKey } from '../../core/scope.ts'
import type { Stores } from '../../core/stores.ts'
import { HEAD_BYTES_MAX } from '../../core/tailing/cursor.ts'
import type { FollowedFile } from '../../core/tailing/cursor-store.ts'
import { instant, type Instant } from '../../core/time.ts'
import { strayed } from '../reserve/audit.ts'
import { gapsOfSessions } from '../unlogged.ts'
import { driftOf } from './remeasure.ts'

export interface VerifyWorld {
  readonly stores: Stores
  readonly audit: AuditStore
  readonly node: string
  readonly database: string
  readonly card: string
  readonly now: Instant
  readonly budgets: readonly Budget[]
  /** What this version's migrations make of an empty database. */
  readonly schema: readonly SchemaObject[]
}

/** `step` counts from 1; `what` is for people. */
export interface VerifyProgress { readonly step: number; readonly steps: number; readonly what: string }

const STEPS = ['the file', 'entries', 'corrections', 'scopes', 'balances', 'logs', 'meters', 'the audit trail'] as const
const PAGE = 500
const SESSIONS_PAGE = 50
// Findings name a few; what is counted beyond that is only a number.
const NAMED_MAX = 100
const YEAR_2020 = instant(Date.UTC(2020, 0, 1)), YEAR_2100 = instant(Date.UTC(2100, 0, 1))

export async function verifyLedger(world: VerifyWorld, onProgress: (progress: VerifyProgress) => void): Promise<LedgerFacts> {
  const { stores, audit } = world
  const begin = (what: (typeof STEPS)[number]): void => onProgress({ step: STEPS.indexOf(what) + 1, steps: STEPS.length, what })
  begin('the file')
  const damage = await stores.read(() => audit.damage())
  const schema = differences(await stores.read(() => audit.schema()), world.schema)
  begin('entries')
  const { entries } = await stores.read(() => stores.ledger.count())
  const gapped = await stores.read(() => audit.gapped())
  const malformed = await stores.read(() => audit.malformed({ least: YEAR_2020, most: YEAR_2100 }))
  const orphans = await stores.read(() => audit.orphans())
  const cards = await stores.read(() => audit.cards())
  begin('corrections')
  const histories = await checkHistories(world)
  begin('scopes')
  const scopes = await checkScopes(world)
  begin('balances')
  const balances = await checkBalances(world)
  const wrongSums = await stores.read(() => audit.wrongSums())
  begin('logs')
  const cursors = checkCursors(await stores.read(() => stores.cursors.all()))
  begin('meters')
  const gaps = await checkGaps(world)
  begin('the audit trail')
  const brokenEvent = await stores.read(() => stores.events.firstBroken())
  return { database: world.database, entries, card: world.card, damage, schema, gapped, malformed, histories, orphans, scopes, cards, balances, wrongSums, cursors, gaps, brokenEvent }
}

function differences(found: readonly SchemaObject[], wanted: readonly SchemaObject[]): LedgerFacts['schema'] {
  const nameOf = ({ type, name, table }: SchemaObject): string => `${type} ${name} on ${table}`
  const has = new Set(found.map(nameOf)), needs = new Set(wanted.map(nameOf))
  return { extra: found.filter(object => !needs.has(nameOf(object))), missing: wanted.filter(object => !has.has(nameOf(object))) }
}

async function checkHistories({ stores, audit }: VerifyWorld): Promise<LedgerFacts['histories']> {
  const first: { key: string; why: string }[] = []
  let checked = 0, wrong = 0
  for (let after = ''; ;) {
    const from: string = after
    const page = await stores.read(function* () {
      const keys = yield* audit.corrected(from, PAGE)
      const found = []
      for (const key of keys) found.push({ key, history: yield* stores.history.of(key) })
      return found
    })
    for (const { key, history } of page) {
      const [fault] = history ? faultsOf(history) : []
      if (fault) wrong++
      if (fault && first.length < NAMED_MAX) first.push({ key, why: fault.why })
    }
    checked += page.length
    after = page.at(-1)?.key ?? ''
    if (page.length < PAGE) return { checked, count: wrong, first }
  }
}

async function checkScopes({ stores, audit }: VerifyWorld): Promise<LedgerFacts['scopes']> {
  const wrong: string[] = []
  let checked = 0
  for (let after = 0n; ;) {
    const from: bigint = after
    const page = await stores.read(() => audit.scopes(from, PAGE))
    for (const { id, key, scope } of page) if (scopeKey(scope) !== key && wrong.length < NAMED_MAX) wrong.push(`scope ${id}`)
    checked += page.length
    after = page.at(-1)?.id ?? 0n
    if (page.length < PAGE) return { checked, wrong }
  }
}

async function checkBalances({ stores, budgets, now }: VerifyWorld): Promise<LedgerFacts['balances']> {
  const kept = await stores.read(() => stores.balances.measures())
  const measured = [...new Map(budgets.map(budget => [budget.measure, budget])).values()].filter(budget => kept.has(budget.measure))
  const drift: LedgerFacts['balances']['drift'][number][] = []
  for (const budget of measured) {
    // One read for each budget: balances and entries of the same moment, even while a daemon posts.
    for (const each of await stores.read(() => driftOf(stores, budget, now))) {
      drift.push({ budget: each.budget, perValue: each.perValue, windowStart: each.windowStart, kept: each.kept?.spent ?? null, expected: each.expected.spent })
    }
  }
  const { tasks, strays } = await stores.read(function* () { return { tasks: (yield* stores.tasks.all()).length, strays: yield* strayed(stores) } })
  return { budgets: measured.length + tasks, drift: [...drift, ...strays] }
}

function checkCursors(files: readonly FollowedFile[]): LedgerFacts['cursors'] {
  const wrong: { path: string; why: string }[] = []
  for (const { path, offset, size, headLength, head, tail, generation } of files) {
    const why = offset < 0 || generation < 0 ? `it would be read from byte ${offset}`
      // A compressed log is read further than its file is long; -1 = to be read again from the start.
      : size >= 0 && offset > size && !/\.(zst|gz)$/.test(path) ? `byte ${offset} is behind its end, ${size}`
        : headLength < 0 || headLength > HEAD_BYTES_MAX || headLength > Math.max(offset, size) ? `its fingerprint covers ${headLength} bytes`
          : !/^[0-9a-f]*$/.test(`${head}${tail}`) ? 'its fingerprint is no digest' : ''
    if (why !== '') wrong.push({ path, why })
  }
  return { checked: files.length, wrong: wrong.slice(0, NAMED_MAX) }
}

async function checkGaps({ stores, node }: VerifyWorld): Promise<LedgerFacts['gaps']> {
  const sessions = [...await stores.read(() => stores.meters.metered())].map(name => ({ agent: name.slice(0, name.indexOf('/')), session: name.slice(name.indexOf('/') + 1) }))
  const wrong: LedgerFacts['gaps']['wrong'][number][] = []
  for (let from = 0; from < sessions.length; from += SESSIONS_PAGE) {
    await stores.read(function* () {
      for (const claim of yield* gapsOfSessions({ stores, node }, sessions.slice(from, from + SESSIONS_PAGE), [])) {
        const history = yield* stores.history.of(claim.key)
        const posted = history ? summed(history) : null
        // What reading the logs again would post is what is missing.
        if (postings(posted, claim, () => ({ price: 'unknown', why: 'unknown_model' })).length === 0 || wrong.length >= NAMED_MAX) continue
        wrong.push({ session: claim.scope.session, model: claim.model, posted: posted?.cost ?? ZERO_USD, meter: claim.givenCost ?? ZERO_USD })
      }
    })
  }
  return { sessions: sessions.length, wrong }
}
