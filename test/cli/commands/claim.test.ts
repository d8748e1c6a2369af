// Claims at the command line: what is asked, what is said, and with which code it ends.
import { describe, expect, it } from 'vitest'
import { claim, claimSamples, held } from '../../support/claim-samples.ts'
import { FakeControlPlane } from '../../support/fake-control-plane.ts'
import { FakeWorld } from '../../support/fake-world.ts'

async function done(line: readonly string[], answers = {}, variables = {}): Promise<{ input: unknown; out: string; err: string; exit: number; opened: readonly string[] }> {
  const daemon = new FakeControlPlane(answers)
  const world = new FakeWorld({ daemon, variables })
  const exit = await world.run(...line)
  return { input: daemon.asked.at(-1)?.input, out: world.out, err: world.err, exit, opened: world.opened }
}
const asker = { pid: 4242, startTime: '395962' }
const { waiting: _waiting, again: _again, ...refusal } = held

describe('purser claim', () => {
  it('take asks for exactly what was given, in this process\' name', async () => {
    const { input, out, exit } = await done(['claim', 'take', 'path:src', 'deploy', '--reason', 'why not', '--strict', '--ttl', '5m'])
    expect(input).toEqual({ names: ['path:src', 'deploy'], cwd: '/home/ada/src/web-app', asker, reason: 'why not', strict: true, ttl: '5m' })
    expect([out, exit]).toEqual([`${claim.name} is yours: its last holder is gone (token 7)\n`, 0])
    expect((await done(['claim take x'], {}, { PURSER_SESSION_ID: 's1' })).input).toMatchObject({ asker: { ...asker, session: 's1' } })
  })
  it('take ends with 75 and says who has it, on stderr or as JSON', async () => {
    const answers = { 'claim.take': refusal }
    expect(await done(['claim take x'], answers)).toMatchObject({ exit: 75, out: '', err: expect.stringContaining('for: rewrite the login') as string })
    const json = await done(['claim take x --json'], answers)
    expect([json.exit, JSON.parse(json.out)]).toEqual([75, refusal])
    expect((await done(['claim take x'], { 'claim.take': { ok: false, refused: 'unproven', asked: 'x', says: 'no' } })).exit).toBe(3)
  })
  it('take --json has the one claim at its top', async () => {
    expect(JSON.parse((await done(['claim take x --json'])).out)).toMatchObject({ ok: true, token: 7, how: 'reclaimed', claims: [{ token: 7 }] })
  })
  it('take --wait gives up when its place is gone', async () => {
    const { input, exit } = await done(['claim take x --wait 10m'], { 'claim.take': refusal })
    expect(exit).toBe(75)
    expect(input).toMatchObject({ wait: { until: '2026-11-21T15:22:00.000Z' } })
  })
  it('release, renew, break, wait and show say what came of it', async () => {
    expect((await done(['claim release x'])).out).toBe(`${claim.name} released\n`)
    expect((await done(['claim renew x'])).out).toBe(`${claim.name} renewed (token 7)\n`)
    expect((await done(['claim break x --reason hangs'])).out).toContain('taken away from claude-code session')
    expect((await done(['claim wait x'], { 'claim.wait': { ok: true } })).exit).toBe(0)
    expect((await done(['claim show x'])).out).toContain('held by  claude-code session')
  })
  it('list shows who holds what', async () => {
    expect((await done(['claim list'])).out).toContain('you (claude-code 7f3a91c2)')
    expect((await done(['claim list'], { 'claim.list': { claims: [] } })).out).toBe('nothing is claimed\n')
  })
  it('git-hook installs, and its check asks for branch and files', async () => {
    expect((await done(['claim git-hook install'])).out).toContain('pre-commit installed; the hook that was there runs after it')
    const checked = await done(['claim git-hook check'], { 'claim.touch': refusal })
    expect(checked).toMatchObject({ exit: 75, input: { names: ['branch:main'], paths: ['/home/ada/src/web-app/src/a.ts'] } })
    expect((await done(['claim git-hook check'], { 'claim.touch': { ok: true } })).exit).toBe(0)
  })
})
describe('purser guard', () => {
  it('goes through its door, and needs a name', async () => {
    expect((await done(['guard --claim deploy --claim x -- make deploy'])).opened).toEqual(['guard deploy x: make deploy'])
    expect((await done(['guard -- make'])).exit).toBe(2)
  })
})
it('every answer of claims has a sample', () => { expect(Object.keys(claimSamples)).toHaveLength(10) })
