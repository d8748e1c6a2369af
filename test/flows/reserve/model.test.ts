// The whole command set against a model that fits in the head, in any order and with ids that come back: what is answered and
// what every budget comes to is the same after each command.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf } from '../../../src/core/errors.ts'
import { parseUsd, type NanoUsd } from '../../../src/core/money.ts'
import { NOBODY } from '../../../src/core/reservations/owner.ts'
import { NO_NOTE } from '../../../src/core/reservations/request.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/time.ts'
import { check, extend, record, release, reserve, settle } from '../../../src/flows/reserve.ts'
import { allocate, close, reopen, setProgress, topUp } from '../../../src/flows/reserve/allocate.ts'
import { strayed } from '../../../src/flows/reserve/audit.ts'
import { expireOverdue } from '../../../src/flows/reserve/expire.ts'
import { burnRateOf, forecastOf, report } from '../../../src/flows/reserve/measure.ts'
import { BudgetModel, type Asked, type ModelRule, type Outcome } from '../../support/budget-model.ts'
import { ENGINES, type OpenStores } from '../../support/databases.ts'
import { ReservingWorld, session } from '../../support/reserve-world.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const RUNS = { name: 'command sequences against the model', quick: 30, full: 600 }
// A sequence on PostgreSQL takes four times as long, and is the same statements.
const PART = { sqlite: 1, postgres: 4 }
const COMMANDS_MAX = 30, TIMEOUT_MS = 60_000
// Half an hour before midnight, so that windows end while money is held.
const EVENING = Date.UTC(2026, 10, 21, 23, 30)
const usd = (text: string): bigint => parseUsd(text)

const amounts = fc.constantFrom('0.25', '1', '2.5', '4', '6.000000001').map(usd)
const tasks = fc.constantFrom('t0', 't1', 't2')
const budget = fc.constantFrom('t0', 't1', 't2', 'all', 'web', 'soft', 'nobody')
const someBudgets: fc.Arbitrary<readonly string[]> = fc.oneof(fc.constant<string[]>([]), fc.uniqueArray(fc.constantFrom('t0', 't1', 't2', 'web'), { minLength: 1, maxLength: 2 }), fc.constant(['nobody']))
const projects = fc.constantFrom('/web', '/api', '')
const reservations = fc.constantFrom('r0', 'r1', 'r2', 'r3', 'r4')
const ttls = fc.constantFrom(10 * MINUTE_MS, DAY_MS)
const asking = fc.record({
  id: reservations, amount: amounts, budgets: someBudgets, project: projects, session: fc.constantFrom('', '', '', 's1', 's2'), owner: fc.constantFrom('nobody', 'alive', 'dead') as fc.Arbitrary<Asked['owner']>, ttlMs: ttls,
})
const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('allocate' as const), id: fc.oneof(tasks, fc.constant('web')), amount: fc.option(fc.oneof(amounts, fc.constant(0n)), { nil: null }), parent: fc.constantFrom('', '', 't0', 't1'), project: fc.constantFrom('', '', '/web'), hard: fc.constantFrom(true, true, false) }) },
  { weight: 8, arbitrary: fc.record({ does: fc.constant('reserve' as const), asked: asking }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('check' as const), asked: asking }) },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('settle' as const), id: reservations, actual: fc.option(fc.oneof(amounts, fc.constant(0n)), { nil: null }) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('release' as const), id: reservations }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('extend' as const), id: reservations, ttlMs: ttls }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('record' as const), id: fc.constantFrom('e0', 'e1', 'e2'), amount: amounts, budgets: someBudgets, project: projects, session: fc.constantFrom('', '', 's1') }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('spend' as const), session: fc.constantFrom('s1', 's2', 's3'), amount: fc.constantFrom('0.5', '3').map(usd), project: fc.constantFrom('/web', '/api') }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('close' as const), id: budget }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('reopen' as const), id: budget }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('topUp' as const), id: fc.constantFrom('m0', 'm1', 'm2'), budget, amount: amounts }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('progress' as const), id: budget, ppm: fc.constantFrom(0, 300_000, 1_000_000) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('sweep' as const) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('wait' as const), ms: fc.constantFrom(1, 9 * MINUTE_MS, 11 * MINUTE_MS, HOUR_MS, DAY_MS) }) },
)
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never

const RULES: readonly ModelRule[] = [
  { id: 'all', limit: usd('20'), hard: true, window: 'lifetime', project: '' },
  { id: 'web', limit: usd('8'), hard: true, window: 'day', project: '/web' },
  { id: 'soft', limit: usd('3'), hard: false, window: 'day', project: '' },
]

const inTurn = async <A, B>(given: readonly A[], each: (one: A) => Promise<B>): Promise<B[]> => {
  const made: B[] = []
  for (const one of given) made.push(await each(one))
  return made
}

/** What matters of an answer: the model has no words, and of a refusal it only knows why. */
async function outcomeOf(deed: () => Promise<{ readonly ok: boolean; readonly fresh?: boolean; readonly refused?: string; readonly remaining?: bigint | null; readonly late?: boolean; readonly limit?: bigint; readonly reservation?: { readonly state: string } }>): Promise<Outcome> {
  try {
    const { ok, fresh, refused, remaining, late, limit, reservation } = await deed()
    const settledLate = reservation?.state === 'settled' ? (reservation as unknown as { readonly late: boolean }).late : undefined
    return tidy({ ok, fresh, refused, remaining: ok ? remaining : undefined, late: late ?? settledLate, limit })
  } catch (error) {
    return { error: codeOf(error) }
  }
}
const tidy = (given: { readonly [K in keyof Outcome]: Outcome[K] | undefined }): Outcome => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))

describe.each(ENGINES)('the budget engine on $name', engine => {
  let open: OpenStores, run = 0
  beforeAll(async () => { open = await engine.open() })
  afterAll(async () => { await open.close() })

  /** Every run has names and a day of its own, so that one database serves them all. */
  function begin(): { readonly world: ReservingWorld; readonly model: BudgetModel; readonly own: (name: string) => string; readonly start: number } {
    const start = EVENING + ++run * 400 * DAY_MS, own = (name: string): string => (name === '' ? '' : `${name}.${run}`)
    const world = new ReservingWorld(open.stores, start)
    world.rule(...RULES.map(({ id, limit, hard, window, project }) => ({ id: own(id), limit: limit as NanoUsd, hard, window, selector: { node: `n${run}`, ...(project === '' ? {} : { project: own(project) }) } })))
    world.defaultAllocation = '3'
    world.lives.set('alive', 'alive').set('dead', 'dead')
    Object.defineProperty(world, 'node', { value: `n${run}` })
    return { world, model: new BudgetModel(start, RULES, usd('3')), own, start }
  }

  it('answers as the model does, command by command, and every budget comes to the same', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(command, fc.constantFrom(1, 1, 1, 2)), { minLength: 5, maxLength: COMMANDS_MAX }), async commands => {
      const { world, model, own } = begin()
      let at = 0
      for (const [each, times] of commands) {
        for (let time = 0; time < times; time++) {
          at++
          const [real, wanted] = [await done(world, each, own), told(model, each)]
          expect([at, each, withoutExtras(each, real)]).toEqual([at, each, wanted])
          for (const id of model.known) {
            const { limit, spent, reserved, entries, state } = await report(world, own(id))
            expect([at, each, id, { limit, spent, reserved, entries, state }]).toEqual([at, each, id, model.standing(id)])
          }
          world.clock.advance(1)
          model.now += 1
        }
      }
      const measured = await inTurn(model.known, async id => ({ id, perMinute: (await burnRateOf(world, own(id))).perMinute, ...pick(await forecastOf(world, own(id))) }))
      expect(measured.filter(({ id }) => id.startsWith('t'))).toEqual(model.known.filter(id => id.startsWith('t')).map(id => ({ id, perMinute: model.burnRate(id), ...model.forecast(id) })))
      expect(await open.stores.read(() => strayed(open.stores))).toEqual([])
    }), { numRuns: Math.ceil(rounds(RUNS) / PART[engine.name]) })
  }, roundsTimeoutMs(TIMEOUT_MS, RUNS))
})

const pick = ({ atCompletion, fits }: { readonly atCompletion: bigint | null; readonly fits: boolean | null }): { readonly atCompletion: bigint | null; readonly fits: boolean | null } => ({ atCompletion, fits })

/** `remaining` is said of a fresh grant and a check, `late` of what is fresh; the rest of an answer is not the model's. */
function withoutExtras({ does }: Command, { remaining, late, ...rest }: Outcome): Outcome {
  const grants = does === 'check' || (does === 'reserve' && rest.fresh === true)
  const facts = (does === 'settle' || does === 'record') && rest.fresh === true
  return tidy({ ...rest, remaining: grants && rest.ok === true ? remaining : undefined, late: facts ? late : undefined })
}

async function done(world: ReservingWorld, command_: Command, own: (name: string) => string): Promise<Outcome> {
  switch (command_.does) {
    case 'allocate': return outcomeOf(() => allocate(world, { id: own(command_.id), amount: command_.amount as NanoUsd | null, parent: own(command_.parent), scope: said(own(command_.project)), hard: command_.hard, onBreach: 'warn', thresholds: [50, 100] }))
    case 'reserve': return outcomeOf(() => reserve(world, requestOf(command_.asked, own)))
    case 'check': return outcomeOf(() => check(world, requestOf(command_.asked, own)))
    case 'settle': return outcomeOf(() => settle(world, { id: own(command_.id), actual: command_.actual as NanoUsd | null, note: NO_NOTE }))
    case 'release': return outcomeOf(() => release(world, own(command_.id)))
    case 'extend': return outcomeOf(() => extend(world, own(command_.id), command_.ttlMs))
    case 'record': return outcomeOf(() => record(world, { id: own(command_.id), amount: command_.amount as NanoUsd, budgets: command_.budgets.map(own), scope: { ...said(own(command_.project)), ...(command_.session === '' ? {} : { agent: 'claude-code', session: own(command_.session) }) }, note: NO_NOTE }))
    case 'close': return outcomeOf(() => close(world, own(command_.id)))
    case 'reopen': return outcomeOf(() => reopen(world, own(command_.id)))
    case 'topUp': return outcomeOf(() => topUp(world, { id: own(command_.id), budget: own(command_.budget), amount: command_.amount as NanoUsd, reason: '', by: 'test' }))
    case 'progress': return outcomeOf(() => setProgress(world, own(command_.id), command_.ppm))
    case 'spend':
      await world.ingest([{ key: own(`response-${world.clock.now()}`), at: world.clock.now(), usd: String(Number(command_.amount) / 1e9), session: own(command_.session), project: own(command_.project) }])
      return {}
    case 'sweep':
      await expireOverdue(world)
      return {}
    case 'wait':
      world.clock.advance(command_.ms)
      return {}
  }
}

function told(model: BudgetModel, command_: Command): Outcome {
  switch (command_.does) {
    case 'allocate': return model.allocate(command_)
    case 'reserve': return model.reserve(command_.asked)
    case 'check': return model.check(command_.asked)
    case 'settle': return model.settle(command_.id, command_.actual)
    case 'release': return model.release(command_.id)
    case 'extend': return model.extend(command_.id, command_.ttlMs)
    case 'record': return model.record(command_)
    case 'close': return model.close(command_.id)
    case 'reopen': return model.reopen(command_.id)
    case 'topUp': return model.topUp(command_)
    case 'progress': return model.progress(command_.id, command_.ppm)
    case 'spend':
      model.spend(command_.session, command_.amount, command_.project)
      return {}
    case 'sweep':
      model.sweep()
      return {}
    case 'wait':
      model.now += command_.ms
      return {}
  }
}

const said = (project: string): { readonly project?: string } => (project === '' ? {} : { project })

const requestOf = ({ id, amount, budgets, project, session: covered, owner, ttlMs }: Asked, own: (name: string) => string): Parameters<typeof reserve>[1] => ({
  id: own(id), amount: amount as NanoUsd, budgets: budgets.map(own), scope: said(own(project)), model: '', owner: owner === 'nobody' ? NOBODY : session(owner), ttlMs,
  covers: covered === '' ? null : { agent: 'claude-code', session: own(covered), stream: '*', from: null, responses: null },
})
