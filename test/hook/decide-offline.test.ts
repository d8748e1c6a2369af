import { describe, expect, it } from 'vitest'
import type { HookCall } from '../../src/core/enforcement/hook-verdict.ts'
import type { Marker, ProjectedLock } from '../../src/core/enforcement/lock-file.ts'
import { saveWorkFrom } from '../../src/core/enforcement/save-work.ts'
import { instant } from '../../src/core/time.ts'
import { decideOffline, HEARTBEAT_MAX_AGE_MS, type OfflineFacts } from '../../src/hook/decide-offline.ts'
import { aLock, aScope, NOON } from '../support/a-lock.ts'

const call = (change: Partial<HookCall> = {}): HookCall => ({ event: 'prompt', clientEvent: 'UserPromptSubmit', session: 's1', cwd: '/home/dev/web', pid: 0, transcript: '', subagent: '', tool: '', command: '', at: NOON, ...change })
const lock = (change: Parameters<typeof aLock>[0] = {}, more: Partial<ProjectedLock> = {}): ProjectedLock => ({ kind: 'lock', lock: aLock(change), roots: [], saveWork: saveWorkFrom([]), node: 'n1', ...more })
const closed: Marker = { kind: 'marker', why: 'closed', rule: 'web-daily', selector: { project: '/home/dev/web' }, per: '', perValue: '', roots: [], node: 'n1' }
const asker = { scope: aScope({ node: '' }), cwd: '/home/dev/web', inRepository: true }
const facts = (change: Partial<OfflineFacts> = {}): OfflineFacts => ({ locks: [], markers: [], beatAt: null, now: NOON, asker, take: () => true, ...change })

describe('without a daemon', () => {
  it('a lock that reaches the caller stops, another does not', () => {
    expect(decideOffline(call(), facts({ locks: [lock()] })).verdict).toBe('stop')
    expect(decideOffline(call(), facts({ locks: [lock({ selector: { project: '/home/dev/web2' } })] })).verdict).toBe('allow')
  })
  it('a lock on a node means the machine its file was written on', () => {
    expect(decideOffline(call(), facts({ locks: [lock({ selector: { node: 'n1' } })] })).verdict).toBe('stop')
    expect(decideOffline(call(), facts({ locks: [lock({ selector: { node: 'n1' } }, { node: 'n2' })] })).verdict).toBe('allow')
  })
  it('a caller outside a repository is reached below the roots the file names', () => {
    const below = { scope: aScope({ project: '/home/dev/web-a/notes' }), cwd: '/home/dev/web-a/notes', inRepository: false }
    expect(decideOffline(call(), facts({ asker: below, locks: [lock({ selector: { project: 'web-*' } }, { roots: ['/home/dev/web-a'] })] })).verdict).toBe('stop')
    expect(decideOffline(call(), facts({ asker: below, locks: [lock({ selector: { project: 'web-*' } })] })).verdict).toBe('allow')
  })
  it('a slot that is gone ends the turn', () => {
    const tool = call({ event: 'before-tool', tool: 'Bash', command: 'git status' })
    expect(decideOffline(tool, facts({ locks: [lock()] })).verdict).toBe('allow')
    expect(decideOffline(tool, facts({ locks: [lock()], take: () => false })).verdict).toBe('stop')
  })
})

describe('a fail-closed rule', () => {
  const at = (ageMs: number) => decideOffline(call(), facts({ markers: [closed], beatAt: instant(NOON - ageMs) })).verdict
  it('holds unless the sign of life is younger than a minute', () => {
    expect(decideOffline(call(), facts({ markers: [closed] })).verdict).toBe('stop')
    expect([0, HEARTBEAT_MAX_AGE_MS - 1, HEARTBEAT_MAX_AGE_MS, -HEARTBEAT_MAX_AGE_MS].map(at)).toEqual(['allow', 'allow', 'stop', 'stop'])
  })
  it('holds only whom it reaches', () => {
    expect(decideOffline(call(), facts({ markers: [{ ...closed, selector: { project: '/home/dev/web2' } }] })).verdict).toBe('allow')
  })
  it('is the only marker that holds anybody', () => {
    for (const why of ['near', 'reservation', 'claim'] as const) expect(decideOffline(call(), facts({ markers: [{ ...closed, why }] })).verdict).toBe('allow')
  })
  it('still gives way to a lock file while the sign of life is young', () => {
    expect(decideOffline(call(), facts({ markers: [closed], locks: [lock()], beatAt: NOON }))).toMatchObject({ verdict: 'stop', reason: expect.stringContaining('is spent') as string })
  })
})
