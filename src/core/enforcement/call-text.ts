// The words with which a request is not sent: how much is left, how much it may cost and why so much, what a person can
// type. A model is told what it can do itself; raising a limit is a person's decision.
import { usdShort, type NanoUsd } from '../money.ts'
import type { Budget } from '../budgets/budget.ts'
import { plain } from './lock-text.ts'

export interface NotSent {
  readonly why: 'no_room' | 'closed' | 'unpriced'
  readonly budget: Pick<Budget, 'id' | 'limit' | 'estimate' | 'unpriced'>
  readonly left: NanoUsd
  readonly reserved: NanoUsd
  readonly asked: { readonly amount: NanoUsd; readonly by: 'maximum' | 'dearest' | 'p95' } | null
  readonly model: string
  /** Requests that were killed under way and are still held. */
  readonly kept: readonly string[]
}

/** For the person at the keyboard: no request was made. */
export const notSentText = (not: NotSent): string => `purser: ${whyText(not)}, so the request is not sent. ${cureText(not)}`

/** For the model that wanted a subagent: its turn goes on. */
export const noSubagentText = (not: NotSent): string => `purser: ${whyText(not)}, so no subagent is started. Do it yourself in small steps, or end your turn; only a person can raise a budget.`

function whyText({ why, budget, left, reserved, asked, model }: NotSent): string {
  const name = `budget ${plain(budget.id)}`
  if (why === 'closed') return `${name} is closed`
  if (why === 'unpriced') return `what ${model === '' ? 'any model' : plain(model)} costs is not known, and ${name} lets nothing pass that it cannot price`
  const has = left > 0n ? `has ${usdShort(left)} left` : 'has nothing left'
  const held = reserved > 0n ? `, with ${usdShort(reserved)} held for requests under way` : ''
  return `${name} ${has}${held}, and ${priceText(asked, model)}`
}

function priceText(asked: NotSent['asked'], model: string): string {
  if (asked === null) return 'the next request costs more'
  const amount = usdShort(asked.amount)
  if (asked.by === 'p95') return `95 of 100 requests of this session cost up to ${amount}`
  if (asked.by === 'dearest') return `the next request may cost up to ${amount} (which model answers is not known yet; that is the dearest, ${plain(model)})`
  return `the next request may cost up to ${amount} (${plain(model)} with a full context and its longest answer)`
}

function cureText({ why, budget, asked, kept }: NotSent): string {
  const id = plain(budget.id)
  if (why === 'closed') return `Open it again: purser budget reopen ${id}`
  if (why === 'unpriced') return `See: purser pricing diagnose - or let it pass: unpriced = "warn" (purser config edit)`
  const said = [`See: purser budget show ${id}`, `give it more: purser budget top-up ${id} --id more-1 --amount 10`]
  if (asked?.by !== 'p95' && budget.estimate === '') said.push(`hold less: purser budget set ${id} --limit ${dollars(budget.limit)} --estimate p95`)
  if (asked?.by === 'dearest' && budget.unpriced === 'deny') said.push('let a first request pass with what is left: unpriced = "warn" (purser config edit)')
  if (kept[0] !== undefined) said.push(`give back what is held for a request that was killed: purser budget release --id ${plain(kept[0])}`)
  return said.join(' - ')
}

const dollars = (limit: NanoUsd): string => usdShort(limit).replace(/[$,]/g, '')
