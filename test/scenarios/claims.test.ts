// Real processes race for one name at a time on one database: fresh, after its holder was killed, after another machine's
// lease ended, and in the instant of its release. Never two winners, never none; and two other ways to hold a name, in the
// same race, have both.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openTestPostgresAt, openTestSqlite } from '../support/databases.ts'
import { buildRacer, Race, type Ground, type Kind, type Tally } from '../support/claim-races.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { withPostgres } from '../support/postgres.ts'
import { noteCount, rounds, roundsTimeoutMs } from '../support/rounds.ts'

const KINDS: readonly Kind[] = ['fresh', 'stale', 'expired', 'released']

let home: TempHome
let program: string
beforeAll(async () => { home = tempHome('claim-race'); program = await buildRacer(home.path) })
afterAll(() => home.remove())

const ground = (rival: Ground['rival'], store: string, expire?: () => Promise<void>): Ground => ({ rival, store, program, env: home.env, ...(expire ? { expire } : {}) })

/** Never two, never none; and each grant has the next token of its name, whoever had it before. */
function expectOneWinnerEach(kind: Kind, tally: Tally, count: number): void {
  expect(tally).toMatchObject({ rounds: count, none: 0, several: 0 })
  expect(new Set(tally.tokens), kind).toEqual(new Set([kind === 'fresh' ? '1' : '2']))
}

// Thirteen of each of four kinds are fifty rounds, and 250 of each a thousand.
const sizes = [[2, { name: 'rounds of 2 processes racing for a claim, of each kind', quick: 13, full: 250 }], [8, { name: 'rounds of 8 processes racing for a claim, of each kind', quick: 13, full: 250 }],
  // Fifty processes on two cores take a third of a second a round.
  [50, { name: 'rounds of 50 processes racing for a claim, of each kind', quick: 13, full: 250 }]] as const

describe.runIf(process.platform === 'linux').each(sizes)('%i processes that ask at once', (count, plan) => {
  it('give one winner in every round: fresh, stale, expired and released', async () => {
    const store = join(home.path, `race-${count}.db`)
    const open = await openTestSqlite(store)
    const race = await Race.open(ground('purser', store), count)
    onTestFinished(async () => { await race.close(); await open.close() })
    const each = rounds(plan)
    for (const kind of KINDS) expectOneWinnerEach(kind, await race.run(kind, each), each)
  }, roundsTimeoutMs(120_000, plan))
})

describe.runIf(process.platform === 'linux' && (process.env['PURSER_TEST_POSTGRES_MISSING'] ?? '') === '')('8 processes on PostgreSQL that ask at once', () => {
  const plan = { name: 'rounds of 8 processes racing for a claim on PostgreSQL, of each kind', quick: 8, full: 125 }
  it('give one winner in every round', async () => {
    const server = await withPostgres()
    const open = await openTestPostgresAt(server.connectionString)
    const race = await Race.open(ground('purser', server.connectionString, () => open.database.script("update claim set expires_at = 1 where node = 'n2'")), 8)
    onTestFinished(async () => { await race.close(); await open.close(); await server.close() })
    const each = rounds(plan)
    for (const kind of KINDS) expectOneWinnerEach(kind, await race.run(kind, each), each)
  }, roundsTimeoutMs(120_000, plan))
})

describe.runIf(process.platform === 'linux').each([
  // Neither knows a lease: whoever of theirs lives, or was heard from within ten seconds, has it.
  ['looop', 'looop 0.29.1', ['fresh', 'stale', 'released']], ['proper-lockfile', 'proper-lockfile 4.1.2', ['fresh', 'stale', 'released']],
] as const)('in the same race %s', (rival, title, kinds) => {
  // Two of five rounds have two winners where this was written; the first one is enough to show that the race finds them.
  const plan = { name: `rounds of 8 processes racing by ${title}, of each kind`, quick: 400, full: 400 }
  const soaks = process.env['PURSER_TEST_SOAK'] !== undefined
  it('lets several win after its holder was killed', async () => {
    const race = await Race.open(ground(rival, join(home.path, rival)), 8)
    onTestFinished(() => race.close())
    const each = rounds(plan)
    const stale = await race.run('stale', each, ({ several }) => several > 0 && !soaks)
    expect(stale.several).toBeGreaterThan(0)
    if (soaks) {
      for (const kind of kinds) {
        const tally = kind === 'stale' ? stale : await race.run(kind, each)
        noteCount(`${title}, ${kind}: rounds with several winners`, tally.several)
        noteCount(`${title}, ${kind}: rounds with none`, tally.none)
      }
    }
  }, roundsTimeoutMs(120_000, plan))
})
