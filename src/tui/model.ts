// The live view as data: what was last heard, what is chosen, which page is open. One function takes a key or an answer
// and says what the view is then and what is to be asked for. Knows no terminal and no clock.
import type { LockAnswer, SessionAnswer, TopAnswer } from '../api/control-plane.ts'
import { unreachable } from '../core/errors.ts'
import type { Key } from './keys.ts'
import { budgetKey, budgetRows, lockRows, sessionKey, sessionRows } from './rows.ts'

/** In the order they are on the screen. */
export const LISTS = ['locks', 'budgets', 'sessions'] as const
export type List = (typeof LISTS)[number]
export const SORTS = ['rate', 'today', 'seen', 'project'] as const
export type Sort = (typeof SORTS)[number]

export type Page =
  | { readonly page: 'lists' }
  | { readonly page: 'filter'; /** What to go back to. */ readonly before: string }
  | { readonly page: 'session' | 'budget' | 'lock'; readonly of: string }
  /** Typing a reason and confirming it is the confirmation. */
  | { readonly page: 'unlock'; readonly lock: LockAnswer; readonly reason: string }
  /** `says` is what would happen; '' while that is asked for, and nothing can be confirmed then. */
  | { readonly page: 'stop'; readonly session: SessionAnswer; readonly says: string }
  | { readonly page: 'help' }

export interface State {
  /** null before the first answer. */
  readonly answer: TopAnswer | null
  /** Why there is no answer now; '' while there is. What is shown is then the last one. */
  readonly problem: string
  readonly list: List
  readonly sort: Sort
  readonly filter: string
  /** Which row of each list; a row that is gone is replaced by the first. */
  readonly chosen: Readonly<Record<List, string>>
  readonly page: Page
  readonly notice: { readonly text: string; readonly bad: boolean } | null
}

export type Input =
  | { readonly what: 'key'; readonly key: Key }
  | { readonly what: 'answer'; readonly answer: TopAnswer }
  | { readonly what: 'problem'; readonly text: string }
  /** What stopping the session `of` would do, or why it cannot be stopped. */
  | { readonly what: 'foreseen'; readonly of: string; readonly text: string; readonly bad: boolean }
  | { readonly what: 'told'; readonly text: string; readonly bad: boolean }

export type Effect =
  | { readonly do: 'quit' }
  /** `check`: nothing is done, only foreseen. */
  | { readonly do: 'stop'; readonly check: boolean; readonly agent: string; readonly session: string }
  | { readonly do: 'unlock'; readonly id: string; readonly rule: string; readonly reason: string }
export interface Next { readonly state: State; readonly effect: Effect | null }

export const START: State = { answer: null, problem: '', list: 'sessions', sort: 'rate', filter: '', chosen: { sessions: '', budgets: '', locks: '' }, page: { page: 'lists' }, notice: null }

const PAGE_ROWS = 10
// A reason or a filter; more is a paste by mistake.
const TYPED_MAX = 200

export function reduce(state: State, input: Input): Next {
  switch (input.what) {
    case 'answer': return still(onShownList({ ...state, answer: input.answer, problem: '' }))
    case 'problem': return still({ ...state, problem: input.text })
    case 'foreseen': return still(foreseen(state, input))
    case 'told': return still({ ...state, notice: { text: input.text, bad: input.bad } })
    case 'key': return input.key.key === 'stop' ? { state, effect: { do: 'quit' } } : onKey({ ...state, notice: null }, input.key)
    default: return unreachable(input)
  }
}

const still = (state: State): Next => ({ state, effect: null })
const open = (state: State, page: Page): Next => still({ ...state, page })
const LISTS_PAGE: Page = { page: 'lists' }

function onKey(state: State, key: Key): Next {
  switch (state.page.page) {
    case 'lists': return onLists(state, key)
    case 'filter': return onFilter(state, key, state.page.before)
    case 'unlock': return onUnlock(state, key, state.page)
    case 'stop': return onStop(state, key, state.page)
    case 'session':
    case 'budget':
    case 'lock':
    case 'help': return onPage(state, key)
    default: return unreachable(state.page)
  }
}

function onLists(state: State, key: Key): Next {
  switch (key.key) {
    case 'up': return still(moved(state, -1))
    case 'down': return still(moved(state, 1))
    case 'page-up': return still(moved(state, -PAGE_ROWS))
    case 'page-down': return still(moved(state, PAGE_ROWS))
    case 'home': return still(moved(state, -Infinity))
    case 'end': return still(moved(state, Infinity))
    case 'tab': return still(onList(state, 1))
    case 'back-tab': return still(onList(state, -1))
    case 'enter': return opened(state)
    case 'escape': return still({ ...state, filter: '' })
    case 'text': return onCommand(state, key.text)
    default: return still(state)
  }
}

function onCommand(state: State, letter: string): Next {
  switch (letter) {
    case 'q': return { state, effect: { do: 'quit' } }
    case 'j': return still(moved(state, 1))
    case 'k': return still(moved(state, -1))
    case 'g': return still(moved(state, -Infinity))
    case 'G': return still(moved(state, Infinity))
    case 's': return still({ ...state, sort: SORTS[(SORTS.indexOf(state.sort) + 1) % SORTS.length] ?? 'rate' })
    case '/': return open({ ...state, list: 'sessions' }, { page: 'filter', before: state.filter })
    case 'u': return unlock(state)
    case 'x': return askToStop(state)
    case '?':
    case 'h': return open(state, { page: 'help' })
    default: return still(state)
  }
}

/** Everything but a way back is ignored on a page that only shows. */
function onPage(state: State, key: Key): Next {
  if (key.key === 'text' && key.text === 'u' && state.page.page === 'lock') return unlock(state)
  if (key.key === 'text' && key.text === 'x' && state.page.page === 'session') return askToStop(state)
  const back = key.key === 'escape' || key.key === 'enter' || key.key === 'backspace' || (key.key === 'text' && /^[qh?]$/.test(key.text))
  return back ? open(state, LISTS_PAGE) : still(state)
}

function onFilter(state: State, key: Key, before: string): Next {
  if (key.key === 'enter') return open(state, LISTS_PAGE)
  if (key.key === 'escape') return open({ ...state, filter: before }, LISTS_PAGE)
  return still({ ...state, filter: typed(state.filter, key) })
}

function onUnlock(state: State, key: Key, page: Page & { page: 'unlock' }): Next {
  const { lock, reason } = page
  if (key.key === 'escape') return open(state, LISTS_PAGE)
  if (key.key !== 'enter') return open(state, { ...page, reason: typed(reason, key) })
  // Without a reason nothing is confirmed: a stray Enter unlocks nothing.
  if (reason.trim() === '') return still({ ...state, notice: { text: 'a reason is needed; Esc leaves it locked', bad: true } })
  return { state: { ...state, page: LISTS_PAGE }, effect: { do: 'unlock', id: lock.id, rule: lock.rule, reason: reason.trim() } }
}

/** Only a typed y stops it, and only after what would happen was on the screen; a pasted one, or any other key, does not. */
function onStop(state: State, key: Key, { session: { agent, session }, says }: Page & { page: 'stop' }): Next {
  if (key.key !== 'text' || !/^[yY]$/.test(key.text)) return open(state, LISTS_PAGE)
  if (says === '') return still(state)
  return { state: { ...state, page: LISTS_PAGE }, effect: { do: 'stop', check: false, agent, session } }
}

function foreseen(state: State, { of, text, bad }: Input & { what: 'foreseen' }): State {
  const { page } = state
  // Left meanwhile, or another one's: an answer that comes late opens nothing.
  if (page.page !== 'stop' || sessionKey(page.session) !== of) return state
  return bad ? { ...state, page: LISTS_PAGE, notice: { text, bad } } : { ...state, page: { ...page, says: text } }
}

function typed(before: string, key: Key): string {
  if (key.key === 'backspace') return [...before].slice(0, -1).join('')
  if (key.key !== 'text' && key.key !== 'paste') return before
  return [...before + key.text.replace(/\p{Cc}+/gu, ' ')].slice(0, TYPED_MAX).join('')
}

/** Keys of the rows of a list, in the order they are shown. */
export function keysOf(state: State, list: List): readonly string[] {
  if (state.answer === null) return []
  switch (list) {
    case 'sessions': return sessionRows(state.answer, state).map(({ session }) => sessionKey(session))
    case 'budgets': return budgetRows(state.answer).map(budgetKey)
    case 'locks': return lockRows(state.answer).map(({ id }) => id)
    default: return unreachable(list)
  }
}

/** Which row is chosen now: the one that was, or the first. -1 in an empty list. */
export function chosenRow(state: State, list: List): number {
  const keys = keysOf(state, list)
  return keys.length === 0 ? -1 : Math.max(0, keys.indexOf(state.chosen[list]))
}

function moved(state: State, by: number): State {
  const keys = keysOf(state, state.list)
  const row = Math.min(keys.length - 1, Math.max(0, chosenRow(state, state.list) + by))
  return { ...state, chosen: { ...state.chosen, [state.list]: keys[row] ?? '' } }
}

/** The next list that has something in it. */
function onList(state: State, by: number): State {
  for (let step = 1; step <= LISTS.length; step++) {
    const list = LISTS[(LISTS.indexOf(state.list) + by * step + LISTS.length * step) % LISTS.length] ?? 'sessions'
    if (list === 'sessions' || keysOf(state, list).length > 0) return { ...state, list }
  }
  return state
}

/** An empty list is not shown, so nothing of it can be chosen. */
const onShownList = (state: State): State => (state.list === 'sessions' || keysOf(state, state.list).length > 0 ? state : { ...state, list: 'sessions' })

function opened(state: State): Next {
  const key = keysOf(state, state.list)[chosenRow(state, state.list)]
  if (key === undefined) return still(state)
  const page = state.list === 'sessions' ? 'session' : state.list === 'budgets' ? 'budget' : 'lock'
  return open(state, { page, of: key })
}

/** The lock that is open or chosen; with one lock in force there is no doubt which is meant. */
function unlock(state: State): Next {
  const locks = state.answer ? lockRows(state.answer) : []
  const { page } = state
  const lock = page.page === 'lock' ? locks.find(({ id }) => id === page.of) : state.list === 'locks' ? locks[chosenRow(state, 'locks')] : locks.length === 1 ? locks[0] : undefined
  if (lock) return open(state, { page: 'unlock', lock, reason: '' })
  return still({ ...state, notice: { text: locks.length === 0 ? 'nothing is locked' : 'choose the lock first: Tab goes to the locks', bad: false } })
}

/** The session that is open or chosen. What would happen is asked for before a person is. */
function askToStop(state: State): Next {
  const { page } = state
  const key = page.page === 'session' ? page.of : state.list === 'sessions' ? keysOf(state, 'sessions')[chosenRow(state, 'sessions')] : undefined
  const session = key === undefined ? null : sessionOf(state, key)
  if (session === null) return still({ ...state, notice: { text: state.list === 'sessions' ? 'no session to stop' : 'choose the session first: Tab goes to the sessions', bad: false } })
  return { state: { ...state, page: { page: 'stop', session, says: '' } }, effect: { do: 'stop', check: true, agent: session.agent, session: session.session } }
}

export const sessionOf = (state: State, key: string): SessionAnswer | null => state.answer?.status.sessions.find(session => sessionKey(session) === key) ?? null
