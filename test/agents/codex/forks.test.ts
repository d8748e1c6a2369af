import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openRollout } from '../../../src/agents/codex/rollout.ts'
import { instant } from '../../../src/core/time.ts'
import type { ParsedLine } from '../../../src/core/usage/usage-event.ts'
import { eventsIn } from '../../support/adapter-facts.ts'
import { count, countsFor, header, T0, taskStarted, threadId, totalOf, turn, type Used } from '../../support/codex-lines.ts'

const WRITTEN_AT = instant(Date.UTC(2026, 10, 21))
const [PARENT, CHILD] = [threadId(1), threadId(2)]
const bytes = (lines: readonly unknown[]): Buffer[] => lines.map(each => Buffer.from(JSON.stringify(each)))

/** The child's facts beside this parent (null: its log is gone), its memory handed on before each line of `cuts`. */
function facts(child: readonly unknown[], parent: readonly unknown[] | null, cuts: ReadonlySet<number> = new Set()): ParsedLine[] {
  let asked = 0
  const open = (memory: string | null) => openRollout({
    place: { session: CHILD, subagent: '' }, path: 'x', root: '/logs', memory, companions: {},
    kin: id => { asked++; return id === PARENT && parent ? bytes(parent) : null },
  })
  let parser = open(null)
  const found = bytes(child).map((each, index) => {
    if (cuts.has(index)) parser = open(parser.memory())
    return parser.parse(each, WRITTEN_AT)
  })
  expect(asked).toBeLessThanOrEqual(1 + cuts.size)
  return found
}
const outputs = (child: readonly unknown[], parent: readonly unknown[] | null): number[] => eventsIn(facts(child, parent)).map(({ tokens }) => tokens.output)
const doubts = (child: readonly unknown[], parent: readonly unknown[] | null): number => facts(child, parent).filter(fact => fact.kind === 'usage' && fact.doubt !== undefined).length

const A: Used = [2_000, 800, 50], B: Used = [3_000, 2_500, 60], C: Used = [9_000, 0, 1]
const forkedAt = T0 + 1_000_000
const fork = (over: Record<string, unknown> = {}): Record<string, unknown> => header(CHILD, { forked_from_id: PARENT, ...over }, forkedAt)
const repeated = (uses: readonly Used[], stepMs = 20): Record<string, unknown>[] => countsFor(uses, undefined, { at: forkedAt, stepMs })
const own = (uses: readonly Used[], behind: readonly Used[]): Record<string, unknown>[] => countsFor(uses, totalOf(behind), { at: forkedAt + 20_000 })

describe('a fork beside its parent\'s log', () => {
  const parent = [header(PARENT), turn(), ...countsFor([A, B, B])]

  it('counts only what it did itself, under re-stamped and under kept times', () => {
    expect(outputs([fork(), ...repeated([A, B]), turn(), ...own([C, A], [A, B])], parent)).toEqual([1, 50])
    expect(outputs([fork(), ...countsFor([A, B]), turn(), ...own([C, A], [A, B])], parent)).toEqual([1, 50])
    expect(doubts([fork(), ...repeated([A, B]), ...own([C], [A, B])], parent)).toBe(0)
  })

  it('measures its first own total from the last shared one', () => {
    const [first] = eventsIn(facts([fork(), ...repeated([A, B]), count({ total: totalOf([A, B, C]), at: forkedAt + 20_000 })], parent))
    expect(first?.tokens).toMatchObject({ input: 9_000, output: 1 })
  })

  it('knows its parent by a second header too', () => {
    expect(outputs([header(CHILD, {}, forkedAt), header(PARENT), ...repeated([A]), ...own([C], [A])], parent)).toEqual([1])
  })

  it('that repeats all there is goes on as its own behind it', () => {
    expect(outputs([fork(), ...repeated([A, B, B]), turn('gpt-5', {}, forkedAt + 20_000), ...own([A], [A, B, B])], parent)).toEqual([50])
  })

  it('that starts at its parent\'s ordinal joins the totals in their middle', () => {
    const midway = { ...fork(), ordinal: 24 }
    expect(outputs([midway, count({ total: totalOf([A, B]), last: B, at: forkedAt }), ...own([C], [A, B])], parent)).toEqual([1])
    expect(outputs([{ ...fork(), ordinal: 0 }, count({ total: totalOf([A, B]), last: B, at: forkedAt }), ...own([C], [A, B])], parent)).toEqual([60, 1])
  })

  it('that repeats nothing counts everything', () => {
    expect(outputs([fork(), ...countsFor([C, A], undefined, { at: forkedAt })], parent)).toEqual([1, 50])
  })

  it('leaves out by its times what a parent that is still being copied does not show yet, and says so', () => {
    const child = [fork(), ...repeated([A, B]), turn('gpt-5', {}, forkedAt + 20_000), ...own([C], [A, B])]
    expect(outputs(child, parent.slice(0, 3))).toEqual([1])
    expect(doubts(child, parent.slice(0, 3))).toBe(1)
  })

  const used = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).map(([input, output]): Used => [input, 0, output])

  it('adds exactly its own work, for any parent, any length of what is repeated and any cut', () => {
    fc.assert(fc.property(fc.array(used, { minLength: 1, maxLength: 12 }), fc.nat(11), fc.array(used, { maxLength: 8 }), fc.array(fc.nat(20)), (uses, share, more, cuts) => {
      const shared = uses.slice(0, 1 + (share % uses.length))
      // Own work that equals the parent's next step cannot be told from what is repeated.
      fc.pre(more.length === 0 || String(more[0]) !== String(uses[shared.length]))
      const child = [fork(), ...repeated(shared), turn('gpt-5', {}, forkedAt + 20_000), ...own(more, shared)]
      const counted = eventsIn(facts(child, [header(PARENT), ...countsFor(uses)], new Set(cuts)))
      expect(counted.map(({ tokens }) => tokens.output)).toEqual(more.map(each => each[2]))
    }), { numRuns: 200 })
  })
})

describe('a fork whose parent\'s log is gone', () => {
  it('begins with the first turn that starts when it is written', () => {
    const child = [fork(), taskStarted(forkedAt + 10, T0), ...repeated([A, B], 1_500), taskStarted(forkedAt + 20_000), ...own([C], [A, B])]
    expect(outputs(child, null)).toEqual([1])
    expect(doubts(child, null)).toBe(1)
  })

  it('does not take the kept time of a repeated turn for its own', () => {
    expect(outputs([fork(), taskStarted(T0), ...countsFor([A, B]), taskStarted(forkedAt + 20_000), ...own([C], [A, B])], null)).toEqual([1])
  })

  it('counts everything, and doubts nothing, when it repeats nothing', () => {
    const child = [fork(), taskStarted(forkedAt), ...countsFor([A, B], undefined, { at: forkedAt })]
    expect(outputs(child, null)).toEqual([50, 60])
    expect(doubts(child, null)).toBe(0)
  })
})
