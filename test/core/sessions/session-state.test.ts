// What a session does, from the facts that are proven about it.
import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../../src/core/enforcement/target.ts'
import type { Witness } from '../../../src/core/enforcement/witness.ts'
import { isLive, stateOf } from '../../../src/core/sessions/session-state.ts'
import type { KnownSession } from '../../../src/core/sessions/session-store.ts'
import { instant } from '../../../src/core/time.ts'
import { aProcess, US } from '../../support/fake-processes.ts'

const AT = instant(1_000)
const known = (change: Partial<KnownSession> = {}): KnownSession => ({
  agent: 'claude-code', id: 's', account: '', project: '/p/web', branch: '', cwd: '/p/web', pid: 4711, startTime: '395962', proof: 'hook', transcript: '', model: '', generation: 1,
  startedAt: AT, seenAt: AT, endedAt: null, ...change,
})
const running = (change: Partial<Witness> = {}, pid = 4711): Evidence => ({
  process: aProcess({ pid }), agent: 'claude-code', role: 'session', place: null, companions: 0, self: US, node: 'n', home: '/home/dev', exists: () => true,
  heard: { heard: true, witness: { proof: 'registry', agent: 'claude-code', session: 's', account: '', pid, startTime: '395962', cwd: '/p/web', kind: 'foreground', status: 'busy', job: '', pidDomain: '', at: AT, ...change } },
})

describe('a session', () => {
  it.each([['busy', 'busy'], ['idle', 'idle'], ['waiting', 'waiting'], ['unknown', 'running']] as const)('whose process lives and whose agent says %s is %s', (status, state) => {
    expect(stateOf({ known: known(), running: [running({ status })], last: undefined })).toMatchObject({ state, process: { pid: 4711 }, background: false, copies: [] })
  })

  it('lives even when it said goodbye before, or when nothing of it is stored', () => {
    expect(stateOf({ known: known({ endedAt: AT }), running: [running()], last: undefined }).state).toBe('busy')
    expect(stateOf({ known: null, running: [running()], last: undefined }).state).toBe('busy')
  })

  it('that two processes run is the newer one, and the other is named', () => {
    expect(stateOf({ known: known(), running: [running(), running({ at: instant(2_000), status: 'idle' }, 4712)], last: undefined }))
      .toMatchObject({ state: 'idle', process: { pid: 4712 }, copies: [{ pid: 4711, startTime: '395962' }] })
  })

  it('whose agent said goodbye has ended', () => {
    expect(stateOf({ known: known({ endedAt: AT, pid: null, startTime: null }), running: [], last: undefined })).toEqual({ state: 'ended', at: AT })
  })

  it.each([['is gone', null], ['is a zombie', aProcess({ state: 'Z' })], ['is another process now', aProcess({ startTime: '400000' })]])('whose process %s is lost', (_, last) => {
    expect(stateOf({ known: known(), running: [], last })).toEqual({ state: 'lost', process: { pid: 4711, startTime: '395962' } })
  })

  it('is never called lost without proof: nobody looked, nobody ran it, or its process lives', () => {
    expect(stateOf({ known: known(), running: [], last: undefined }).state).toBe('unproven')
    expect(stateOf({ known: known({ pid: null, startTime: null }), running: [], last: null }).state).toBe('unproven')
    expect(stateOf({ known: known(), running: [], last: aProcess() }).state).toBe('unproven')
    expect(stateOf({ known: null, running: [], last: undefined }).state).toBe('unproven')
  })

  it('is live while a process runs it, and only then', () => {
    expect([isLive(stateOf({ known: known(), running: [running()], last: undefined })), isLive({ state: 'ended', at: AT }), isLive({ state: 'lost', process: aProcess() }), isLive({ state: 'unproven' })]).toEqual([true, false, false, false])
  })
})
