// What callers ask for: amounts and instants already parsed, everything else as they said it. The body of a request is
// what makes asking twice the same as asking once.
import { partsDigest } from '../digest.ts'
import type { NanoUsd } from '../money.ts'
import type { Scope } from '../scope.ts'
import { MINUTE_MS } from '../time.ts'
import type { OnBreach } from '../budgets/budget.ts'
import { type Owner, ownerText } from './owner.ts'
import type { Covers } from './reservation.ts'

/** Where something is spent, as far as the caller says: the rest is '' or filled from the budgets it names. */
export type SaidScope = Partial<Omit<Scope, 'subagent'>>

export interface ReserveRequest {
  readonly id: string
  readonly amount: NanoUsd
  /** Ids of task budgets or rules; with none, every rule that matches the scope. */
  readonly budgets: readonly string[]
  readonly scope: SaidScope
  readonly model: string
  readonly owner: Owner
  readonly ttlMs: number
  /** `from` null: from now on. */
  readonly covers: (Omit<Covers, 'from'> & { readonly from: Covers['from'] | null }) | null
}

// Long enough for any request an agent makes, short enough that what a crashed script held is back within a coffee.
export const TTL_MS = 10 * MINUTE_MS

/** Everything but the id and the deadline: asking again a little later is still the same request. */
export const reserveBody = ({ amount, budgets, scope, model, owner, covers }: ReserveRequest): string => partsDigest([
  'reserve', String(amount), [...budgets].sort().join(','), scopeText(scope), model, ownerText(owner),
  covers === null ? '' : `${covers.agent}/${covers.session}/${covers.from ?? ''}/${covers.responses ?? ''}`,
])

export interface AllocateRequest {
  readonly id: string
  /** null: the configured default. 0: nothing may be spent. */
  readonly amount: NanoUsd | null
  /** The task budget it is part of: whatever it holds or spends, its parent does too. '' for none. */
  readonly parent: string
  /** With a session, all that its log shows counts as spent on this budget. */
  readonly scope: SaidScope
  readonly hard: boolean
  readonly onBreach: OnBreach
  readonly thresholds: readonly number[]
}

export const allocateBody = ({ amount, parent, scope, hard, onBreach, thresholds }: AllocateRequest & { readonly amount: NanoUsd }): string =>
  partsDigest(['allocate', String(amount), parent, scopeText(scope), String(hard), onBreach, thresholds.join(',')])

/** Spending that no log will show, told after the fact. Never refused. */
export interface RecordRequest {
  readonly id: string
  readonly amount: NanoUsd
  readonly budgets: readonly string[]
  readonly scope: SaidScope
  readonly note: SpendNote
}
/** Who was paid, through what, and why: words of the caller, never a prompt. */
export interface SpendNote { readonly peer: string; readonly tool: string; readonly reason: string }
export const NO_NOTE: SpendNote = { peer: '', tool: '', reason: '' }

export const recordBody = ({ amount, budgets, scope, note }: RecordRequest): string =>
  partsDigest(['record', String(amount), [...budgets].sort().join(','), scopeText(scope), note.peer, note.tool, note.reason])

const SAID = ['node', 'agent', 'account', 'project', 'branch', 'session'] as const satisfies readonly (keyof SaidScope)[]
const scopeText = (scope: SaidScope): string => SAID.map(name => scope[name] ?? '').join('\u001f')

export const fullScope = (said: SaidScope, node: string): Scope => ({
  node: said.node || node, agent: said.agent ?? '', account: said.account ?? '', project: said.project ?? '', branch: said.branch ?? '', session: said.session ?? '', subagent: '',
})
