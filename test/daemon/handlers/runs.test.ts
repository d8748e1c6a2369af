// What a supervisor asks and is answered, on the real stores: who may start, what is held for it, and what is told at the end.
import { afterEach, describe, expect, it } from 'vitest'
import type { RunInput } from '../../../src/api/run-answers.ts'
import { identityText } from '../../../src/core/machine/process-table.ts'
import { readLogsInto } from '../../../src/flows/read-logs.ts'
import { endDeadRuns } from '../../../src/flows/run/end.ts'
import { runWorld } from '../../../src/daemon/world/runs.ts'
import { aProcess } from '../../support/fake-processes.ts'
import { OpenWorld, type ResponseSketch } from '../../support/open-world.ts'

const S = '3f3c8446-2b81-4c3f-b8fb-6ded90c1fae2', RUN = 'run-0123456789', OTHER_RUN = 'run-abcdef0123'
const DAILY = '[[budget]]\nid = "daily"\nlimit = "10"\nwindow = "day"\non_breach = "deny"\n'

describe('a run', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const world = async (config = DAILY): Promise<OpenWorld> => {
    open = await OpenWorld.open({ role: 'command', config: `zone = "UTC"\n${config}` })
    open.table.processes.push(aProcess())
    return open
  }
  const input = (over: Partial<RunInput> = {}): RunInput => ({ agent: 'claude-code', program: 'claude', session: S, resumed: false, account: '~/.claude', folder: (open as OpenWorld).project(), ...over })
  const check = (over: Partial<RunInput> = {}) => (open as OpenWorld).handlers['run.check'](input(over))
  const begin = (over: Partial<RunInput & { run: string; pid: number }> = {}) => (open as OpenWorld).handlers['run.begin']({ run: RUN, pid: 4711, ...input(), ...over })
  const end = (run = RUN, over: { logged?: boolean } = {}) => (open as OpenWorld).handlers['run.end']({ run, exitCode: 0, ...over })
  const daily = async () => (await (open as OpenWorld).handlers['budget.list']({})).budgets.find(({ id }) => id === 'daily')
  const reservation = (id = RUN) => (open as OpenWorld).world.stores.read(() => (open as OpenWorld).world.stores.reservations.get(id))
  /** As a daemon that follows reads: each batch is judged. */
  const follow = async (...sketches: readonly ResponseSketch[]): Promise<void> => {
    const { world: of } = open as OpenWorld
    open?.log(...sketches)
    await readLogsInto(of, of.finder.find().logs.map(log => ({ log, cursor: undefined })), 'live', () => undefined)
  }
  const session = (id = S) => (open as OpenWorld).world.stores.read(() => (open as OpenWorld).world.stores.sessions.get('claude-code', id))

  describe('is told what it may spend', () => {
    it('the least that remains in what would stop it, and its own budget', async () => {
      await world(`${DAILY}[[budget]]\nid = "told"\nlimit = "1"\nwindow = "day"\non_breach = "warn"\n`)
      await open?.spend({})
      expect(await check()).toEqual({ ok: true, limit: '9.00' })
      expect(await check({ budget: '5' })).toEqual({ ok: true, limit: '5.00' })
      expect(await check({ budget: '50' })).toEqual({ ok: true, limit: '9.00' })
    })
    it('nothing where nothing would stop it', async () => {
      await world('')
      expect(await check()).toEqual({ ok: true, limit: null })
    })
  })

  describe('does not start', () => {
    it('where a lock holds it: who, since when, until when, and which lock', async () => {
      await world()
      await follow({ output: 11 * 40_000 })
      const [lock] = (await (open as OpenWorld).handlers['lock.list']({})).locks
      const refused = await check()
      expect(refused).toMatchObject({ ok: false, refused: 'locked', by: lock?.id, because: 'budget daily is spent: $11.00 of $10.00 today; locked until 2026-11-22 00:00 UTC (in 12h 00m)' })
      expect(await begin()).toEqual(refused)
      expect(await session()).toBeNull()
    })
    it('where nothing is left, though nothing is over', async () => {
      await world()
      await open?.spend({ output: 10 * 40_000 })
      expect(await check()).toMatchObject({ ok: false, refused: 'over_budget', by: 'daily', remaining: '0.00' })
    })
    it('with a budget that does not fit, and then holds nothing', async () => {
      await world()
      expect(await begin({ budget: '10.01' })).toMatchObject({ ok: false, refused: 'over_budget', by: 'daily', because: 'budget daily has $10.00 left, and $10.01 was asked for; at most $10.00 fits now' })
      expect([await reservation(), (await daily())?.reserved, (await session())?.pid]).toEqual([null, '0.00', null])
    })
    it('as a process that is not there, or not ours', async () => {
      await world()
      expect(await begin({ pid: 12 })).toMatchObject({ ok: false, refused: 'unproven' })
      open?.table.processes.push(aProcess({ pid: 13, uid: 0 }))
      expect(await begin({ pid: 13 })).toMatchObject({ ok: false, refused: 'unproven' })
    })
    it('under an id or an agent that is none', async () => {
      await world()
      await expect(begin({ run: 'daily' })).rejects.toMatchObject({ code: 'invalid_input' })
      await expect(check({ agent: 'nobody' })).rejects.toMatchObject({ code: 'invalid_input' })
    })
  })

  describe('that started', () => {
    it('is proven to be its session from its first moment, by the process that waits', async () => {
      await world()
      expect(await begin()).toEqual({ ok: true, startTime: '395962' })
      expect(await session()).toMatchObject({ pid: 4711, startTime: '395962', proof: 'run' })
      expect(await open?.codes()).toContain('run.started')
    })
    it('holds its budget as that process, everywhere it counts', async () => {
      await world()
      await begin({ budget: '2' })
      expect((await daily())?.reserved).toBe('2.00')
      const held = await reservation()
      expect(held).toMatchObject({ state: 'pending', owner: { kind: 'process', pid: 4711, startTime: '395962' }, covers: { agent: 'claude-code', session: S } })
      expect(held?.parts.map(({ budget }) => budget).sort()).toEqual(['daily', RUN])
    })
    it('moves money from held to spent as its log shows it, never both', async () => {
      await world()
      await begin({ budget: '2' })
      await open?.spend({ session: S }, { session: S, output: 20_000 })
      expect(await daily()).toMatchObject({ spent: '1.50', reserved: '0.50', remaining: '8.00' })
    })
    it('is stopped at its own budget, alone', async () => {
      await world()
      await begin({ budget: '2' })
      await follow({ session: S, output: 3 * 40_000 }, { session: 'neighbour' })
      const { locks } = await (open as OpenWorld).handlers['lock.list']({})
      expect(locks.map(({ rule, scope }) => ({ rule, scope }))).toEqual([{ rule: RUN, scope: { agent: 'claude-code', session: S } }])
    })
    it('gives back at its end what it did not spend, and tells what it did', async () => {
      await world()
      await begin({ budget: '2' })
      open?.log({ session: S }, { session: S, output: 20_000 }, { session: 'neighbour' })
      expect(await end()).toEqual({ run: RUN, sessions: [{ agent: 'claude-code', session: S }], cost: '1.50', atLeast: false, responses: 2, budget: '2.00', complete: true, because: '' })
      expect(await daily()).toMatchObject({ spent: '2.50', reserved: '0.00' })
      expect(await reservation()).toMatchObject({ state: 'settled', actual: 1_500_000_000n })
      expect(await session()).toMatchObject({ pid: null })
    })
    it('takes its lock with it when it ends: the session may be taken up again', async () => {
      await world()
      await begin({ budget: '2' })
      await follow({ session: S, output: 3 * 40_000 })
      expect((await (open as OpenWorld).handlers['lock.list']({})).locks).toHaveLength(1)
      await end()
      expect((await (open as OpenWorld).handlers['lock.list']({})).locks).toEqual([])
    })
    it('counts only what is spent from its start on, where it takes up a session', async () => {
      await world()
      await open?.spend({ session: S, output: 5 * 40_000, at: Date.UTC(2026, 10, 21, 11) })
      await begin({ budget: '2', resumed: true })
      open?.log({ session: S })
      expect(await end()).toMatchObject({ cost: '1.00', responses: 1 })
      expect((await (open as OpenWorld).handlers['lock.list']({ all: true })).locks).toEqual([])
    })
    it('says that it cost at least so much where the log leaves something open', async () => {
      await world()
      await begin()
      open?.log({ session: S, cutOff: true })
      expect(await end()).toMatchObject({ atLeast: true })
    })
    it('ends once: asked again it tells the same', async () => {
      await world()
      await begin({ budget: '2' })
      open?.log({ session: S })
      expect(await end()).toEqual(await end())
      expect((await open?.codes())?.filter(code => code === 'run.ended')).toHaveLength(1)
      await expect(end('run-ffffffffff')).rejects.toMatchObject({ code: 'not_found' })
    })
  })

  describe('whose client makes its ids itself', () => {
    const unknown = { session: '' }
    it('is told by its log, when nothing else worked there', async () => {
      await world()
      await begin({ ...unknown, budget: '2' })
      open?.log({ session: 'made-up' }, { session: 'elsewhere', project: 'other' })
      expect(await end()).toMatchObject({ sessions: [{ agent: 'claude-code', session: 'made-up' }], cost: '1.00', because: '' })
      expect(await daily()).toMatchObject({ reserved: '0.00', spent: '2.00' })
    })
    it('costs nobody knows what, when another worked beside it, and holds nothing afterwards', async () => {
      await world()
      open?.table.processes.push(aProcess({ pid: 4712 }))
      await begin({ ...unknown, budget: '2' })
      await begin({ ...unknown, run: OTHER_RUN, pid: 4712 })
      open?.log({ session: 'made-up' })
      expect(await end()).toMatchObject({ sessions: [], cost: '0.00', because: 'another claude-code worked in the same folder, and no log says which was which' })
      expect((await daily())?.reserved).toBe('0.00')
    })
    it('only tells when its budget is spent: a lock without a session would hold its neighbours', async () => {
      await world()
      await begin({ ...unknown, budget: '2' })
      await follow({ session: 'made-up', output: 3 * 40_000 })
      expect(await (open as OpenWorld).world.stores.read(() => (open as OpenWorld).world.stores.tasks.get(RUN))).toMatchObject({ scope: {}, onBreach: 'warn' })
      await end()
      expect((await (open as OpenWorld).handlers['lock.list']({ all: true })).locks).toEqual([])
    })
    it('says so when its client was told to keep no log, and when it is no agent', async () => {
      await world()
      await begin(unknown)
      expect((await end(RUN, { logged: false })).because).toBe('it was told to keep no log')
      open?.table.processes.push(aProcess({ pid: 4712 }))
      await begin({ ...unknown, run: OTHER_RUN, pid: 4712, agent: '', program: 'make' })
      expect((await end(OTHER_RUN)).because).toBe('purser knows no log of make')
    })
  })

  describe('whose supervisor was killed', () => {
    const reap = () => endDeadRuns(runWorld((open as OpenWorld).world), async () => { await open?.spend() })
    it('keeps what it holds while its own process lives, and gives it back once that is dead', async () => {
      await world()
      await begin({ budget: '2' })
      open?.log({ session: S })
      expect([await reap(), (await reservation())?.state]).toEqual([0, 'pending'])
      open?.table.end(4711)
      expect([await reap(), await reservation()]).toMatchObject([1, { state: 'settled', actual: 1_000_000_000n }])
      expect([await daily(), await reap()]).toMatchObject([{ reserved: '0.00', spent: '1.00' }, 0])
    })
    it('is dead when another process has its pid', async () => {
      await world()
      await begin({ budget: '2' })
      open?.table.change(4711, { startTime: '400000' })
      expect(await reap()).toBe(1)
      expect(identityText(aProcess())).toBe('4711@395962')
    })
  })
})
