import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HOUR_MS, instant } from '../../../src/core/time.ts'
import type { Saga } from '../../../src/core/failover/saga.ts'
import { beginByHand } from '../../../src/flows/failover/by-hand.ts'
import { driveSaga } from '../../../src/flows/failover/drive.ts'
import { A, B, FailoverWorld } from '../../support/failover-world.ts'

let world: FailoverWorld
beforeEach(async () => { world = await FailoverWorld.open() })
afterEach(async () => { await world.close() })

const spend = (account: string) => world.quota(account, { exhausted: true, usedBasisPoints: null, resetsAt: instant(world.time.now() + 3 * HOUR_MS) })
const begin = async (to?: string): Promise<Saga> => beginByHand(world.ports(), { agent: 'claude-code', from: A, by: 'ada', ...(to === undefined ? {} : { to }) })
const saga = async (id: string): Promise<Saga> => {
  const found = await world.open.stores.read(() => world.open.stores.failover.get('n1', id))
  if (!found) throw new Error(`no saga ${id}`)
  return found
}
/** To its end; a daemon that died is started anew. */
async function toEnd(id: string): Promise<Saga> {
  for (let count = 0; count < 2_000; count++) {
    try {
      const withinMs = await driveSaga(world.ports(), id)
      if (withinMs === null) return await saga(id)
      world.time.pass(Math.max(withinMs, 1))
    } catch (error) {
      if (!String(error).includes('died at')) throw error
    }
  }
  throw new Error('it does not end')
}
const states = ({ moves }: Saga): string[] => moves.map(({ session, state, because }) => `${session} ${state}${because === '' ? '' : `: ${because}`}`)

describe('a move', () => {
  it('brings every session over under its id, mode and folder, and new work with them', async () => {
    await spend(A)
    await world.session('s-1', { mode: 'acceptEdits' })
    await world.session('s-2', { seat: 'main' })
    const end = await toEnd((await begin()).id)
    expect(end).toMatchObject({ state: 'committed', to: B })
    expect([world.at('s-1'), world.at('s-2'), await world.inUse()]).toEqual([B, B, B])
    expect(world.seatsOpen.map(({ name, argv, cwd, variables, session }) => [name, argv, cwd, variables, session])).toEqual([
      [expect.stringMatching(/^moved-s1-[0-9a-f]{10}$/), ['/usr/bin/claude', '--permission-mode', 'acceptEdits', '--resume', 's-1'], '/home/dev/web', { CLAUDE_CONFIG_DIR: B }, 's-1'],
      ['main', ['/usr/bin/claude', '--permission-mode', 'manual', '--resume', 's-2'], '/home/dev/web', { CLAUDE_CONFIG_DIR: B }, 's-2'],
    ])
    expect(world.signals.sent.map(({ signal }) => signal)).toEqual(['SIGTERM', 'SIGTERM'])
    expect(await world.events()).toContain('failover.committed')
  })
  it('tells a session that was stopped in mid-work to go on, once, and no other', async () => {
    await spend(A)
    await world.session('s-1')
    await world.session('s-2', { stopped: false })
    await toEnd((await begin()).id)
    expect(world.typed).toEqual([{ session: 's-1', text: 'Go on where you stopped.' }])
  })
  it('gives each session a terminal of its own, also where their ids begin alike', async () => {
    await spend(A)
    for (const digit of '123') await world.session(`3f3c8446-2b81-4c3f-b8fb-6ded90c1fae${digit}`)
    expect((await toEnd((await begin()).id)).moves.map(({ state }) => state)).toEqual(['verified', 'verified', 'verified'])
    expect(new Set(world.seatsOpen.map(({ name }) => name)).size).toBe(3)
  })
  it('waits for a turn to end, and leaves whoever does not come to rest', async () => {
    await spend(A)
    const busy = await world.session('s-1', { status: 'busy' })
    await world.session('s-2', { status: 'busy' })
    const { id } = await begin()
    expect(await driveSaga(world.ports(), id)).toBe(250)
    Object.assign(world.registry.get(busy) as object, { status: 'idle' })
    expect(states(await toEnd(id))).toEqual(['s-1 verified', 's-2 left: it is in the middle of a turn for more than 60 s'])
    expect(world.at('s-2')).toBe(A)
  })
  it('leaves a session whose process ignores its end, and starts no second one', async () => {
    await spend(A)
    await world.session('s-1')
    world.stubborn.add('s-1')
    const end = await toEnd((await begin()).id)
    expect(states(end)).toEqual(['s-1 left: its process did not end within 10 s of SIGTERM'])
    expect(world.at('s-1')).toBe(A)
  })
  it('brings the first one back when it does not come up there, and touches no other', async () => {
    await spend(A)
    world.broken.add(B)
    const [, second] = [await world.session('s-1'), await world.session('s-2')]
    const end = await toEnd((await begin()).id)
    expect(end.state).toBe('aborted')
    expect(states(end)).toEqual(['s-1 returned: it ended again with exit code 1', 's-2 left: it ended again with exit code 1'])
    expect([world.at('s-1'), world.registry.get(second)?.account, await world.inUse()]).toEqual([A, A, A])
    expect(await world.events()).toContain('failover.aborted')
  })
  it('touches nobody where the login in the target is another one than was expected', async () => {
    await spend(A)
    await world.session('s-1')
    const { id } = await begin()
    world.logins[`/home/u/.claude-b`] = { fingerprint: 'mallory' }
    const end = await toEnd(id)
    expect(end).toMatchObject({ state: 'aborted', body: { because: '~/.claude-b cannot take it: another login is in its home than the one it was added with' } })
    expect([world.at('s-1'), world.signals.sent]).toEqual([A, []])
  })
  it('takes a session back whose login turned out to be another one while it was started', async () => {
    await spend(A)
    await world.session('s-1')
    const { id } = await begin()
    world.dies = 'seat.opened'
    await expect(driveSaga(world.ports(), id)).rejects.toThrow('died at seat.opened')
    world.logins[`/home/u/.claude-b`] = { fingerprint: 'mallory' }
    expect(states(await toEnd(id))).toEqual(['s-1 returned: another login is in ~/.claude-b than the one it was added with'])
  })
  it.each<[string, (id: string) => Promise<void> | void]>([
    ['somebody typed into it meanwhile', async id => { Object.assign(world.conversations.get(`/home/dev/projects/${id}.jsonl`) as object, { bytes: 9_000 }) }],
    ['somebody works with it again', id => { for (const each of world.registry.values()) if (each.session === id) each.status = 'busy' }],
  ])('leaves a session where %s', async (_, meanwhile) => {
    await spend(A)
    await world.session('s-1')
    const { id } = await begin()
    world.dies = 'failover.activate.written'
    await expect(driveSaga(world.ports(), id)).rejects.toThrow('died')
    await meanwhile('s-1')
    expect((await toEnd(id)).moves[0]).toMatchObject({ state: 'left', because: expect.stringMatching(/^somebody work(s|ed) with it (again|meanwhile)$/) as string })
    expect(world.signals.sent).toEqual([])
  })
  it('leaves a session whose folder the client would ask about there', async () => {
    await spend(A)
    await world.session('s-1')
    world.untrusted.add(B)
    expect(states(await toEnd((await begin()).id))).toEqual([expect.stringContaining('s-1 left: the client would ask on ~/.claude-b whether it may work in that folder')])
  })
  it('gives way to whoever chose another account meanwhile', async () => {
    await spend(A)
    await world.session('s-1')
    const { id } = await begin()
    await world.open.stores.transaction(() => world.open.stores.accounts.use('n1', { agent: 'claude-code', account: '~/.claude-c', generation: 0, at: world.time.now(), by: 'ada' }))
    expect(await toEnd(id)).toMatchObject({ state: 'aborted', body: { because: 'another account was chosen meanwhile' } })
    expect([world.at('s-1'), await world.inUse()]).toEqual([A, '~/.claude-c'])
  })
  it('keeps each step with its outcome, and what was known when it began', async () => {
    await spend(A)
    await world.session('s-1')
    const { id } = await begin()
    const end = await toEnd(id)
    const steps = await world.open.stores.read(() => world.open.stores.failover.steps(id))
    expect(steps.map(({ kind }) => kind)).toEqual(['ready', 'park', 'save', 'activate', 'end', 'start', 'verify', 'confirm', 'confirm'])
    expect(steps.every(({ endedAt, outcome }) => endedAt !== null && outcome !== '')).toBe(true)
    expect(end.body.evidence).toEqual([expect.stringMatching(/^5h spent, by log at 2026-11-21T12:00:00.000Z, resets /)])
  })
})

const POINTS = ['ready', 'park', 'save', 'activate', 'end', 'start', 'verify', 'confirm'].flatMap(step => ['begun', 'done', 'written'].map(when => `failover.${step}.${when}`))

describe('a daemon that is killed in the middle of a move', () => {
  it.each([...POINTS.filter(point => point !== 'failover.activate.done'), 'failover.activate.done', 'failover.signalled', 'seat.opened', 'failover.telling'])('goes on where it was, at %s', async point => {
    await spend(A)
    await world.session('s-1')
    await world.session('s-2')
    world.dies = point
    const end = await toEnd((await begin()).id)
    expect([point, world.dies]).toEqual([point, ''])
    expect(end.state).toBe('committed')
    expect(states(end)).toEqual(['s-1 verified', 's-2 verified'])
    expect([...world.registry.values()].map(({ session, account }) => [session, account])).toEqual([['s-1', B], ['s-2', B]])
    // Killed after it was written down and before it was typed, it is not typed again.
    expect(world.typed.length).toBe(point === 'failover.telling' ? 1 : 2)
  })
  it.each(['failover.close.done', 'failover.close.written', 'failover.deactivate.done', 'failover.deactivate.written', 'failover.restart.begun', 'failover.restart.done', 'failover.finish.done'])('takes back what it began, at %s', async point => {
    await spend(A)
    world.broken.add(B)
    await world.session('s-1')
    world.dies = point
    const end = await toEnd((await begin()).id)
    expect([world.dies, end.state, world.at('s-1'), await world.inUse()]).toEqual(['', 'aborted', A, A])
    expect(world.registry.size).toBe(1)
  })
})
