// History is ours: with the program as it is built, logs are deleted, rewritten, truncated and rotated under a daemon and
// without one; and imports and rebuilds die at every step, as in a power cut.
import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { LedgerImportAnswer, LedgerVerifyAnswer } from '../../src/api/ledger-answers.ts'
import { builtPackage } from '../support/built-package.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { LonePurser } from '../support/lone-purser.ts'

const BUDGETS = 'zone = "UTC"\n[[budget]]\nid = "month"\nwindow = "month"\nlimit = "900"\n[[budget]]\nid = "five"\nwindow = "5h"\nlimit = "900"\nper = "session"\n'
const SESSIONS = ['aaaaaaaa-1111-4111-a111-111111111111', 'bbbbbbbb-1111-4111-a111-111111111111', 'cccccccc-1111-4111-a111-111111111111'] as const

let built: TempHome
let cli: string
let purser: LonePurser
beforeAll(async () => { built = tempHome('built'); ({ cli } = await builtPackage(built.path)) })
afterAll(() => built.remove())
beforeEach(() => { purser = new LonePurser(cli); purser.configure(BUDGETS) })
afterEach(() => purser.end())

const total = async (of = purser): Promise<string> => (await of.json<{ total: { cost: string } }>('report', 'total')).total.cost
/** The ledger without what says when it was copied. */
const copied = async (of = purser): Promise<string> => (await of.run('ledger', 'export', '-')).out.replace(/"exportedAt":"[^"]*"/, '').replace(/"digest":"[^"]*"/, '')
/** Findings that are not fine, by their ids. */
async function findings(of = purser): Promise<string[]> {
  const { out } = await of.run('ledger', 'verify', '--json')
  return (JSON.parse(out) as LedgerVerifyAnswer).findings.filter(({ level }) => level !== 'ok').map(({ id, title, detail }) => `${id}: ${title}: ${detail}`)
}
/** Runs a command that is ended at this point, without any goodbye. */
async function dying(point: string, ...args: readonly string[]): Promise<boolean> {
  purser.env['PURSER_CRASH_AT'] = point
  const { exit } = await purser.run(...args)
  delete purser.env['PURSER_CRASH_AT']
  return exit === null
}

describe('what agents do to their logs', () => {
  it('takes nothing away: deleted, rewritten, truncated and rotated under a daemon', async () => {
    for (const session of SESSIONS) purser.spend([10, 20], purser.logFile(session))
    await purser.up()
    await purser.costs('0.90')
    const [deleted, rewritten, truncated] = SESSIONS.map(session => purser.logFile(session)) as [string, string, string]
    rmSync(deleted)
    writeFileSync(rewritten, purser.line(5))
    truncateSync(truncated, 0)
    await purser.costs('0.95')
    purser.spend([7], truncated)
    renameSync(rewritten, `${rewritten}.old`)
    purser.spend([1], rewritten)
    await purser.costs('1.03')
    expect(await findings()).toEqual([])
    expect(await purser.run('down')).toMatchObject({ exit: 0 })
    expect(await total()).toBe('1.03')
  })

  it('is noticed by a rebuild, which refuses to forget, and keeps everything when told to', async () => {
    for (const session of SESSIONS) purser.spend([10, 20], purser.logFile(session))
    await purser.up()
    await purser.costs('0.90')
    const before = await copied()
    expect(await purser.run('ledger', 'rebuild', '--from-logs')).toMatchObject({ exit: 3, err: expect.stringContaining('purser down && purser ledger rebuild --from-logs') as string })
    await purser.run('down')
    rmSync(purser.logFile(SESSIONS[0]))
    truncateSync(purser.logFile(SESSIONS[1]), 0)
    const refused = await purser.run('ledger', 'rebuild', '--from-logs')
    expect(refused).toMatchObject({ exit: 3, out: '', err: expect.stringContaining('4 responses for $0.60 are in no log any more') as string })
    expect(await copied()).toBe(before)
    expect(await purser.run('ledger', 'rebuild', '--from-logs', '--keep')).toMatchObject({ exit: 0 })
    expect(await copied()).toBe(before)
    expect(await findings()).toEqual([])
    expect(await purser.run('index')).toMatchObject({ exit: 0 })
    expect(await copied()).toBe(before)
  })

  it('is survived by an export, with all of the logs and the database gone', async () => {
    for (const session of SESSIONS) purser.spend([10, 20], purser.logFile(session))
    await purser.run('index')
    const file = join(purser.home.path, 'ledger.jsonl.gz')
    expect(await purser.run('ledger', 'export', file)).toMatchObject({ exit: 0 })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const before = await copied()
    rmSync(join(purser.home.path, '.claude'), { recursive: true })
    rmSync(purser.state, { recursive: true })
    await purser.run('index')
    expect(await total()).toBe('0.00')
    expect(await purser.json<LedgerImportAnswer>('ledger', 'import', file)).toMatchObject({ added: 6, known: 0 })
    expect((await copied()).replaceAll(/"node":"[^"]*"/g, '')).toBe(before.replaceAll(/"node":"[^"]*"/g, ''))
    expect(await findings()).toEqual([])
  })
})

describe('an import that is killed', () => {
  let laptop: LonePurser
  let whole: string
  let file: string
  beforeAll(async () => {
    laptop = new LonePurser(cli)
    for (const session of SESSIONS) laptop.spend(Array.from({ length: 400 }, (_, n) => 1 + n % 9), laptop.logFile(session))
    await laptop.run('index')
    file = join(laptop.home.path, 'ledger.jsonl')
    await laptop.run('ledger', 'export', file)
    whole = await copied(laptop)
  })
  afterAll(() => laptop.end())

  it.each(['import.before-transaction:2', 'import.after-entries:3', 'import.before-commit:2', 'import.after-commit:1', 'import.before-gaps', 'import.after-gaps'])('at %s leaves a sound ledger, and the next one finishes it', async point => {
    expect(await dying(point, 'ledger', 'import', file)).toBe(true)
    expect(await findings()).toEqual([])
    expect(await purser.json<LedgerImportAnswer>('ledger', 'import', file)).toMatchObject({ responses: 1_200, completed: 0 })
    expect((await copied()).split('\n').slice(1)).toEqual(whole.split('\n').slice(1))
    expect(await findings()).toEqual([])
  })

  it('was finished once it has added everything', async () => {
    expect(await purser.json<LedgerImportAnswer>('ledger', 'import', file)).toMatchObject({ added: 1_200, known: 0 })
    expect(await purser.json<LedgerImportAnswer>('ledger', 'import', file)).toMatchObject({ added: 0, completed: 0, known: 1_200 })
  })
})

describe('a rebuild that is killed', () => {
  const POINTS = ['ingest.before-commit', 'rebuild.read', 'rebuild.compared', 'import.after-commit', 'rebuild.before-backup', 'rebuild.before-adopt', 'rebuild.replaced-entry', 'rebuild.replaced-copy', 'rebuild.after-adopt']

  it('leaves the ledger as it was, at every point, and the next one succeeds', async () => {
    for (const session of SESSIONS) purser.spend([10, 20], purser.logFile(session))
    await purser.run('index')
    rmSync(purser.logFile(SESSIONS[0]))
    const before = await copied()
    for (const point of POINTS) {
      expect(await dying(point, 'ledger', 'rebuild', '--from-logs', '--keep'), point).toBe(true)
      expect(await copied(), point).toBe(before)
    }
    expect(await findings()).toEqual([])
    expect(await purser.run('ledger', 'rebuild', '--from-logs', '--keep')).toMatchObject({ exit: 0 })
    expect(await copied()).toBe(before)
    expect(readdirSync(purser.state).filter(name => name.startsWith('rebuild'))).toEqual([])
  })

  it('of the sums leaves no budget without its balance', async () => {
    purser.spend([10, 20])
    await purser.up()
    await purser.costs('0.30')
    await purser.run('down')
    expect(await dying('rebuild.before-balance:2', 'ledger', 'rebuild')).toBe(true)
    expect(await findings()).toEqual([])
    expect((await purser.json<{ budgets: { id: string; spent: string }[] }>('budget', 'list')).budgets.map(({ spent }) => spent)).toEqual(['0.30', '0.30'])
  })
})

describe('an import into a running daemon', () => {
  it('is posted, told and judged for today, and for no day that is over', async () => {
    const laptop = new LonePurser(cli)
    laptop.spend([300])
    appendFileSync(laptop.logFile(), laptop.line(50_000, { timestamp: new Date(Date.now() - 40 * 86_400_000).toISOString() }))
    await laptop.run('index')
    const file = join(laptop.home.path, 'ledger.jsonl.gz')
    await laptop.run('ledger', 'export', file)
    purser.configure('zone = "UTC"\n[[budget]]\nid = "day"\nlimit = "2"\non_breach = "deny"\n[[budget]]\nid = "month"\nwindow = "month"\nlimit = "400"\non_breach = "terminate"\n')
    purser.spend([])
    appendFileSync(purser.logFile(), purser.line(100, {}, { id: 'msg_01E00000000000000000000' }))
    await purser.up()
    expect(await purser.json<LedgerImportAnswer>('ledger', 'import', file)).toMatchObject({ added: 2, cost: '503.00', from: { own: false } })
    expect((await purser.status()).locks.map(({ rule, spent }) => `${rule} ${spent}`)).toEqual(['day 4.00'])
    expect((await purser.codes()).filter(code => /ledger|lock/.test(code))).toEqual(['ledger.imported', 'lock.taken'])
    await purser.until(async () => purser.lockFiles().length === 1)
    expect(await findings()).toEqual([])
    await laptop.end()
  })
})

describe('an export that is killed', () => {
  it('leaves nothing that could be taken for a whole one', async () => {
    purser.spend(Array.from({ length: 3_000 }, () => 1))
    await purser.run('index')
    const file = join(purser.home.path, 'ledger.jsonl')
    await purser.run('ledger', 'export', file)
    const lines = readFileSync(file, 'utf8').split('\n')
    for (const length of [1, 700, lines.length - 2]) {
      writeFileSync(file, `${lines.slice(0, length).join('\n')}\n`)
      expect(await purser.run('ledger', 'import', file)).toMatchObject({ exit: 2, err: expect.stringContaining('the file is cut off') as string })
    }
    expect(existsSync(`${file}.part`)).toBe(false)
  })
})
