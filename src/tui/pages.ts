// What opens behind a row: everything known of a session, a budget or a lock; what is about to be unlocked; the keys.
import type { BudgetAnswer, LockAnswer, SessionAnswer, TopAnswer } from '../api/control-plane.ts'
import { isByHand } from '../core/enforcement/lock.ts'
import { unreachable } from '../core/errors.ts'
import { usdShort } from '../core/money.ts'
import { exact, money, moneyAtLeast, nanosOf, percent, plural, shareOf, short } from '../core/text/figures.ts'
import { faint, strong, toned, type Line } from '../core/text/line.ts'
import { agoText, dayAndTime, preciseText, untilText } from '../core/text/moments.ts'
import { layoutTable } from '../core/text/table.ts'
import type { Size } from './frame.ts'
import { sessionOf, type State } from './model.ts'
import { budgetKey, budgetRows, lockRows, sessionKey } from './rows.ts'

type Fact = readonly [name: string, value: string | Line]

export function pageLines(state: State, answer: TopAnswer, { columns }: Size): readonly Line[] {
  const { page } = state
  const shown = (title: Line, facts: readonly Fact[] | null, more: readonly Line[] = []): readonly Line[] =>
    (facts === null ? [[], title, [faint('  it is gone')]] : [[], title, ...factLines(facts, columns), ...more])
  switch (page.page) {
    case 'lists':
    case 'filter': return []
    case 'help': return [[], [strong('Keys')], ...factLines(KEYS, columns)]
    case 'session': {
      const session = sessionOf(state, page.of)
      return shown([strong(`Session ${session?.session ?? page.of}`)], session && sessionFacts(session, answer))
    }
    case 'budget': {
      const budget = budgetRows(answer).find(each => budgetKey(each) === page.of)
      return shown([strong(`Budget ${budget?.id ?? page.of}`)], budget ? budgetFacts(budget) : null)
    }
    case 'lock': {
      const lock = lockRows(answer).find(each => each.id === page.of)
      return shown([strong(`Lock ${page.of}`)], lock ? lockFacts(lock, answer) : null, lock ? actionLines(lock, answer, columns) : [])
    }
    case 'unlock': return shown([toned('warn', `Unlock ${page.lock.rule}?`)], [...lockFacts(page.lock, answer), ['then', 'its sessions may go on at once, until something else is breached']])
    case 'stop': return shown([toned('warn', `Stop session ${page.session.session}?`)], stopFacts(page.session, page.says))
    default: return unreachable(page)
  }
}

const factLines = (facts: readonly Fact[], columns: number): readonly Line[] =>
  layoutTable({ width: columns, header: false, indent: 2, columns: [{ title: '' }, { title: '', wrap: true }], rows: facts.map(([name, value]) => [faint(name), value]) })

function sessionFacts(session: SessionAnswer, { status, rates, rateMinutes, lines }: TopAnswer): readonly Fact[] {
  const now = Date.parse(status.asOf)
  const lately = nanosOf(rates.find(rate => sessionKey(rate) === sessionKey(session))?.cost ?? '0') ?? 0n
  const { tokens } = session
  const held = status.claims.filter(({ holder }) => holder?.agent === session.agent && holder.session === session.session).map(({ name }) => name)
  const line = lines.find(each => sessionKey(each) === sessionKey(session))
  return [
    ['agent', session.agent], ['state', `${session.state}, ${agoText(session.seenAt, now)}`], ['project', session.project || faint('unknown').text], ['branch', session.branch || '–'], ['account', session.account || '–'],
    ['process', session.pid === null ? 'none known' : `pid ${session.pid}`],
    ...(held.length === 0 ? [] : [['claims', held.join(', ')] as const]),
    ['today', `${moneyAtLeast(session.cost, session.atLeast)}, ${plural(session.responses, 'response')}`],
    ['now', lately === 0n ? `nothing in the last ${rateMinutes} minutes` : `${usdShort(lately / BigInt(rateMinutes))}/min over the last ${rateMinutes} minutes`],
    ['tokens', `${short(tokens.input)} in, ${short(tokens.output)} out, ${short(tokens.cacheRead)} read from cache, ${short(tokens.cacheWrite5m + tokens.cacheWrite1h)} written to it`],
    ...(line ? [['client says', [line.model, ...(line.clientCost === null ? [] : [`${money(line.clientCost)} in all`]), ...(line.contextPercent === null ? [] : [`context ${line.contextPercent}%`]), agoText(line.at, now)].filter(part => part !== '').join(', ')] as const] : []),
    ...(session.unpriced.responses === 0 ? [] : [['no price yet', `${plural(session.unpriced.responses, 'response')} of ${session.unpriced.models.join(', ')}`] as const]),
  ]
}

const stopFacts = (session: SessionAnswer, says: string): readonly Fact[] => [
  ['agent', session.agent], ['project', `${session.project || faint('unknown').text}${session.branch === '' ? '' : `, ${session.branch}`}`],
  ['process', session.pid === null ? 'none known' : `pid ${session.pid}`], ['today', moneyAtLeast(session.cost, session.atLeast)],
  ['now', says === '' ? 'asking...' : says], ['then', 'it stays locked for an hour, or until u on the lock releases it; other sessions go on'],
]

function scopeText(scope: Readonly<Record<string, string>>): string {
  const parts = Object.entries(scope).filter(([, value]) => value !== '').map(([dimension, value]) => `${dimension} ${value}`)
  return parts.length > 0 ? parts.join(', ') : 'everything'
}

function budgetFacts(budget: BudgetAnswer): readonly Fact[] {
  const share = shareOf(budget.spent, budget.limit)
  const { window, bound } = budget
  return [
    ['counts', `${scopeText(budget.scope)}${budget.per === '' ? '' : `, each ${budget.per}${budget.perValue ? `: ${budget.perValue}` : ''}`}`],
    ['window', window.end === null ? (window.kind === 'lifetime' ? 'lifetime' : `the last ${window.kind}`) : `${window.kind}, until ${dayAndTime(window.end, window.zone)} ${window.zone}`],
    ['spent', `${moneyAtLeast(budget.spent, budget.atLeast)} of ${money(budget.limit)}, ${percent(share)}`], ['left', budget.remaining.startsWith('-') ? [toned('bad', `${money(budget.remaining.slice(1))} over`)] : money(budget.remaining)], ['on breach', budget.onBreach],
    ['class', budget.class], ['worst case', bound.cost === null ? `no bound: ${bound.because}` : `${bound.estimate ? 'about' : 'at most'} ${money(bound.cost)} over: ${bound.because}`],
  ]
}

function lockFacts(lock: LockAnswer, { status }: TopAnswer): readonly Fact[] {
  const now = Date.parse(status.asOf)
  return [
    isByHand(lock) ? ['made', 'by hand, on one session'] : ['budget', `${lock.rule}${lock.perValue ? ` ${lock.perValue}` : ''}`], ['holds', scopeText(lock.scope)], ['because', lock.reason], ['spent', isByHand(lock) ? `${money(lock.spent)} that day` : `${money(lock.spent)} of ${money(lock.limit)}`],
    ['since', preciseText(lock.lockedAt, status.zone, now)], ['lasts', untilText(lock.expiresAt, status.zone, now)],
    ...(lock.needsConfirmation ? [['signals', `wait for: purser arm --confirm ${lock.rule}`] as const] : []),
  ]
}

function actionLines(lock: LockAnswer, { status }: TopAnswer, columns: number): readonly Line[] {
  if (lock.actions.length === 0) return []
  const now = Date.parse(status.asOf)
  return [[], [strong(`What was done (${exact(lock.actions.length)})`)], ...layoutTable({
    width: columns, header: false, indent: 2, columns: [{ title: '' }, { title: '' }, { title: '', shrinkTo: 8 }, { title: '' }, { title: '', shrinkTo: 10 }],
    rows: lock.actions.map(action => [faint(preciseText(action.at, status.zone, now)), action.kind, action.target, action.state, faint(action.outcome)]),
  })]
}

const KEYS: readonly Fact[] = [
  ['↑ ↓ j k', 'choose a row; PgUp PgDn, Home End (g G) go further'], ['Tab', 'next list: sessions, budgets, locks'], ['Enter', 'everything about the chosen row'], ['Esc', 'back; on the lists: no filter'],
  ['s', 'sort sessions: spending now, today, last sign of life, project'], ['/', 'filter sessions by project, branch, agent, account, state or id'], ['u', 'unlock the chosen lock; asks for a reason first'], ['x', 'stop the chosen session: hooks refuse it, and once armed its process is stopped; asks first'],
  ['q, Ctrl-C', 'leave; nothing else stops'],
]
