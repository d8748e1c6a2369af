import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterStep, isOver, nextStep, type Move, type Outcome, type Saga, type Step } from '../../../src/core/failover/saga.ts'
import { aMove, aSaga, NOON } from '../../support/failover-samples.ts'

const OK: Outcome = { did: 'ok', note: '' }
const FAIL: Outcome = { did: 'fail', because: 'it did not work' }

/** Runs a saga to its end; `answer` says what becomes of each step. */
function run(saga: Saga, answer: (step: Step, saga: Saga) => Outcome): { readonly end: Saga; readonly steps: readonly string[] } {
  const steps: string[] = []
  let now = saga
  for (let count = 0; count < 200; count++) {
    const step = nextStep(now)
    if (step === null) return { end: now, steps }
    steps.push('move' in step ? `${step.kind} ${step.move.session}` : step.kind)
    now = afterStep(now, step, answer(step, now), NOON)
  }
  throw new Error(`no end: ${steps.slice(-10).join(', ')}`)
}
const states = ({ moves }: Saga): string[] => moves.map(({ session, state }) => `${session} ${state}`)

describe('a move between accounts', () => {
  it('looks at the target, writes every session down, activates, and only then ends one after the other', () => {
    const { end, steps } = run(aSaga(), () => OK)
    expect(steps).toEqual(['ready', 'park s-1', 'save s-1', 'park s-2', 'save s-2', 'activate', 'end s-1', 'start s-1', 'verify s-1', 'end s-2', 'start s-2', 'verify s-2', 'confirm', 'confirm'])
    expect(end).toMatchObject({ state: 'committed', endedAt: NOON, body: { activated: true } })
    expect(states(end)).toEqual(['s-1 verified', 's-2 verified'])
  })
  it('touches nobody when the target is not good any more', () => {
    const { end, steps } = run(aSaga(), step => (step.kind === 'ready' ? FAIL : OK))
    expect(steps).toEqual(['ready', 'finish'])
    expect(end).toMatchObject({ state: 'aborted', body: { activated: false, because: 'it did not work' } })
    expect(states(end)).toEqual(['s-1 left', 's-2 left'])
  })
  it('touches nobody when another account was chosen meanwhile', () => {
    const { end, steps } = run(aSaga(), step => (step.kind === 'activate' ? FAIL : OK))
    expect(steps.slice(-2)).toEqual(['activate', 'finish'])
    expect(states(end)).toEqual(['s-1 left', 's-2 left'])
  })
  it('leaves a session that does not come to rest, and moves the others', () => {
    const { end } = run(aSaga(), step => (step.kind === 'park' && step.move.session === 's-2' ? FAIL : OK))
    expect(states(end)).toEqual(['s-1 verified', 's-2 left'])
    expect(end.state).toBe('committed')
  })
  it('lets new work start elsewhere also when no session can move', () => {
    const { end, steps } = run(aSaga(), step => (step.kind === 'park' ? FAIL : OK))
    expect(steps).toContain('activate')
    expect(end.state).toBe('committed')
  })
  it('leaves a session whose process does not end, and does not start it elsewhere', () => {
    const { end, steps } = run(aSaga(), step => (step.kind === 'end' && step.move.session === 's-1' ? FAIL : OK))
    expect(steps).not.toContain('start s-1')
    expect(states(end)).toEqual(['s-1 left', 's-2 verified'])
  })
  it('takes the first one back and tries no other when it does not come up on the target', () => {
    const { end, steps } = run(aSaga(), step => (step.kind === 'verify' ? FAIL : OK))
    expect(steps.slice(-7)).toEqual(['end s-1', 'start s-1', 'verify s-1', 'close s-1', 'deactivate', 'restart s-1', 'finish'])
    expect(end).toMatchObject({ state: 'aborted', body: { activated: false } })
    expect(states(end)).toEqual(['s-1 returned', 's-2 left'])
  })
  it('takes a later one back, and those that are there stay', () => {
    const { end, steps } = run(aSaga({ moves: ['s-1', 's-2', 's-3'].map(session => aMove(session)) }), step => (step.kind === 'start' && step.move.session === 's-2' ? FAIL : OK))
    expect(steps).not.toContain('end s-3')
    expect(end.state).toBe('committed')
    expect(states(end)).toEqual(['s-1 verified', 's-2 returned', 's-3 left'])
  })
  it('starts a session nowhere else while what was started is not proven gone', () => {
    const { end, steps } = run(aSaga(), step => (step.kind === 'verify' || step.kind === 'close' ? FAIL : OK))
    expect(steps).not.toContain('restart s-1')
    expect(states(end)).toEqual(['s-1 failed', 's-2 left'])
  })
  it('is given up before anybody was touched when a person asks in time', () => {
    const asked = aSaga()
    expect(run({ ...asked, state: 'saved', body: { ...asked.body, abortAsked: 'ann' } }, () => OK).steps).toEqual(['finish'])
  })
  it('brings over who is under way and leaves the rest when a person asks late', () => {
    const { end } = run(aSaga(), step => (step.kind === 'end' ? { did: 'ok', note: '', body: { abortAsked: 'ann' } } : OK))
    expect(states(end)).toEqual(['s-1 verified', 's-2 left'])
    expect(end.state).toBe('committed')
  })
  it('gives the target up when a person asks after it was activated and before anybody is there', () => {
    const { end, steps } = run(aSaga(), step => (step.kind === 'activate' ? { did: 'ok', note: '', body: { abortAsked: 'ann' } } : OK))
    expect(steps.slice(-3)).toEqual(['confirm', 'deactivate', 'finish'])
    expect(end.state).toBe('aborted')
  })
  it('asks for the same step again while it has to wait', () => {
    const saga = aSaga({ state: 'quiescing' })
    expect(afterStep(saga, nextStep(saga) as Step, { did: 'wait', withinMs: 100 }, NOON)).toBe(saga)
  })
  it('has nothing to do while it is stranded and once it is over', () => {
    for (const state of ['stranded', 'committed', 'aborted'] as const) expect(nextStep(aSaga({ state }))).toBeNull()
  })
})

/** A world in which a session lives on an account, and every deed may be done twice: we are killed between deed and note. */
class Machine {
  readonly live = new Map<string, string[]>()
  inUse = 'a'
  activations = 0
  constructor(sessions: readonly string[]) { for (const session of sessions) this.live.set(session, ['a']) }

  do(step: Step, works: boolean): Outcome {
    if (!works && (step.kind === 'restart' || step.kind === 'deactivate')) return FAIL
    switch (step.kind) {
      case 'activate': if (works && this.inUse === 'a') { this.inUse = 'b'; this.activations++ } break
      case 'deactivate': this.inUse = 'a'; break
      case 'end': case 'close': if (works) this.live.set(step.move.session, []); break
      // What the real one does too: it looks for a live copy first, and takes what it opened before for its own.
      case 'start': if (works) this.open(step.move, 'b'); break
      case 'restart': this.open(step.move, 'a'); break
      case 'verify': if (!works) return FAIL; break
      default: break
    }
    return works ? OK : FAIL
  }

  private open({ session }: Move, account: string): void {
    const copies = this.live.get(session) ?? []
    if (!copies.includes(account)) this.live.set(session, [...copies, account])
  }
}

describe('a move that fails and is killed anywhere', () => {
  it('never runs a session twice, and ends with each on one account or given back by name', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 5 }), fc.infiniteStream(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 3 }))), (count, luck) => {
      const sessions = Array.from({ length: count }, (_, index) => `s-${index}`)
      const machine = new Machine(sessions)
      const { end } = run(aSaga({ moves: sessions.map(session => aMove(session)) }), step => {
        const { value: [chance, times] } = luck.next()
        let outcome: Outcome = OK
        for (let time = 0; time < times; time++) {
          outcome = machine.do(step, chance > 0)
          if (sessions.some(session => (machine.live.get(session)?.length ?? 0) > 1)) throw new Error(`two live copies after ${step.kind}`)
        }
        return outcome
      })
      expect(isOver(end)).toBe(true)
      expect(machine.activations).toBeLessThanOrEqual(1)
      for (const { session, state, because } of end.moves) {
        const [account] = machine.live.get(session) ?? []
        if (state === 'verified') expect(account).toBe('b')
        else if (state === 'failed') expect(because).not.toBe('')
        else { expect(['left', 'returned']).toContain(state); expect(account).toBe('a'); expect(because).not.toBe('') }
      }
      if (end.state === 'aborted') expect(end.moves.every(({ state }) => state !== 'verified')).toBe(true)
    }), { numRuns: 1_000 })
  })
})
