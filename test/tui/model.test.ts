import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeKeys } from '../../src/tui/keys.ts'
import { chosenRow, reduce, START, type Effect, type State } from '../../src/tui/model.ts'
import { aBudget, aLock, anAnswer, aState, sessionsOf } from './top-answers.ts'

const UP = '\u001b[A', DOWN = '\u001b[B', ESC = '\u001b\u001b'

/** The state after these keys, and everything that was asked for. */
function after(state: State, keys: string): { readonly state: State; readonly effects: readonly Effect[] } {
  const effects: Effect[] = []
  for (const key of decodeKeys(keys.replaceAll(ESC, '\u001b\u001b[x')).keys) {
    const next = reduce(state, { what: 'key', key })
    state = next.state
    if (next.effect) effects.push(next.effect)
  }
  return { state, effects }
}
const many = aState({ answer: anAnswer({ sessions: sessionsOf(20), budgets: [aBudget({ id: 'a' }), aBudget({ id: 'b' })], rates: [] }), sort: 'today' })
const row = (keys: string): number => { const { state } = after(many, keys); return chosenRow(state, state.list) }

describe('choosing', () => {
  it('moves within the list, never past its ends', () => {
    expect([row(''), row(UP), row(DOWN), row(`${DOWN}jj${UP}k`), row('\u001b[6~\u001b[6~\u001b[6~'), row('G'), row('G\u001b[5~'), row('Gg')]).toEqual([0, 0, 1, 1, 19, 19, 9, 0])
  })
  it('stays with the row when the order changes, and falls to the first when it is gone', () => {
    const { state } = after(many, 'jjj')
    const fewer = reduce(state, { what: 'answer', answer: anAnswer({ sessions: sessionsOf(20).slice(2), rates: [] }) }).state
    expect([chosenRow(state, 'sessions'), chosenRow(fewer, 'sessions')]).toEqual([3, 1])
    expect(chosenRow(reduce(state, { what: 'answer', answer: anAnswer({ sessions: sessionsOf(2) }) }).state, 'sessions')).toBe(0)
  })
  it('goes through the lists that have something in them', () => {
    expect([after(many, '\t').state.list, after(many, '\t\t').state.list, after(many, '\u001b[Z').state.list]).toEqual(['budgets', 'sessions', 'budgets'])
    const locked = reduce(many, { what: 'answer', answer: anAnswer({ locks: [aLock()] }) }).state
    expect([after(locked, '\t').state.list, after(locked, '\t\t').state.list]).toEqual(['locks', 'budgets'])
    // A list that empties while it is chosen is left.
    expect(reduce({ ...locked, list: 'locks' }, { what: 'answer', answer: anAnswer() }).state.list).toBe('sessions')
  })
  it('opens what is chosen, and comes back', () => {
    expect(after(many, 'j\r').state.page).toEqual({ page: 'session', of: `claude-code/00000001-1111-4111-a111-111111111111` })
    expect([after(many, '\t\r').state.page, after(many, `\r${ESC}`).state.page, after(many, '\rq').state.page, after(many, '??').state.page]).toEqual([{ page: 'budget', of: 'a/' }, { page: 'lists' }, { page: 'lists' }, { page: 'lists' }])
    expect(after(aState({ answer: anAnswer({ sessions: [] }) }), '\r').state.page).toEqual({ page: 'lists' })
  })
})

describe('sorting and filtering', () => {
  it('goes round the orders', () => {
    expect(['s', 'ss', 'sss', 'ssss'].map(keys => after(many, keys).state.sort)).toEqual(['seen', 'project', 'rate', 'today'])
  })
  it('filters while it is typed; Enter keeps it, Escape goes back', () => {
    expect([after(many, '/web').state.filter, after(many, '/weX\u007fb\r').state, after(many, `/web\r/x${ESC}`).state.filter, after(many, `/web\r${ESC}`).state.filter]).toMatchObject(['web', { filter: 'web', page: { page: 'lists' } }, 'web', ''])
  })
  it('takes letters as text while typing: q does not quit, u does not unlock', () => {
    expect(after(many, '/qu?\r')).toMatchObject({ state: { filter: 'qu?' }, effects: [] })
  })
})

describe('unlocking', () => {
  const locked = aState({ answer: anAnswer({ locks: [aLock({ id: 'L1', rule: 'web' })] }) })
  it('asks for a reason, and only Enter on one unlocks', () => {
    expect(after(locked, 'udemo day\r').effects).toEqual([{ do: 'unlock', id: 'L1', rule: 'web', reason: 'demo day' }])
    expect(after(locked, 'u\r')).toMatchObject({ effects: [], state: { page: { page: 'unlock' }, notice: { bad: true } } })
    expect(after(locked, 'u   \r').effects).toEqual([])
    expect(after(locked, `udemo${ESC}`)).toMatchObject({ effects: [], state: { page: { page: 'lists' } } })
  })
  it('takes a paste as a reason, its line ends as blanks', () => {
    expect(after(locked, 'u\u001b[200~two\r\nlines\u001b[201~\r').effects).toMatchObject([{ reason: 'two lines' }])
  })
  it('needs to know which lock is meant', () => {
    const two = aState({ answer: anAnswer({ locks: [aLock({ id: 'L1', lockedAt: '2026-11-21T10:00:00.000Z' }), aLock({ id: 'L2' })] }) })
    expect(after(two, 'u').state).toMatchObject({ page: { page: 'lists' }, notice: { text: 'choose the lock first: Tab goes to the locks' } })
    expect(after(two, '\tju').state.page).toMatchObject({ lock: { id: 'L1' } })
    expect(after(two, '\tj\ru').state.page).toMatchObject({ lock: { id: 'L1' } })
    expect(after(aState(), 'u').state.notice).toEqual({ text: 'nothing is locked', bad: false })
  })
})

describe('stopping a session', () => {
  const session = '00000001-1111-4111-a111-111111111111', agent = 'claude-code'
  const asked = after(many, 'jx')
  const foretold = (state: State, change: Partial<Parameters<typeof reduce>[1] & { what: 'foreseen' }> = {}): State =>
    reduce(state, { what: 'foreseen', of: `${agent}/${session}`, text: 'it will be stopped', bad: false, ...change }).state
  it('asks what would happen first, and stops on a typed y alone', () => {
    expect(asked).toMatchObject({ effects: [{ do: 'stop', check: true, agent, session }], state: { page: { page: 'stop', says: '' } } })
    expect(after(foretold(asked.state), 'y')).toMatchObject({ effects: [{ do: 'stop', check: false, agent, session }], state: { page: { page: 'lists' } } })
    for (const no of ['n', '\r', ESC, 'x', 'q', ' ', '\u001b[200~y\u001b[201~']) expect(after(foretold(asked.state), no), JSON.stringify(no)).toMatchObject({ effects: [], state: { page: { page: 'lists' } } })
  })
  it('takes no y before it was on the screen what would happen', () => {
    expect(after(asked.state, 'yyy')).toMatchObject({ effects: [], state: { page: { page: 'stop' } } })
  })
  it('opens from a session\'s own page, and only ever means that session', () => {
    const { effects } = after(many, 'j\rx')
    expect(effects).toEqual([{ do: 'stop', check: true, agent, session }])
    const reordered = reduce(foretold(asked.state), { what: 'answer', answer: anAnswer({ sessions: sessionsOf(2).reverse(), rates: [] }) }).state
    expect(after(reordered, 'y').effects).toMatchObject([{ session }])
  })
  it('says why it cannot be, and hears no answer that comes late or is about another', () => {
    expect(foretold(asked.state, { text: 'it has ended', bad: true })).toMatchObject({ page: { page: 'lists' }, notice: { text: 'it has ended', bad: true } })
    expect(foretold(asked.state, { of: 'codex/other' })).toMatchObject({ page: { page: 'stop', says: '' } })
    expect(foretold(after(asked.state, 'n').state)).toMatchObject({ page: { page: 'lists' }, notice: null })
  })
  it('needs a session that is chosen', () => {
    expect(after(many, '\tx')).toMatchObject({ effects: [], state: { notice: { text: 'choose the session first: Tab goes to the sessions' } } })
    expect(after(aState({ answer: anAnswer({ sessions: [] }) }), 'x')).toMatchObject({ effects: [], state: { notice: { text: 'no session to stop' } } })
  })
})

describe('leaving', () => {
  it('is q on the lists, and Ctrl-C everywhere', () => {
    expect(after(many, 'q').effects).toEqual([{ do: 'quit' }])
    for (const keys of ['\u0003', '/x\u0003', '\r\u0003', '?\u0003']) expect(after(many, keys).effects, JSON.stringify(keys)).toEqual([{ do: 'quit' }])
  })
})

it('keeps the last answer while there is none, and says why', () => {
  const { state } = reduce(many, { what: 'problem', text: 'the daemon is not running' })
  expect([state.answer, state.problem]).toEqual([many.answer, 'the daemon is not running'])
  expect(reduce(state, { what: 'answer', answer: anAnswer() }).state.problem).toBe('')
})

it('takes any keys in any state, and only ever asks to leave, what a stop would do, or to unlock with a reason', () => {
  const locked = anAnswer({ sessions: sessionsOf(3), locks: [aLock()] })
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(UP, DOWN, '\t', '\r', '\u007f', 'u', 's', '/', '?', 'j', 'x', 'y', ' ', '\u001b\u001b[x') }), fc.constantFrom(null, locked), (keys, answer) => {
    const effects = after({ ...START, answer }, keys).effects.filter(effect => effect.do !== 'quit')
    // Nothing was foreseen here: no y can stop anything.
    for (const effect of effects) expect(effect).toMatchObject(effect.do === 'stop' ? { check: true } : { do: 'unlock', reason: expect.stringMatching(/\S/) })
  }))
})
