// `purser session`: what is asked for, what is started, and what is said.
import { describe, expect, it } from 'vitest'
import type { RunDoor, RunOutcome } from '../../../src/api/run-door.ts'
import { AppError } from '../../../src/core/errors.ts'
import { FakeControlPlane } from '../../support/fake-control-plane.ts'
import { FakeWorld } from '../../support/fake-world.ts'
import { samples } from '../../support/sample-answers.ts'

const ID = samples['session.show'].session.session

describe('purser session list', () => {
  it('asks for all when it is told to', async () => {
    const daemon = new FakeControlPlane()
    expect(await new FakeWorld({ daemon }).run('session list --all')).toBe(0)
    expect(daemon.lastInput('session.list')).toEqual({ all: true })
  })
})

describe('purser session resume', () => {
  const resume = async (outcome: RunOutcome, variables: Readonly<Record<string, string | null>> = { CLAUDE_CONFIG_DIR: '/home/ada/.claude-work', ANTHROPIC_API_KEY: null }, differs = '') => {
    const doors: RunDoor[] = []
    const daemon = new FakeControlPlane({ 'session.resume': { ...samples['session.resume'], variables, differs } })
    const world = new FakeWorld({ daemon, variables: { PATH: '/bin', ANTHROPIC_API_KEY: 'secret' }, doors: { run: async door => { doors.push(door); return outcome } } })
    const exit = await world.run(`session resume ${ID} --agent claude-code`)
    return { exit, door: doors[0], out: world.out, err: world.err, asked: daemon.lastInput('session.resume') }
  }
  const ended: RunOutcome = { did: 'run', exit: 7, summary: null }

  it('starts exactly the words it was given, in its folder, on its login, and ends as the agent did', async () => {
    const { exit, door, asked } = await resume(ended)
    expect([exit, asked]).toEqual([7, { session: ID, agent: 'claude-code' }])
    expect(door).toMatchObject({ program: 'claude', args: samples['session.resume'].argv.slice(1), folder: '/home/ada/src/web-app' })
    expect(door?.environment.variables).toEqual({ PATH: '/bin', CLAUDE_CONFIG_DIR: '/home/ada/.claude-work' })
  })
  it('says what is not as before', async () => {
    expect((await resume(ended, {}, 'it comes back asking for permissions')).err).toBe('purser: it comes back asking for permissions\n')
  })
  it('ends with 3 when it was not started, and says why', async () => {
    const { exit, err } = await resume({ did: 'refuse', refused: { ok: false, refused: 'locked', because: 'budget api is spent', by: 'L1', remaining: null } })
    expect([exit, err]).toEqual([3, expect.stringContaining('purser lock show L1')])
  })
  it('starts nothing when it is refused before', async () => {
    const world = new FakeWorld({ daemon: new FakeControlPlane({ 'session.resume': new AppError('refused', 'it is running already, as pid 7') }), doors: { run: async () => { throw new Error('started') } } })
    expect(await world.run(`session resume ${ID}`)).toBe(3)
    expect(world.err).toContain('it is running already')
  })
})

describe('purser session stop', () => {
  it('locks the session of that exact id, with the reason and who typed it', async () => {
    const daemon = new FakeControlPlane()
    const world = new FakeWorld({ daemon })
    expect(await world.run('session', 'stop', ID, '--reason', 'it loops', '--lasts', '2h')).toBe(0)
    expect(daemon.lastInput('session.stop')).toEqual({ agent: 'claude-code', session: ID, reason: 'it loops', by: 'ada', lasts: '2h' })
    expect(world.out).toContain(`session ${ID} locked (L3f9a2c): its hooks will refuse it`)
    expect(world.out).toContain('purser lock release L3f9a2c')
  })
  it('only says what would happen when it is asked to', async () => {
    const daemon = new FakeControlPlane({ 'session.stop': { ...samples['session.stop'], lock: null } })
    const world = new FakeWorld({ daemon })
    expect(await world.run('session', 'stop', ID, '--reason', 'it loops', '--check')).toBe(0)
    expect(daemon.lastInput('session.stop')).toMatchObject({ check: true })
    expect(world.out).toBe(`${samples['session.stop'].says}\n`)
  })
})
