import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { constrained, proveTarget, provable, type Evidence } from '../../../src/core/enforcement/target.ts'
import type { Lock } from '../../../src/core/enforcement/lock.ts'
import { aPlace, aWitness, SESSION, someEvidence, stopLock } from '../../support/enforcement-world.ts'
import { aProcess } from '../../support/fake-processes.ts'

const silent = { heard: false, why: '' } as const
/** Nobody names its session: only its directory speaks. */
const unnamed = (change: Partial<Evidence> = {}): Evidence => someEvidence({ heard: silent, ...change })
const registered = (change: Parameters<typeof aWitness>[0]): Evidence['heard'] => ({ heard: true, witness: aWitness(change) })
const is = (lock: Lock, evidence: Evidence): boolean => proveTarget(lock, evidence).target
const because = (lock: Lock, evidence: Evidence): string => proveTarget(lock, evidence).because
const inFolder = (cwd: string, project = cwd): Evidence => unnamed({ process: aProcess({ cwd }), place: aPlace({ project, worktree: '' }) })

describe('a process that is never a target, whatever the lock and whoever names it', () => {
  const table: readonly [string, Partial<Evidence>, RegExp][] = [
    ['pid 1', { process: aProcess({ pid: 1 }) }, /the machine itself/],
    ['pid 0', { process: aProcess({ pid: 0 }) }, /the machine itself/],
    ['a negative pid, which is a whole group', { process: aProcess({ pid: -4711 }) }, /the machine itself/],
    ['purser itself', { process: aProcess({ pid: 500 }) }, /this purser itself/],
    ['an ancestor of purser, such as the agent that started it', { process: aProcess({ pid: 400 }) }, /our own ancestors/],
    ['a zombie', { process: aProcess({ state: 'Z' }) }, /already ended/],
    ['another user\'s agent', { process: aProcess({ uid: 1001 }) }, /belongs to uid 1001, purser runs as uid 1000/],
    ['root\'s agent', { process: aProcess({ uid: 0 }) }, /belongs to uid 0/],
    ['a process that runs under two uids', { process: aProcess({ uid: -1 }) }, /several user ids/],
    ['an agent in a container', { process: aProcess({ namespace: 'pid:[4026532999]' }) }, /another pid namespace/],
    ['a process whose namespace cannot be read', { process: aProcess({ namespace: '' }) }, /namespace cannot be read/],
    ['a process without a start time', { process: aProcess({ startTime: '' }) }, /start time cannot be read/],
    ['what no adapter takes for a session', { role: null }, /neither its executable nor its arguments/],
    ['a helper: the pty host of a background session has the project as its directory', { role: 'helper' }, /helper process/],
    ['an IDE extension host', { role: 'ide' }, /extension host of an IDE/],
    ['the tmux server, even if an adapter takes it for an agent', { process: aProcess({ name: 'tmux: server', exe: '/usr/bin/tmux' }) }, /terminal multiplexer/],
    ['a login shell, even if an adapter takes it for an agent', { process: aProcess({ exe: '/usr/bin/nonesuch', argv: ['-nonesuch'] }) }, /login shell/],
    ['a shell, even if an adapter takes it for an agent', { process: aProcess({ exe: '/usr/bin/zsh', argv: ['zsh'] }) }, /a shell/],
    ['an editor', { process: aProcess({ exe: '/usr/share/code/code', argv: ['code'] }) }, /IDE extension host/],
    ['a background session without a job id', { role: 'background-session' }, /without a job id/],
  ]
  it.each(table)('%s', (_name, change, reason) => {
    expect(because(stopLock(), someEvidence(change))).toMatch(reason)
    expect(is(stopLock(), someEvidence(change))).toBe(false)
    expect(provable(someEvidence(change)).target).toBe(false)
  })
})

describe('a session that a hook or the registry names', () => {
  it('is a target of a lock on its project, its session, its branch, its account, its agent, its node, or everything', () => {
    const selectors: readonly Lock['selector'][] = [
      { project: '/home/dev/web' }, { project: 'web' }, { project: 'we*' }, { session: SESSION }, { branch: 'main' }, { account: '~/.claude' }, { agent: 'claude-code' }, { node: 'n1' }, {}, { project: '*' },
    ]
    for (const selector of selectors) {
      expect(is(stopLock({ selector }), someEvidence()), JSON.stringify(selector)).toBe(true)
      expect(is(stopLock({ selector }), someEvidence({ heard: registered({ proof: 'hook' }) })), JSON.stringify(selector)).toBe(true)
    }
    expect(because(stopLock(), someEvidence())).toBe(`the agent's registry names it session ${SESSION}, and lock L0011aabb (web-daily) holds its scope`)
  })

  it('is no target of a lock on a neighbour in the same folder', () => {
    for (const selector of [{ session: 'another' }, { account: '~/.claude-work' }, { branch: 'feature' }, { node: 'n2' }, { agent: 'codex' }, { project: '/home/dev/api' }]) {
      expect(is(stopLock({ selector }), someEvidence()), JSON.stringify(selector)).toBe(false)
    }
  })

  it('is compared with the value a per-budget holds, exactly', () => {
    const perBranch = (value: string): Lock => stopLock({ selector: { project: '/home/dev/web' }, per: 'branch', perValue: value })
    expect([is(perBranch('main'), someEvidence()), is(perBranch('mai'), someEvidence()), is(perBranch('mai*'), someEvidence())]).toEqual([true, false, false])
  })

  it('is never a target through a dimension nobody knows, even when the lock holds the unknown', () => {
    const unknown = someEvidence({ heard: registered({ account: '' }), place: aPlace({ branch: '', project: '' }) })
    for (const dimension of ['account', 'branch', 'project'] as const) {
      expect(is(stopLock({ selector: {}, per: dimension, perValue: '' }), unknown), dimension).toBe(false)
    }
    expect(is(stopLock({ selector: {} }), unknown)).toBe(true)
  })

  it('is stopped through its client when it runs in the background', () => {
    const proof = proveTarget(stopLock(), someEvidence({ role: 'background-session', heard: registered({ kind: 'background', job: '9385e902' }) }))
    expect(proof).toMatchObject({ target: true, method: 'stop-background', job: '9385e902' })
    // The registry knows better than the shape of a command line.
    expect(proveTarget(stopLock(), someEvidence({ heard: registered({ kind: 'background', job: 'j' }) }))).toMatchObject({ method: 'stop-background' })
  })
})

describe('a process that nobody names', () => {
  it('is a target of a lock on the whole project it works in', () => {
    expect(is(stopLock(), unnamed())).toBe(true)
    expect(is(stopLock(), unnamed({ process: aProcess({ cwd: '/home/dev/web/src/deep' }) }))).toBe(true)
    expect(is(stopLock({ selector: { project: 'w*' } }), unnamed())).toBe(true)
    expect(is(stopLock({ selector: {}, per: 'project', perValue: '/home/dev/web' }), unnamed())).toBe(true)
    expect(because(stopLock(), unnamed())).toBe('its directory is in /home/dev/web, and lock L0011aabb (web-daily) holds its scope')
  })

  it('is no target of a session or account lock: those never touch a neighbour', () => {
    for (const lock of [
      stopLock({ selector: { session: SESSION } }), stopLock({ selector: { project: '/home/dev/web', account: '~/.claude' } }),
      stopLock({ per: 'session', perValue: SESSION }), stopLock({ per: 'account', perValue: '~/.claude' }),
    ]) expect(because(lock, unnamed())).toMatch(/not its neighbours/)
  })

  it('is no target of a lock that is wider than a project', () => {
    for (const selector of [{}, { project: '*' }, { agent: 'claude-code' }, { node: 'n1' }, { agent: '*', node: 'n1' }]) {
      expect(because(stopLock({ selector }), unnamed())).toMatch(/wider than a project/)
    }
    expect(is(stopLock({ selector: {}, per: 'agent', perValue: 'claude-code' }), unnamed())).toBe(false)
  })

  it('is no target of a folder whose name its own only begins with', () => {
    const lock = stopLock({ selector: { project: '/a/b' } })
    expect(is(lock, inFolder('/a/b'))).toBe(true)
    expect(is(lock, inFolder('/a/b/c'))).toBe(true)
    expect(is(lock, inFolder('/a/bc'))).toBe(false)
    expect(is(lock, inFolder('/a'))).toBe(false)
    expect(is(lock, inFolder('/a/b/../c'))).toBe(false)
  })

  it('is no target when its directory is empty, the top, or the home folder', () => {
    expect(because(stopLock(), unnamed({ process: aProcess({ cwd: '' }), place: null }))).toMatch(/cannot be read/)
    expect(is(stopLock({ selector: {}, per: 'project', perValue: '/' }), inFolder('/'))).toBe(false)
    expect(is(stopLock({ selector: { project: '/' } }), inFolder('/'))).toBe(false)
    expect(is(stopLock({ selector: { project: '/home' } }), inFolder('/home'))).toBe(false)
    expect(because(stopLock({ selector: { project: '/home/dev' } }), inFolder('/home/dev'))).toMatch(/home folder/)
    expect(is(stopLock({ selector: { project: '/home/dev' } }), inFolder('/home/dev/web'))).toBe(false)
    expect(is(stopLock({ selector: { project: 'relative' } }), inFolder('relative/deep', 'relative'))).toBe(false)
  })

  it('is no target of a project root that does not exist', () => {
    expect(because(stopLock(), unnamed({ exists: () => false }))).toMatch(/does not exist/)
  })

  it('is no target of the project around it when a nested repository is its own', () => {
    const nested = unnamed({ process: aProcess({ cwd: '/home/dev/web/vendor/lib' }), place: aPlace({ project: '/home/dev/web/vendor/lib', worktree: '/home/dev/web/vendor/lib' }) })
    expect(is(stopLock(), nested)).toBe(false)
  })

  it('is no target of a whole project from a worktree that lies elsewhere', () => {
    const elsewhere = unnamed({ process: aProcess({ cwd: '/home/dev/web-feature' }), place: aPlace({ worktree: '/home/dev/web-feature', branch: 'feature' }) })
    expect(because(stopLock(), elsewhere)).toMatch(/not in or below \/home\/dev\/web/)
    expect(is(stopLock(), { ...elsewhere, heard: registered({ cwd: '/home/dev/web-feature' }) })).toBe(true)
  })

  it('is a target of a branch lock only where HEAD is that branch and it is alone', () => {
    const lock = stopLock({ selector: { project: '/home/dev/web', branch: 'feature' } })
    const alone = unnamed({ process: aProcess({ cwd: '/home/dev/web-feature/src' }), place: aPlace({ worktree: '/home/dev/web-feature', branch: 'feature' }) })
    expect(is(lock, alone)).toBe(true)
    expect(because(lock, { ...alone, companions: 1 })).toMatch(/1 other agent process may work in the same worktree/)
    expect(is(lock, { ...alone, place: aPlace({ worktree: '/home/dev/web-feature', branch: 'main' }) })).toBe(false)
    expect(is(lock, { ...alone, place: aPlace({ worktree: '/home/dev/web-feature', branch: '' }) })).toBe(false)
    expect(is(lock, { ...alone, place: aPlace({ worktree: '', branch: 'feature' }) })).toBe(false)
    expect(is(lock, { ...alone, process: aProcess({ cwd: '/home/dev/web-featured' }) })).toBe(false)
    expect(is(stopLock({ selector: { branch: 'feature', session: SESSION } }), alone)).toBe(false)
  })

  it('says in `ps` why a stale entry does not prove it', () => {
    const stale = unnamed({ heard: { heard: false, why: 'the registry entry for this pid is about an earlier process' } })
    expect(because(stopLock({ selector: { session: SESSION } }), stale)).toMatch(/^the registry entry for this pid is about an earlier process, and lock/)
  })
})

describe('what `ps` says while nothing is locked', () => {
  it('calls a named session and a project\'s only a would-be target', () => {
    expect(provable(someEvidence())).toMatchObject({ target: true, because: `the agent's registry names it session ${SESSION}; a lock on its scope would stop it` })
    expect(provable(unnamed())).toMatchObject({ target: true, because: expect.stringMatching(/a lock on that whole project would stop it, a lock on one session would not/) })
    expect(provable(unnamed({ place: null })).because).toMatch(/its directory cannot be read/)
    expect(provable(inFolder('/')).target).toBe(false)
    expect(provable(inFolder('/home/dev')).because).toMatch(/home folder/)
    expect(provable(unnamed({ process: aProcess({ cwd: '/elsewhere/wt' }) })).because).toMatch(/outside the project root/)
  })
})

it('counts a bare star as no constraint, and `per` as one', () => {
  expect(constrained({ selector: { project: '*', branch: '**', session: 'a*' }, per: '' })).toEqual(['session'])
  expect(constrained({ selector: {}, per: 'account' })).toEqual(['account'])
})

it('never makes a target of a foreign uid, an ancestor or an unproven role, over any evidence', () => {
  const word = fc.constantFrom('', '/', '/home/dev', '/home/dev/web', '/home/dev/web/src', '/home/dev/webx', '/a/b')
  const arbitrary = fc.record({
    pid: fc.constantFrom(0, 1, 400, 500, 4711), uid: fc.constantFrom(0, 1000, 1001), cwd: word, project: word, worktree: word,
    branch: fc.constantFrom('', 'main', 'x'), role: fc.constantFrom('session', 'helper', 'ide', null), named: fc.boolean(), session: fc.constantFrom(SESSION, 'other'),
    selector: fc.constantFrom({}, { project: '/home/dev/web' }, { session: SESSION }, { branch: 'main' }, { project: '*' }, { project: '/' }), companions: fc.nat(2),
  })
  fc.assert(fc.property(arbitrary, given => {
    const evidence = someEvidence({
      process: aProcess({ pid: given.pid, uid: given.uid, cwd: given.cwd }), role: given.role as Evidence['role'], companions: given.companions,
      heard: given.named ? registered({ session: given.session }) : silent, place: aPlace({ project: given.project, worktree: given.worktree, branch: given.branch }),
    })
    const proof = proveTarget(stopLock({ selector: given.selector }), evidence)
    if (!proof.target) return
    expect(given).toMatchObject({ pid: 4711, uid: 1000, role: 'session' })
    if ('session' in given.selector) expect(given).toMatchObject({ named: true, session: SESSION })
    if (!given.named) expect(given.cwd.startsWith('/home/dev/web') && !given.cwd.startsWith('/home/dev/webx')).toBe(true)
  }), { numRuns: 3_000 })
})
