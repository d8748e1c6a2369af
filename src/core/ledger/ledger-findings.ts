// What a check of the whole ledger found, judged: one finding for each rule, with what it means and what to type.
import { count, fine, note, problem, shellWord, some, warning, type Finding } from '../doctor/finding.ts'
import { EXTERNAL_CARD } from '../external/source.ts'
import { usdText, type NanoUsd } from '../money.ts'
import { isoText, type Instant } from '../time.ts'
import type { SchemaObject, WrongKeys } from './audit-store.ts'
import { COUNTED } from './counting.ts'
import { METER } from './posting.ts'
import { RECORDED } from './recorded.ts'

/** What was looked at and what was found; an empty list or a zero is health. */
export interface LedgerFacts {
  readonly database: string
  readonly entries: number
  readonly card: string
  readonly damage: readonly string[]
  readonly schema: { readonly extra: readonly SchemaObject[]; readonly missing: readonly SchemaObject[] }
  readonly gapped: WrongKeys
  readonly malformed: WrongKeys
  /** Responses whose corrections break a rule, and the first of them with what is wrong. */
  readonly histories: { readonly checked: number; readonly count: number; readonly first: readonly { readonly key: string; readonly why: string }[] }
  readonly orphans: number
  readonly scopes: { readonly checked: number; readonly wrong: readonly string[] }
  readonly cards: readonly { readonly card: string; readonly entries: number }[]
  readonly balances: { readonly budgets: number; readonly drift: readonly { readonly budget: string; readonly perValue: string; readonly windowStart: Instant; readonly kept: NanoUsd | null; readonly expected: NanoUsd }[] }
  /** Quarter hours whose sums, which reports add up, are not those of their entries. */
  readonly wrongSums: number
  readonly cursors: { readonly checked: number; readonly wrong: readonly { readonly path: string; readonly why: string }[] }
  readonly gaps: { readonly sessions: number; readonly wrong: readonly { readonly session: string; readonly model: string; readonly posted: NanoUsd; readonly meter: NanoUsd }[] }
  /** The first event that does not follow from the one before; null when all do. */
  readonly brokenEvent: number | null
}

const REREAD = 'Read the logs into a fresh ledger and compare: `purser ledger rebuild --from-logs`'

export const ledgerFindings = (facts: LedgerFacts): readonly Finding[] => [
  ...damageRule(facts), ...schemaRule(facts), ...sequenceRule(facts), ...entryRule(facts), ...historyRule(facts), ...scopeRule(facts),
  ...cardRule(facts), ...balanceRule(facts), ...sumsRule(facts), ...cursorRule(facts), ...meterRule(facts), ...auditRule(facts),
]

/** Out of what can still be read, into a new file: nothing is repaired in place. */
const saved = (database: string): string =>
  `Save what can be read, then start anew: \`purser down\`, \`purser ledger export saved.jsonl.gz\`, \`mv ${shellWord(database)} ${shellWord(`${database}.damaged`)}\`, \`purser index\`, \`purser ledger import saved.jsonl.gz\``

function damageRule({ damage, database }: LedgerFacts): readonly Finding[] {
  if (damage.length === 0) return [fine('ledger.file', 'The database file is sound')]
  return [problem('ledger.file', { title: 'The database file is damaged', detail: `${some(damage)}.`, remedy: saved(database) })]
}

function schemaRule({ schema: { extra, missing }, database }: LedgerFacts): readonly Finding[] {
  if (extra.length + missing.length === 0) return [fine('ledger.schema', 'Only purser\'s own tables, indexes and triggers are in it')]
  const names = (objects: readonly SchemaObject[]): string => some(objects.map(({ type, name }) => `${type} ${name}`))
  const [first] = extra
  return [
    ...(missing.length === 0 ? [] : [problem('ledger.schema', { title: `${count(missing.length, 'part')} of the database ${missing.length === 1 ? 'is' : 'are'} missing`, detail: `${names(missing)}: another program removed them.`, remedy: saved(database) })]),
    ...(!first ? [] : [warning('ledger.schema', {
      title: `Another program added ${count(extra.length, 'thing')} to the database`, detail: `${names(extra)}. A trigger can change what is posted.`,
      remedy: `See what it is: \`sqlite3 -readonly ${shellWord(database)} "select sql from sqlite_schema where ${/^\w+$/.test(first.name) ? `name = '${first.name}'` : `type = '${first.type}'`}"\``,
    })]),
  ]
}

const wrongKeys = (found: WrongKeys): string => `${some(found.keys)}${found.count > found.keys.length ? ' among others' : ''}`

function sequenceRule({ gapped, entries }: LedgerFacts): readonly Finding[] {
  if (gapped.count === 0) return [fine('ledger.sequence', `${count(entries, 'entry is', 'entries are')} numbered without a gap`)]
  return [problem('ledger.sequence', { title: `${count(gapped.count, 'response has', 'responses have')} entries missing`, detail: `${wrongKeys(gapped)}: entries are never removed by purser, so something else did.`, remedy: REREAD })]
}

function entryRule({ malformed }: LedgerFacts): readonly Finding[] {
  if (malformed.count === 0) return [fine('ledger.entries', 'Every response uses and costs what one can')]
  return [problem('ledger.entries', { title: `${count(malformed.count, 'response is', 'responses are')} such as purser never posts`, detail: `${wrongKeys(malformed)}: a negative amount, a cost without a card, a time outside of 2020 to 2100, or counted twice.`, remedy: REREAD })]
}

function historyRule({ histories }: LedgerFacts): readonly Finding[] {
  if (histories.count === 0) return [fine('ledger.histories', `${count(histories.checked, 'corrected response adds', 'corrected responses add')} up, and every move cancels`)]
  return [problem('ledger.histories', { title: `${count(histories.count, 'corrected response does', 'corrected responses do')} not add up`, detail: `${some(histories.first.map(({ key, why }) => `${key} ${why}`))}.`, remedy: REREAD })]
}

function scopeRule({ orphans, scopes }: LedgerFacts): readonly Finding[] {
  if (orphans === 0 && scopes.wrong.length === 0) return [fine('ledger.scopes', `${count(scopes.checked, 'scope')}: every entry belongs to one`)]
  return [problem('ledger.scopes', {
    title: orphans > 0 ? `${count(orphans, 'entry belongs', 'entries belong')} to nobody` : `${count(scopes.wrong.length, 'scope was', 'scopes were')} changed`,
    detail: orphans > 0 ? 'Their scope is gone from the dictionary, so reports leave them out.' : `${some(scopes.wrong)}: the columns are not what the key says.`, remedy: REREAD,
  })]
}

// What clients, people and bills said themselves, and what has no price or was taken from its owner.
const CLIENTS: ReadonlySet<string> = new Set(['', METER, COUNTED, RECORDED, EXTERNAL_CARD])
// `2026.11-4a142e44`: when it was made, and a digest.
const CARD = /^(\d{4}\.\d{2})-[0-9a-f]{8}$/

function cardRule({ cards, card: own }: LedgerFacts): readonly Finding[] {
  const made = CARD.exec(own)?.[1] ?? ''
  const others = cards.filter(({ card }) => card !== own && !CLIENTS.has(card))
  const strange = others.filter(({ card }) => !CARD.test(card))
  const newer = others.filter(({ card }) => (CARD.exec(card)?.[1] ?? '') > made)
  const told = (found: typeof cards): string => some(found.map(({ card, entries }) => `${card} (${count(entries, 'entry', 'entries')})`))
  return [
    ...(strange.length === 0 ? [] : [warning('ledger.cards', { title: `${count(strange.length, 'rate card')} in the records ${strange.length === 1 ? 'has' : 'have'} no name of ours`, detail: `${told(strange)}: purser did not price them.`, remedy: REREAD })]),
    ...(newer.length === 0 ? [] : [note('ledger.cards', { title: 'Some entries were priced by a newer rate card', detail: `${told(newer)}; this purser has ${own}. What is posted keeps its price.`, remedy: 'Update purser' })]),
    ...(strange.length + newer.length > 0 ? [] : [fine('ledger.cards', `Prices come from rate card ${own}${others.length > 0 ? ` and ${count(others.length, 'earlier one')}` : ''}`)]),
  ]
}

function balanceRule({ balances: { budgets, drift } }: LedgerFacts): readonly Finding[] {
  if (drift.length === 0) return [fine('ledger.balances', budgets === 0 ? 'There are no budgets, so no balances' : `The balances of ${count(budgets, 'budget')} are the sums of their entries`)]
  const told = drift.map(({ budget, perValue, windowStart, kept, expected }) =>
    `${budget}${perValue === '' ? '' : ` of ${perValue}`}${windowStart === 0 ? '' : ` from ${isoText(windowStart)}`}: ${kept === null ? 'nothing' : `$${usdText(kept)}`} instead of $${usdText(expected)}`)
  return [problem('ledger.balances', { title: `${count(drift.length, 'balance is', 'balances are')} not the sum of ${drift.length === 1 ? 'its' : 'their'} entries`, detail: `${some(told)}. Budgets judge by balances.`, remedy: 'Compute them anew: `purser ledger rebuild`' })]
}

const sumsRule = ({ wrongSums }: LedgerFacts): readonly Finding[] => (wrongSums === 0 ? [fine('ledger.sums', 'What reports add up are the sums of the entries')] : [problem('ledger.sums', {
  title: `${count(wrongSums, 'sum')} that reports add up ${wrongSums === 1 ? 'is' : 'are'} not the sum of ${wrongSums === 1 ? 'its' : 'their'} entries`, detail: 'They are kept by quarter hour so that a report is quick; entries are not touched.', remedy: 'Compute them anew: `purser ledger rebuild`',
})])

function cursorRule({ cursors }: LedgerFacts): readonly Finding[] {
  if (cursors.wrong.length === 0) return [fine('ledger.cursors', `${count(cursors.checked, 'log')}: every place to read on from is possible`)]
  return [problem('ledger.cursors', { title: `${count(cursors.wrong.length, 'log has', 'logs have')} an impossible place to read on from`, detail: `${some(cursors.wrong.map(({ path, why }) => `${path}: ${why}`))}.`, remedy: 'Read every log from its beginning; nothing is counted twice: `purser index --rebuild`' })]
}

function meterRule({ gaps }: LedgerFacts): readonly Finding[] {
  if (gaps.wrong.length === 0) return [fine('ledger.meters', gaps.sessions === 0 ? 'No client\'s own meter is known' : `The totals of ${count(gaps.sessions, 'session')} are their clients' own`)]
  const told = gaps.wrong.map(({ session, model, posted, meter }) => `${session} ${model}: $${usdText(posted)} unlogged, the meter shows $${usdText(meter)}`)
  return [problem('ledger.meters', { title: `${count(gaps.wrong.length, 'session total is', 'session totals are')} not the client's own`, detail: `${some(told)}.`, remedy: 'Read the logs again: `purser index --rebuild`' })]
}

const auditRule = ({ brokenEvent }: LedgerFacts): readonly Finding[] => (brokenEvent === null ? [fine('ledger.audit', 'The audit trail is unbroken')] : [problem('ledger.audit', {
  title: `The audit trail was changed before event ${brokenEvent}`, detail: 'Every event carries the digest of the one before, and here it does not fit. Nothing brings back what stood there; amounts are not touched by it.',
  remedy: 'Look at what is around it: `purser events`',
})])
