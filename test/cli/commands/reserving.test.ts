// The verbs of reserving: what they ask for, what they say, and that a refusal is exit code 3.
import { describe, expect, it } from 'vitest'
import { FakeControlPlane, type Answers } from '../../support/fake-control-plane.ts'
import { FakeWorld } from '../../support/fake-world.ts'
import { samples } from '../../support/sample-answers.ts'

async function done(line: readonly string[], answers: Answers = {}): Promise<{ input: unknown; name: string | undefined; out: string; err: string; exit: number }> {
  const daemon = new FakeControlPlane(answers)
  const world = new FakeWorld({ daemon })
  const exit = await world.run(...line)
  return { input: daemon.asked.at(-1)?.input, name: daemon.asked.at(-1)?.name, out: world.out, err: world.err, exit }
}
const refused = { ok: false, refused: 'over_budget', remaining: '0.30', by: 'web-daily', because: 'budget web-daily has $0.30 left, and $1.50 was asked for' } as const

describe('purser budget', () => {
  it('reserve asks for exactly what was given', async () => {
    const { input, out, exit } = await done(['budget', 'reserve', '--id', 'job-17', '--amount', '1.50', '--budget', 'nightly, lint', '--project', '/srv/web', '--ttl', '30m', '--owner', '4711'])
    expect(input).toEqual({ id: 'job-17', amount: '1.50', budget: ['nightly', 'lint'], project: '/srv/web', ttl: '30m', owner: { pid: 4711 } })
    expect(out).toContain('job-17 holds')
    expect(exit).toBe(0)
  })
  it('reserve knows an owner by its session, and says of others what to write', async () => {
    expect((await done(['budget reserve --id a --amount 1 --owner claude-code/8a1f'])).input).toMatchObject({ owner: { agent: 'claude-code', session: '8a1f' } })
    expect(await done(['budget reserve --id a --amount 1 --owner me'])).toMatchObject({ exit: 2, err: expect.stringContaining('neither a process id nor AGENT/SESSION') as string })
  })
  it('ends with 3 when it is refused, in a sentence or as JSON', async () => {
    expect(await done(['budget reserve --id a --amount 1.5'], { 'budget.reserve': refused })).toMatchObject({ exit: 3, out: '', err: `refused: ${refused.because}\n` })
    const { out, exit } = await done(['budget reserve --id a --amount 1.5 --json'], { 'budget.reserve': refused })
    expect([JSON.parse(out), exit]).toEqual([refused, 3])
  })
  it.each([
    ['budget check --id a --amount 1', 'budget.check', 'it fits; $4.30 is left\n'],
    ['budget settle --id job-17 --amount 1.20', 'budget.settle', 'job-17 settled: $1.20 of $1.50 spent\n'],
    ['budget release --id job-17', 'budget.release', 'job-17 settled: $1.20 of $1.50 spent\n'],
    ['budget extend --id job-17 --ttl 1h', 'budget.extend', 'job-17 settled: $1.20 of $1.50 spent\n'],
    ['budget record --id inv-9 --amount 0.35 --tool maps', 'budget.record', 'inv-9 recorded: 0.35\n'],
    ['budget top-up nightly --id more-1 --amount 5', 'budget.topUp', 'nightly has $15.00 now\n'],
    ['budget reopen nightly', 'budget.reopen', 'nightly is open again\n'],
    ['budget progress nightly 0.4', 'budget.progress', 'nightly is 0.4 done; see: purser budget forecast\n'],
    ['budget approve A-job-17', 'budget.approve', 'A-job-17 approved; ask for it again with the same id\n'],
    ['budget refuse A-job-17', 'budget.refuse', 'A-job-17 refused\n'],
    ['budget burn-rate nightly', 'budget.burnRate', '$0.07 a minute, over the last 1h 00m\n'],
  ])('%s asks %s and says what came of it', async (line, name, said) => {
    expect(await done([line])).toMatchObject({ name, out: said.replace('recorded: 0.35', 'recorded: $0.35'), exit: 0 })
  })
  it('allocate shows the budget that was made', async () => {
    const { input, out } = await done(['budget allocate nightly --amount 10 --soft --on-breach kill'])
    expect(input).toEqual({ id: 'nightly', amount: '10', hard: false, onBreach: 'terminate' })
    expect(out).toContain('allocated')
  })
  it('close, report and forecast say the figures', async () => {
    expect((await done(['budget close nightly'])).out).toContain('$4.20 in 12 entries')
    expect((await done(['budget report nightly'])).out).toContain('$4.30')
    const { out } = await done(['budget forecast nightly'])
    expect(out).toContain('about $10.50 at the end, which does not fit')
  })
  it('approve without an id lists what waits', async () => {
    expect((await done(['budget approve'])).out).toContain('A-job-17')
    expect((await done(['budget approve'], { 'budget.approvals': { approvals: [] } })).out).toBe('nothing waits for a word\n')
    expect(samples['budget.approvals'].approvals).toHaveLength(1)
  })
})
