// `purser failover`: what it asks for, when it asks a person, what it says and ends with.
import { describe, expect, it } from 'vitest'
import { failoverMove, failoverPlan } from '../../support/failover-answers.ts'
import { FakeControlPlane, type Answers } from '../../support/fake-control-plane.ts'
import { FakeWorld } from '../../support/fake-world.ts'

async function done(line: readonly string[], answers: Answers = {}, typed?: string): Promise<{ asked: readonly string[]; input: unknown; out: string; err: string; exit: number }> {
  const daemon = new FakeControlPlane(answers)
  const world = new FakeWorld({ daemon, ...(typed === undefined ? {} : { typed }) })
  const exit = await world.run(...line)
  return { asked: daemon.names, input: daemon.lastInput('failover.run') ?? daemon.asked.at(-1)?.input, out: world.out, err: world.err, exit }
}

describe('purser failover run', () => {
  it('moves without a question with --yes, follows it, and shows each step', async () => {
    const { input, out, exit } = await done(['failover', 'run', '--from', 'main', '--to', 'work', '--yes'])
    expect(input).toEqual({ from: 'main', to: 'work', by: 'ada' })
    expect(out).toContain('main → work  committed')
    expect(out).toContain('ended on SIGTERM, and proven gone')
    expect(exit).toBe(0)
  })
  it('shows the plan and moves nothing without a yes', async () => {
    const no = await done(['failover run'], {}, 'no')
    expect([no.exit, no.asked.includes('failover.run')]).toEqual([3, false])
    expect(no.err).toContain('1 session would move')
    const yes = await done(['failover run'], {}, 'yes')
    expect([yes.exit, yes.asked.includes('failover.run')]).toEqual([0, true])
  })
  it('says what to type where nobody can be asked', async () => {
    const { exit, err, asked } = await done(['failover run'])
    expect([exit, asked.includes('failover.run')]).toEqual([2, false])
    expect(err).toContain('purser failover run --yes')
  })
  it('ends as refused where the move was given up', async () => {
    expect((await done(['failover run --yes'], { 'failover.run': { failover: { ...failoverMove, state: 'aborted' } } })).exit).toBe(3)
  })
})

describe('purser failover', () => {
  it('plan asks for the accounts that were typed', async () => {
    const { input, out, exit } = await done(['failover plan --from main --agent claude'])
    expect([input, exit]).toEqual([{ from: 'main', agent: 'claude-code' }, 0])
    expect(out).toContain('main → work  1 session would move')
  })
  it('plan says what to do where there is nothing to choose from', async () => {
    expect((await done(['failover plan'], { 'failover.plan': { plans: [] } })).out).toContain('purser account add work --home ~/.claude-work')
  })
  it('abort says what it gave up', async () => {
    expect((await done(['failover abort fo-41f08a2c']))).toMatchObject({ input: { id: 'fo-41f08a2c', by: 'ada' }, out: 'fo-41f08a2c is being given up; see: purser failover status\n' })
    expect((await done(['failover abort fo-41f08a2c'], { 'failover.abort': { gaveUp: 'return', failover: failoverMove } })).out).toBe('fo-41f08a2c: work does not go back by itself\n')
  })
  it('history asks for one or for so many', async () => {
    expect((await done(['failover history fo-41f08a2c'])).input).toEqual({ id: 'fo-41f08a2c' })
    expect((await done(['failover history --last 5'])).input).toEqual({ limit: 5 })
    expect((await done(['failover history --last many'])).exit).toBe(2)
  })
  it('status and plan are JSON when asked', async () => {
    expect(JSON.parse((await done(['failover plan --json'])).out)).toEqual({ plans: [failoverPlan] })
    expect(JSON.parse((await done(['failover status --json'])).out)).toHaveProperty('mode.effective', 'auto')
  })
})
