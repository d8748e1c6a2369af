// The commands that change something: what they ask for, and what they say about what was done.
import { describe, expect, it } from 'vitest'
import { FakeControlPlane } from '../../support/fake-control-plane.ts'
import { FakeWorld } from '../../support/fake-world.ts'
import { hooksAnswer, samples, uninstallAnswer } from '../../support/sample-answers.ts'

async function done(line: readonly string[], answers = {}): Promise<{ input: unknown; out: string; err: string; exit: number }> {
  const daemon = new FakeControlPlane(answers)
  const world = new FakeWorld({ daemon })
  const exit = await world.run(...line)
  return { input: daemon.asked.at(-1)?.input, out: world.out, err: world.err, exit }
}
const { warning: _warning, ...quietly } = samples['budget.set']

describe('purser budget', () => {
  it('set asks for exactly what was given, and leaves the rest alone', async () => {
    const { input } = await done(['budget', 'set', 'web', '--project', 'web-*', '--limit', '20', '--window', 'week', '--on-breach', 'kill', '--fail-mode', 'closed', '--per', 'branch'])
    expect(input).toEqual({ id: 'web', project: 'web-*', limit: '20', window: 'week', onBreach: 'terminate', failMode: 'closed', per: 'branch' })
    expect((await done(['budget set --limit 20'])).input).toEqual({ limit: '20' })
  })
  it('set shows the budget with its bound, and a warning beside it on stderr', async () => {
    const { out, err, exit } = await done(['budget set --limit 20'])
    expect(exit).toBe(0)
    expect(out).toContain('web-daily made\nweb-daily branch main')
    expect(out).toContain('class H: at most $0.41 over')
    expect(err).toBe('already spent: $21.00 of $20.00; hooks deny now, signals wait for: purser arm --confirm web-daily\n')
  })
  it('set changes one that exists', async () => {
    expect((await done(['budget set web --limit 20'], { 'budget.set': { ...quietly, created: false, warning: null } })).out).toContain('web-daily changed')
  })
  it('remove says that records stay', async () => {
    const { input, out } = await done(['budget remove web-daily'])
    expect([input, out]).toEqual([{ id: 'web-daily' }, 'web-daily removed; what was spent stays in the records\n'])
  })
})

describe('purser lock', () => {
  it('release records who and why, and may raise the limit', async () => {
    const { input, out } = await done(['lock', 'release', 'L3f9a2c', '--reason', 'demo at four', '--raise', '5'])
    expect(input).toEqual({ id: 'L3f9a2c', reason: 'demo at four', raise: '5', by: 'ada' })
    expect(out).toBe('L3f9a2c released: api-daily may run again, with $5.00 more until its window ends\n')
  })
  it('prune counts what it removed', async () => {
    expect((await done(['lock prune'])).out).toBe('4 ended locks removed\n')
    expect((await done(['lock prune --before 2026-10-01'], { 'lock.prune': { removed: 0 } }))).toMatchObject({ input: { before: '2026-10-01' }, out: 'no lock had ended by then\n' })
  })
})

describe('purser account', () => {
  it('add asks for what was typed, with folders of this folder made absolute', async () => {
    const { input, out, err } = await done(['account', 'add', 'work', '--home', '~/.claude-work', '--role', 'spare', '--organisation'])
    expect(input).toEqual({ id: 'work', home: '~/.claude-work', role: 'standby', organisation: true, by: 'ada' })
    expect(out).toBe('work added: claude-code ~/.claude-work, standby\n')
    expect(err).toBe('nobody can work on it yet; type: purser account login-help work\n')
    expect((await done(['account add --home logins/work --agent claude'])).input).toEqual({ home: '/home/ada/src/web-app/logins/work', agent: 'claude-code', by: 'ada' })
  })
  it('remove says what stays', async () => {
    expect((await done(['account remove work']))).toMatchObject({ input: { id: 'work', by: 'ada' }, out: 'work removed; its folder, its login and what it spent stay as they are\n' })
  })
  it('enable, disable and pin say what follows', async () => {
    expect(await done(['account enable work --accept-login'])).toMatchObject({ input: { id: 'work', by: 'ada', acceptLogin: true }, out: 'work is enabled; still: 5h quota is spent\n' })
    expect(await done(['account', 'disable', 'work', '--reason', 'on leave'])).toMatchObject({ input: { id: 'work', by: 'ada', reason: 'on leave' }, out: 'work disabled; sessions that run on it go on\n' })
    expect(await done(['account pin work'])).toMatchObject({ input: { id: 'work', by: 'ada' }, out: 'work is preferred until its quota is spent\n' })
    expect((await done(['account pin work --off'])).input).toEqual({ id: 'work', by: 'ada', off: true })
  })
})

describe('arming', () => {
  it('says what it means, and which breaches still wait', async () => {
    const { input, out, err } = await done(['arm --confirm web-daily'])
    expect(input).toEqual({ confirm: 'web-daily', by: 'ada' })
    expect(out).toBe('armed: a breach of a budget set to terminate ends its processes\n1 open breach confirmed; the first signal comes in 30s, to whom it concerns: purser ps\n')
    expect(err).toContain('purser arm --confirm web-daily')
  })
  it.each([['2026-11-21T15:12:00.000Z', '; the first signal comes now, to whom it concerns: purser ps'], [null, '']])('says that the grace time is over, and nothing of signals for a budget that denies (%s)', async (signalsFrom, expected) => {
    const { out } = await done(['arm --confirm web-daily'], { arm: { ...samples.arm, signalsFrom } })
    expect(out.split('\n')[1]).toBe(`1 open breach confirmed${expected}`)
  })
  it('can be taken back', async () => {
    expect((await done(['disarm'])).out).toBe('disarmed: dry run; locks and hooks still act\n')
  })
})

describe.each(['budget set --limit 20', 'budget remove x', 'lock release L1 --reason x', 'lock prune', 'account remove x', 'account enable x', 'account disable x --reason y', 'account pin x', 'arm', 'disarm'])('purser %s', line => {
  it('with --json prints the answer', async () => {
    const daemon = new FakeControlPlane()
    const world = new FakeWorld({ daemon })
    expect(await world.run(`${line} --json`)).toBe(0)
    expect(JSON.parse(world.out)).toEqual(samples[daemon.names.at(-1) as keyof typeof samples])
  })
  it('with --quiet prints nothing', async () => {
    const world = new FakeWorld()
    expect(await world.run(`${line} --quiet`)).toBe(0)
    expect([world.out, world.err]).toEqual(['', ''])
  })
})

describe('purser hooks', () => {
  it.each([['install', 'user'], ['install --project', 'project'], ['uninstall', 'user']])('%s goes through the door with its scope and folder, and needs no daemon', async (line, scope) => {
    const requests: unknown[] = []
    const world = new FakeWorld({ daemon: null, doors: { hooks: async request => { requests.push(request); return hooksAnswer } } })
    expect(await world.run(`hooks ${line}`)).toBe(0)
    expect(requests).toEqual([expect.objectContaining({ verb: line.split(' ')[0], scope, folder: '/home/ada/src/web-app' })])
    expect(world.opened).toEqual([])
    expect(world.out).toContain('claude-code hooks')
  })
  it('status adds when a hook was last heard', async () => {
    const world = new FakeWorld()
    await world.run('hooks status --json')
    expect(JSON.parse(world.out)).toEqual({ ...hooksAnswer, lastHeardAt: samples['hooks.heard'].lastHeardAt })
  })
  it('status answers although neither daemon nor database can', async () => {
    const world = new FakeWorld({ daemon: new FakeControlPlane({ 'hooks.heard': Object.assign(new Error('broken'), { code: 'store_unusable' }) }) })
    expect(await world.run('hooks status --json')).toBe(0)
    expect(JSON.parse(world.out)).toEqual(hooksAnswer)
  })
  it('hook hands a payload on and ends as the hook ends', async () => {
    const requests: unknown[] = []
    const world = new FakeWorld({ stdin: '{"a":1}', doors: { hook: async request => { requests.push(request); return { exitCode: 2, stdout: 'out', stderr: 'err' } } } })
    expect(await world.run('hook claude-code PreToolUse')).toBe(2)
    expect([world.out, world.err, requests]).toEqual(['out', 'err', [expect.objectContaining({ agent: 'claude-code', event: 'PreToolUse', body: '{"a":1}' })]])
  })
})

describe('purser uninstall', () => {
  const uninstalling = (typed: string | null) => {
    const purged: boolean[] = []
    return { purged, world: new FakeWorld({ typed, doors: { uninstall: async ({ purge }) => { purged.push(purge); return { ...uninstallAnswer, purged: purge } } } }) }
  }
  it('keeps records and asks nothing', async () => {
    const { purged, world } = uninstalling(null)
    expect(await world.run('uninstall')).toBe(0)
    expect([purged, world.asked]).toEqual([[false], []])
  })
  it('deletes only after the word was typed', async () => {
    const yes = uninstalling('purge')
    expect(await yes.world.run('uninstall --purge')).toBe(0)
    expect(yes.purged).toEqual([true])
    expect(yes.world.asked[0]).toContain('/home/ada/.local/state/purser')
    for (const [typed, exit] of [['y', 3], ['', 3], [null, 2]] as const) {
      const no = uninstalling(typed)
      expect([await no.world.run('uninstall --purge'), no.purged]).toEqual([exit, []])
    }
  })
  it('deletes without asking when told so twice', async () => {
    const { purged, world } = uninstalling(null)
    expect(await world.run('uninstall --purge --yes')).toBe(0)
    expect([purged, world.asked]).toEqual([[true], []])
  })
  it('ends 69 when a step failed', async () => {
    const failed = { ...uninstallAnswer, steps: [{ ...uninstallAnswer.steps[0], did: 'failed' as const }] }
    expect(await new FakeWorld({ doors: { uninstall: async () => failed } }).run('uninstall')).toBe(69)
  })
})

describe('purser down', () => {
  it('says so when nothing was running', async () => {
    const world = new FakeWorld({ daemon: null })
    expect(await world.run('down')).toBe(0)
    expect(world.out).toBe('purser was not running\n')
    const json = new FakeWorld({ daemon: null })
    await json.run('down --json')
    expect(JSON.parse(json.out)).toEqual({ stopping: false })
  })
})

it('purser config edit says what to type without an editor', async () => {
  const world = new FakeWorld()
  expect(await world.run('config edit')).toBe(2)
  expect(world.err).toBe('purser: no editor is set\n        type: EDITOR=nano purser config edit\n')
})

it('purser demo prints its lines and ends as it ends', async () => {
  const world = new FakeWorld({ doors: { demo: async ({ write }) => { write(['one ', { text: 'two', tone: 'bad' }]); return 7 } } })
  expect(await world.run('demo')).toBe(7)
  expect(world.out).toBe('one two\n')
})
