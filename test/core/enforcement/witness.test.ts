import { describe, expect, it } from 'vitest'
import { fromRegistry, fromSession, hear } from '../../../src/core/enforcement/witness.ts'
import type { KnownSession } from '../../../src/core/sessions/session-store.ts'
import { instant } from '../../../src/core/time.ts'
import { NOON } from '../../support/a-lock.ts'
import { aWitness, SESSION } from '../../support/enforcement-world.ts'
import { aProcess, US } from '../../support/fake-processes.ts'

const heard = (witnesses: Parameters<typeof hear>[2], process = aProcess()): ReturnType<typeof hear> => hear(process, 'claude-code', witnesses, US)
const later = instant(NOON + 1_000)

describe('whose word proves a session', () => {
  it('is the registry\'s and a socket hook\'s, for this pid with this start time', () => {
    expect(heard([aWitness()])).toMatchObject({ heard: true, witness: { session: SESSION, proof: 'registry' } })
    expect(heard([aWitness({ proof: 'hook', pidDomain: '' })])).toMatchObject({ heard: true, witness: { proof: 'hook' } })
    expect(heard([])).toEqual({ heard: false, why: '' })
    expect(heard([aWitness({ pid: 4712 }), aWitness({ agent: 'codex' })])).toEqual({ heard: false, why: '' })
  })

  it('is not that of a log or an http fact', () => {
    expect(heard([aWitness({ proof: 'log' })])).toMatchObject({ heard: false, why: expect.stringMatching(/prove nothing/) })
  })

  it('is not that of an entry a killed process left behind', () => {
    expect(heard([aWitness({ startTime: '395961' })])).toMatchObject({ heard: false, why: 'the registry entry for this pid is about an earlier process (start time 395961, this one 395962)' })
    expect(heard([aWitness({ startTime: '' })])).toMatchObject({ heard: false, why: 'its registry entry bears no start time' })
  })

  it('is not that of an entry from another container, or of one without a session', () => {
    expect(heard([aWitness({ pidDomain: 'linux:0:pid:[4026532999]' })])).toMatchObject({ heard: false, why: expect.stringMatching(/another pid namespace/) })
    expect(heard([aWitness({ session: '' })])).toMatchObject({ heard: false, why: expect.stringMatching(/names no session/) })
  })
})

describe('several words about one process', () => {
  it('let the newest name the session, since /clear starts another in the same process', () => {
    const moved = aWitness({ proof: 'hook', session: 'after-clear', at: later })
    for (const order of [[aWitness(), moved], [moved, aWitness()]]) expect(heard(order)).toMatchObject({ witness: { session: 'after-clear' } })
    expect(heard([aWitness({ at: later }), { ...moved, at: NOON }])).toMatchObject({ witness: { session: SESSION } })
  })

  it('take kind, job and status from the registry alone, whichever word is newer', () => {
    const registry = aWitness({ kind: 'background', job: 'j1', status: 'idle' })
    const hook = aWitness({ proof: 'hook', at: later, kind: 'foreground', status: 'unknown', account: '' })
    expect(heard([registry, hook])).toMatchObject({ witness: { kind: 'background', job: 'j1', status: 'idle', account: '~/.claude', proof: 'hook' } })
  })

  it('are not spoilt by a stale one among them', () => {
    expect(heard([aWitness({ startTime: '1' }), aWitness()])).toMatchObject({ heard: true })
  })
})

it('makes witnesses of registry entries and of bound sessions, never of a session without a process', () => {
  const entry = { pid: 7, startTime: '9', session: 's', cwd: '/p', kind: 'background', status: 'busy', job: 'j', pidDomain: 'd', updatedAt: null } as const
  expect(fromRegistry(entry, { agent: 'claude-code', account: '~/.claude' }, NOON)).toMatchObject({ proof: 'registry', pid: 7, startTime: '9', account: '~/.claude', job: 'j', at: NOON })
  const known: KnownSession = { agent: 'claude-code', id: 's', account: 'a', project: '/p', branch: 'b', cwd: '/p', pid: 7, startTime: '9', proof: 'log', transcript: '', model: '', generation: 1, startedAt: NOON, seenAt: later, endedAt: null }
  expect(fromSession(known)).toMatchObject({ proof: 'log', session: 's', at: later })
  expect(fromSession({ ...known, pid: null })).toBeNull()
  expect(fromSession({ ...known, startTime: null })).toBeNull()
})
