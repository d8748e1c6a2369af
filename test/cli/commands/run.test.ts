import { describe, expect, it } from 'vitest'
import type { RunDoor, RunOutcome } from '../../../src/api/run-door.ts'
import { samples } from '../../support/sample-answers.ts'
import { FakeWorld } from '../../support/fake-world.ts'

async function type(line: readonly string[], outcome: RunOutcome): Promise<{ readonly exit: number; readonly world: FakeWorld; readonly asked: RunDoor | undefined }> {
  let asked: RunDoor | undefined
  const world = new FakeWorld({ doors: { run: async door => { asked = door; return outcome } } })
  return { exit: await world.run(...line), world, asked }
}
const RAN: RunOutcome = { did: 'run', exit: 143, summary: null }

describe('purser run', () => {
  it('hands the program its own words, and ends as it ended', async () => {
    const { exit, asked } = await type(['run', '--budget', '5', '--', 'claude', '-p', '--budget', '9', '--json'], RAN)
    expect([exit, asked]).toMatchObject([143, { program: 'claude', args: ['-p', '--budget', '9', '--json'], budget: '5.00', folder: '/home/ada/src/web-app' }])
  })
  it('hands on what it claims and which login it works on, and follows the choice where none is named', async () => {
    expect((await type(['run', '--claim', 'deploy', '--claim', 'path:src', '--account', 'work', '--', 'claude'], RAN)).asked).toMatchObject({ claims: ['deploy', 'path:src'], login: { by: 'name', id: 'work' }, asker: { pid: 4242, startTime: '395962' } })
    expect((await type(['run', 'claude'], RAN)).asked).toMatchObject({ claims: [], login: { by: 'choice' } })
  })
  it('ends with 75 when somebody else holds what it would claim, and says who', async () => {
    const { exit, world } = await type(['run', '--claim', 'deploy', '--', 'claude'], { did: 'held', refusal: { ok: false, refused: 'queued', asked: 'deploy', says: 'deploy is held by codex session s2' } })
    expect([exit, world.err]).toEqual([75, expect.stringContaining('deploy is held by codex session s2')])
  })
  it('says what it cost on stderr, and nothing on stdout, which is the program\'s', async () => {
    const ended = samples['run.end']
    const { world } = await type(['run', 'claude'], { did: 'run', exit: 0, summary: { ok: true, ended } })
    expect([world.out, world.err]).toEqual(['', expect.stringContaining('purser: this run cost $0.42 of $5.00, 12 responses')])
    const quiet = await type(['--quiet', 'run', 'claude'], { did: 'run', exit: 0, summary: { ok: true, ended } })
    expect(quiet.world.err).toBe('')
  })
  it('has nothing to say of a program that is no agent and was given nothing', async () => {
    const ended = { ...samples['run.end'], budget: null, because: 'purser knows no log of make' }
    expect((await type(['run', 'make'], { did: 'run', exit: 0, summary: { ok: true, ended } })).world.err).toBe('')
  })
  it('keeps the program\'s own end when what it cost cannot be told', async () => {
    const { exit, world } = await type(['run', 'claude'], { did: 'run', exit: 7, summary: { ok: false, because: 'the daemon hangs' } })
    expect([exit, world.err]).toEqual([7, expect.stringContaining('what it cost is not known yet: the daemon hangs')])
  })
  it('ends with 3 when it is refused', async () => {
    const { exit, world } = await type(['run', 'claude'], { did: 'refuse', refused: { ok: false, refused: 'locked', remaining: null, by: 'L-1', because: 'locked' } })
    expect([exit, world.err]).toEqual([3, expect.stringContaining('not started: locked')])
  })
  it('takes no budget that is nothing', async () => {
    for (const budget of ['0', '-1', 'NaN', 'much']) expect((await type(['run', '--budget', budget, 'claude'], RAN)).exit, budget).toBe(2)
  })
})
