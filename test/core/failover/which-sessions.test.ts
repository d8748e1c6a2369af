import { describe, expect, it } from 'vitest'
import { verdictOn, type SessionSight } from '../../../src/core/failover/which-sessions.ts'
import type { ProcessInfo } from '../../../src/core/machine/process-table.ts'
import type { SessionState } from '../../../src/core/sessions/session-state.ts'

const process: ProcessInfo = { pid: 4711, startTime: '99', parent: 1, uid: 1000, name: 'claude', exe: '/opt/claude', argv: ['claude'], cwd: '/home/u/web', namespace: 'n', state: 'S' }
const live = (change: Partial<Extract<SessionState, { process: ProcessInfo }>> = {}): SessionState => ({ state: 'idle', process, background: false, copies: [], ...change })
const aSight = (change: Partial<SessionSight> = {}): SessionSight => ({
  session: 's-1', state: live(), cwd: '/home/u/web', transcript: '/home/u/.claude-a/projects/s-1.jsonl', model: 'claude-opus-5-5', unprovable: '', seat: 'main', queued: false, stopped: true, mode: 'default',
  plan: { ok: true, words: ['claude', '--permission-mode', 'manual', '--resume', 's-1'], cwd: '/home/u/web', differs: '' }, loses: '', registered: true, concerned: true, ...change,
})
const because = (change: Partial<SessionSight>): string => { const verdict = verdictOn(aSight(change)); return verdict && !verdict.moves ? verdict.because : '' }

describe('a session of an account that is left', () => {
  it('moves with everything it takes to end it here and to start it there', () => {
    expect(verdictOn(aSight())).toEqual({ moves: true, busy: false, move: {
      session: 's-1', state: 'planned', process: { pid: 4711, startTime: '99', exe: '/opt/claude' }, cwd: '/home/u/web', transcript: '/home/u/.claude-a/projects/s-1.jsonl', model: 'claude-opus-5-5',
      stopped: true, told: false, words: [], logBytes: 0, seat: 'main', opened: '', because: '',
    } })
  })
  it('also moves from the middle of a turn: it is waited for', () => {
    expect(because({ state: live({ state: 'busy' }) })).toBe('')
  })
  it('also moves from the client\'s own question what to do about a spent quota', () => {
    expect(because({ state: live({ state: 'waiting' }), stopped: true })).toBe('')
  })
  it('is no matter when nobody runs it', () => {
    expect(verdictOn(aSight({ state: { state: 'unproven' } }))).toBeNull()
    expect(verdictOn(aSight({ state: { state: 'lost', process } }))).toBeNull()
  })
  it.each<[string, Partial<SessionSight>]>([
    ['the quota that is spent is not that of its model', { concerned: false }],
    ['it works in the background of its own agent, which would start it again', { state: live({ background: true }) }],
    ['it works on a queued task, and the queue takes that up again', { queued: true }],
    ['another process runs the same conversation', { state: live({ copies: [{ pid: 5, startTime: '1' }] }) }],
    ['its agent does not say which process runs it', { registered: false }],
    ['it belongs to uid 0', { unprovable: 'it belongs to uid 0' }],
    ['it waits for an answer of yours', { state: live({ state: 'waiting' }), stopped: false }],
    ['the folder it worked in is gone: /x', { plan: { ok: false, because: 'the folder it worked in is gone: /x', instead: '' } }],
    ['where its conversation is kept is not known', { transcript: '' }],
    ['it was started with --disallowedTools, which a resumption would lose', { loses: '--disallowedTools' }],
    ['its permission mode is not known, so it could come back with fewer checks', { mode: '' }],
  ])('is left because %s', (reason, change) => {
    expect(because(change)).toBe(reason)
  })
  it('is left when it would come back in another mode', () => {
    const plan = { ok: true, words: ['claude'], cwd: '/x', differs: 'it was in the mode "bypassPermissions"; it comes back asking for permissions' } as const
    expect(because({ plan, mode: 'bypassPermissions' })).toBe('it was in the mode "bypassPermissions"; it comes back asking for permissions; take it up by hand')
  })
})
