// Any history of takes, waits, renewals, releases, breaks, deaths, comebacks, ends and reapings on two machines: the store
// says what a simple model says, after every deed, on every engine.
import fc from 'fast-check'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { Pair, SESSIONS } from '../support/claim-pair.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'
import { rounds, roundsTimeoutMs } from '../support/rounds.ts'

const NAMES = ['a', 'b', 'c', '/p', '/p/q', '/p/q/r', '/pq'] as const

type Deed = readonly [text: string, run: (pair: Pair) => Promise<void> | void]
const session = fc.constantFrom(...SESSIONS), name = fc.constantFrom(...NAMES), names = fc.uniqueArray(name, { minLength: 1, maxLength: 3 })
const seldom = fc.integer({ min: 0, max: 5 }).map(each => each === 0)
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(session, names, seldom).map(([who, what, strict]): Deed => [`${who} takes ${what.join(' ')}${strict ? ' strictly' : ''}`, pair => pair.take(who, what, strict, false)]) },
  { weight: 6, arbitrary: fc.tuple(session, names).map(([who, what]): Deed => [`${who} waits for ${what.join(' ')}`, pair => pair.take(who, what, false, true)]) },
  { weight: 4, arbitrary: fc.tuple(session, names).map(([who, what]): Deed => [`${who} releases ${what.join(' ')}`, pair => pair.release(who, what)]) },
  { weight: 1, arbitrary: fc.tuple(session, name).map(([who, what]): Deed => [`${who} renews ${what}`, pair => pair.renew(who, what)]) },
  { weight: 1, arbitrary: name.map((what): Deed => [`${what} is broken`, pair => pair.break(what)]) },
  { weight: 1, arbitrary: session.map((who): Deed => [`${who} dies`, pair => pair.die(who)]) },
  { weight: 2, arbitrary: session.map((who): Deed => [`${who} comes back`, pair => pair.comeBack(who)]) },
  { weight: 1, arbitrary: session.map((who): Deed => [`${who} ends`, pair => pair.end(who)]) },
  { weight: 1, arbitrary: fc.constantFrom('n1', 'n2').map((node): Deed => [`${node} reaps`, pair => pair.reap(node)]) },
  { weight: 1, arbitrary: fc.constantFrom(4_000, 25_000, 61_000).map((ms): Deed => [`${ms} ms pass`, pair => pair.advance(ms)]) },
)
const commands = fc.commands([deed.map(([text, run]): fc.AsyncCommand<object, Pair> => ({ check: () => true, run: async (_model, pair) => { await run(pair); await pair.compare() }, toString: () => text }))], { maxCommands: 60, size: 'max' })

describe.each(ENGINES)('any history of claims on $name', engine => {
  const plan = { name: `histories of claims on ${engine.name}`, quick: engine.name === 'sqlite' ? 60 : 5, full: engine.name === 'sqlite' ? 3_000 : 200 }
  let open: OpenStores
  beforeEach(async () => { open = await engine.open() })
  afterEach(async () => { await open.close() })

  it('comes to what the model says', async () => {
    await fc.assert(fc.asyncProperty(commands, async history => {
      await open.database.script('delete from claim; delete from claim_ticket; delete from claim_generation')
      // Time on PostgreSQL is the server's own and does not wait for a test.
      await fc.asyncModelRun(() => ({ model: {}, real: new Pair(open, engine.name === 'sqlite') }), history)
    }), { numRuns: rounds(plan), endOnFailure: false })
  }, roundsTimeoutMs(60_000, plan))
})
