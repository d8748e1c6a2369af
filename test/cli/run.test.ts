import { describe, expect, it } from 'vitest'
import { AppError, ERROR_CODES, type ErrorCode } from '../../src/core/errors.ts'
import { FakeControlPlane } from '../support/fake-control-plane.ts'
import { FakeWorld } from '../support/fake-world.ts'

const failing = (error: Error): FakeWorld => new FakeWorld({ daemon: new FakeControlPlane({ status: error }) })

describe('a command line', () => {
  it.each(Object.entries(ERROR_CODES) as [ErrorCode, { exit: number }][])('ends a failure of %s with its exit code, told once on stderr', async (code, { exit }) => {
    const world = failing(new AppError(code, 'what happened\nwhat to type'))
    expect(await world.run('status')).toBe(exit)
    expect(world.out).toBe('')
    expect(world.err.match(/what happened/g)).toHaveLength(1)
    expect(world.err).toContain('\n        what to type\n')
  })
  it('calls what nobody foresaw a bug, with the way to its details', async () => {
    const world = failing(new TypeError('x is undefined'))
    expect(await world.run('status')).toBe(1)
    expect(world.err).toBe('purser: this is a bug: x is undefined\n        the details: run it again with PURSER_DEBUG=1, and report them with the output of: purser doctor\n')
  })
  it('shows where it was thrown when asked to', async () => {
    const world = new FakeWorld({ daemon: new FakeControlPlane({ status: new TypeError('x') }), variables: { PURSER_DEBUG: '1' } })
    await world.run('status')
    expect(world.err).toMatch(/at .*run\.test\.ts/)
  })
  it('lets no escape of an error through to the terminal', async () => {
    const world = failing(new AppError('not_found', 'no lock "\u001b]52;c;aGk=\u0007x\u001b[2J"'))
    await world.run('status')
    expect(world.err).toBe('purser: no lock "x"\n')
  })
  it('exits 2 for a mistake and prints nothing on stdout', async () => {
    const world = new FakeWorld()
    expect(await world.run('statsu')).toBe(2)
    expect([world.out, world.err]).toEqual(['', 'purser: there is no command "statsu"; did you mean: purser status\n        see: purser --help\n'])
  })
  it('prints help that was asked for on stdout, and a half command on stderr', async () => {
    const asked = new FakeWorld()
    expect(await asked.run('budget --help')).toBe(0)
    expect([asked.out.split('\n')[0], asked.err]).toEqual(['purser budget: limits on what may be spent', ''])
    const half = new FakeWorld()
    expect(await half.run('budget')).toBe(2)
    expect([half.out, half.err.split('\n')[0]]).toEqual(['', 'purser budget: limits on what may be spent'])
  })
  it.each(['--version', '-V', 'status --version'])('prints its version for %s, without asking anybody', async line => {
    const world = new FakeWorld({ version: '1.2.3' })
    expect(await world.run(line)).toBe(0)
    expect([world.out, world.opened]).toEqual(['purser 1.2.3\n', []])
  })
  it('colours where colours show, and not with --no-color, before or after the command', async () => {
    const coloured = new FakeWorld({ screen: { colour: true } })
    await coloured.run('status')
    expect(coloured.out).toContain('\u001b[1mpurser 0.1.0\u001b[0m')
    for (const line of ['status --no-color', '--no-color status']) {
      const plain = new FakeWorld({ screen: { colour: true } })
      await plain.run(line)
      expect(plain.out).not.toContain('\u001b')
    }
  })
  it('says on stderr that the daemon is of another version, unless it should be quiet', async () => {
    const world = new FakeWorld({ version: '0.2.0' })
    await world.run('ps --json')
    expect(world.err).toBe('purser: the running daemon is version 0.1.0, this command line is 0.2.0; restart it: purser down && purser up --detach\n')
    expect(() => JSON.parse(world.out) as unknown).not.toThrow()
    const quiet = new FakeWorld({ version: '0.2.0' })
    await quiet.run('ps --quiet')
    expect(quiet.err).toBe('')
  })
  it('closes its plane also after a failure', async () => {
    const daemon = new FakeControlPlane({ ps: new AppError('internal', 'x') })
    await new FakeWorld({ daemon }).run('ps')
    expect(daemon.closed).toBe(1)
  })
})
