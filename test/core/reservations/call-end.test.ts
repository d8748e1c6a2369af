import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callEnd, QUIET_MS, SUBAGENT_MS_MAX, type CallFacts } from '../../../src/core/reservations/call-end.ts'
import { instant } from '../../../src/core/time.ts'

const AT = 1_000_000
const facts = (over: Partial<CallFacts> = {}): CallFacts =>
  ({ from: instant(AT), next: null, subagent: false, begun: false, log: 'read', failed: false, owner: 'alive', idle: false, now: instant(AT + 60_000), ...over })
const dead = { owner: 'dead' } as const

describe('a call without an answer', () => {
  it.each<[string, Partial<CallFacts>, ReturnType<typeof callEnd>]>([
    ['goes on while its process lives', {}, 'wait'],
    ['goes on while nobody knows of its process', { owner: 'unknown' }, 'wait'],
    ['is given back once its log shows an error', { failed: true }, 'release'],
    ['costs what had come of it before the error', { failed: true, begun: true }, 'settle'],
    ['is over once its process asks again', { next: instant(AT + 1) }, 'release'],
    ['is not over in the moment in which its process asks again', { next: instant(AT + 60_000 - QUIET_MS + 1) }, 'wait'],
    ['is over when its client waits for a prompt', { idle: true }, 'release'],
    ['of a subagent is not over when its client waits for a prompt', { idle: true, subagent: true }, 'wait'],
    ['of a subagent is over when no request takes so long', { subagent: true, now: instant(AT + SUBAGENT_MS_MAX) }, 'release'],
    ['is kept when its process is dead', dead, 'keep'],
    ['is kept when its process is dead and had no log', { ...dead, log: 'absent' }, 'keep'],
    ['costs what had come of it when its process is dead', { ...dead, begun: true }, 'settle'],
    ['is given back when its process is dead, and its log says that it failed', { ...dead, failed: true }, 'release'],
    ['goes on without a log', { log: 'absent', next: instant(AT + 1), idle: true }, 'wait'],
  ])('%s', (_, over, does) => { expect(callEnd(facts(over))).toBe(does) })

  it('never ends before its log was read to its end', () => {
    fc.assert(fc.property(fc.record({ next: fc.option(fc.constant(instant(AT + 1))), begun: fc.boolean(), failed: fc.boolean(), idle: fc.boolean(), subagent: fc.boolean(), owner: fc.constantFrom('alive', 'dead', 'unknown', 'nobody') }), over => {
      expect(callEnd(facts({ ...over as Partial<CallFacts>, log: 'behind', now: instant(AT + 10 * SUBAGENT_MS_MAX) }))).toBe('wait')
    }))
  })

  it('that began is never given back whole, and one that did not is never taken for spent', () => {
    fc.assert(fc.property(fc.record({ begun: fc.boolean(), failed: fc.boolean(), idle: fc.boolean(), owner: fc.constantFrom('alive', 'dead', 'unknown', 'nobody') }), over => {
      expect(callEnd(facts(over as Partial<CallFacts>))).not.toBe(over.begun ? 'release' : 'settle')
    }))
  })
})
