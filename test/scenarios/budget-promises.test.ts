// What a budget engine for agents is expected to do, and the ways in which engines of this kind were seen to fail, each with
// the test that holds it here. The table itself is held: a test that is renamed or goes away is noticed.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const RESERVE = 'test/flows/reserve.test.ts', LIFE = 'test/flows/reserve/life.test.ts', RISK = 'test/flows/reserve/risk.test.ts', PROVE = 'test/flows/prove.test.ts', MODEL = 'test/flows/reserve/model.test.ts'
const RACES = 'test/scenarios/reserving.test.ts', PARSE = 'test/core/reservations/parse.test.ts', RATES = 'test/core/reservations/rates.test.ts', MONEY = 'test/core/money.test.ts', RULES = 'test/core/risk/rules.test.ts'
const CUMULATIVE = 'test/core/external/cumulative.test.ts', CHAIN = 'test/flows/external/sync-chain.test.ts', ALERTS = 'test/scenarios/alert-subscribers.test.ts', JUDGE = 'test/core/budgets/judge.test.ts'

/** L: capabilities. LG: invariants. LF: flaws that must not be here. */
const PROMISES: readonly (readonly [row: string, what: string, file: string, title: string])[] = [
  ['L1', 'money in integers, decimal text in, nothing odd accepted', MONEY, 'comes back as it was, for every amount a column can hold'],
  ['L2', 'allocate once for each id, a default where nothing is said', LIFE, 'takes the configured default where no amount is said, and none where none is configured; 0 grants nothing'],
  ['L3', 'remaining is limit less spent less reserved, and may be negative', RESERVE, 'settles for less and gives the rest back, for more and shows the overdraft'],
  ['L4', 'check: what exactly fits passes, without effect', RESERVE, 'checks without holding anything'],
  ['L5', 'reserve and release, once each', RESERVE, 'gives back what is released, once, and opens an exhausted budget with it'],
  ['L6', 'record posts entries', RESERVE, 'records what was spent whatever is left, and once'],
  ['L7', 'progress from 0 to 1', LIFE, 'burns as fast as lately, not as over its whole life, and forecasts by its progress'],
  ['L8', 'burn rate', RATES, 'is of the last hour, or of the time since it began, and of a minute at least'],
  ['L9', 'closing reports total, spent, entries, duration and state', LIFE, 'closes with a report of what came of it, once, and opens again'],
  ['L10', 'thresholds once each, subscribers called', ALERTS, 'tells socket, web server and command each threshold of a budget once, with its budget and amounts'],
  ['L11', 'cumulative sums per session from a chain', CHAIN, 'counts what is settled, by session, and nothing that is not'],
  ['L12', 'limits by day and for good, exact limit passes, next day anew', MODEL, 'answers as the model does, command by command, and every budget comes to the same'],
  ['L13', 'drift between a source and the ledger', 'test/flows/external/sync-table.test.ts', 'tells once that it fell, takes nothing off, and tells again when it falls further'],
  ['L14', 'a risk assessment, the stricter word counts', RULES, 'is outvoted only by a stricter one, in any order'],
  ['L15', 'ceilings: full, half, a tenth, nothing; approval', RISK, 'is granted only as far as the ceiling lets the budget be filled'],
  ['LG1', 'a second allocation leaves the first', LIFE, 'is allocated once: the same again changes nothing, another body is refused and leaves the first'],
  ['LG2', 'without amount and default it is invalid', LIFE, 'takes the configured default where no amount is said, and none where none is configured; 0 grants nothing'],
  ['LG3', 'exactly what remains is granted, one unit more is not', RESERVE, 'holds what it grants, grants what exactly fits, and refuses a nano-dollar more'],
  ['LG4', 'closed and exhausted are told apart', RESERVE, 'refuses on a closed budget, and posts facts on it, marked late'],
  ['LG5', 'wholly spent is exhausted', MODEL, 'answers as the model does, command by command, and every budget comes to the same'],
  ['LG6', 'a release restores, twice is once', RESERVE, 'gives back what is released, once, and opens an exhausted budget with it'],
  ['LG7', 'what a caller does with its values afterwards changes nothing', MODEL, 'answers as the model does, command by command, and every budget comes to the same'],
  ['LG8', 'thresholds in order, never again', LIFE, 'tells each threshold once, in order, with its budget and share, and never again for the same limit'],
  ['LG9', 'closing twice is refused; the report is the sum of the entries', LIFE, 'closes with a report of what came of it, once, and opens again'],
  ['LG10', 'progress outside of 0 to 1, and what is no number, is refused', RATES, 'progress "%s" is %s'],
  ['LG11', 'sessions of a chain are apart, a reset keeps what was posted', 'test/flows/external/reset.test.ts', 'of a chain reads it anew, on another node too, and posts nothing twice'],
  ['LG12', 'a day ends, a lifetime does not; a higher limit counts at once', PROVE, 'holds across midnight in the day that follows'],
  ['LG13', 'what cannot be assessed is denied', RISK, 'is denied where the program fails, hangs or talks nonsense, whatever the rules say'],
  ['LG14', 'being exhausted acts', PROVE, 'locks the session of a task budget that denies, and lets it go when it is topped up'],
  ['LF1', 'two that check at once both act', RACES, 'get exactly what fits into three overlapping budgets, and never more'],
  ['LF2', 'what was reserved is charged again when it is spent', RESERVE, 'turns what was held into what was spent, never both at once'],
  ['LF3', 'a cumulative reading is taken for a difference', CUMULATIVE, 'adds what it grew by: 500, then 800, is 800'],
  ['LF4', 'everything is gone after a restart', RACES, 'applies every id once, however often it is asked again (${KILLS} kills)'],
  ['LF5', 'money that was spent is refused', RESERVE, 'records what was spent whatever is left, and once'],
  ['LF6', 'exhausted for good', RESERVE, 'gives back what is released, once, and opens an exhausted budget with it'],
  ['LF7', 'an assessor that nobody asks', RISK, 'is denied by a rule, with its words, and nothing is held'],
  ['LF8', 'a soft limit that is hard in one verb and soft in another', LIFE, 'grants past a soft limit, and shows what is over'],
  ['LF9', 'the same id twice counts twice', RESERVE, 'applies each id once, however often it is asked, and refuses it with another body'],
  ['LF10', 'alerts that never come back, thresholds nobody checked, no amounts', ALERTS, 'tells socket, web server and command each threshold of a budget once, with its budget and amounts'],
  ['LF11', 'a burn rate over a lifetime, cut to whole units; no forecast', RATES, 'keeps what an integer of cents would lose'],
  ['LF12', 'a subscriber that blocks the engine', 'test/flows/deliver.test.ts', 'lets a hanging endpoint delay no other channel, however much waits for it'],
  ['LF13', 'a second sum of the same money', LIFE, 'is found out and put right where its figures strayed'],
  ['LF14', 'spend before it is settled on the chain; what an event says is misread', CHAIN, 'of a reorganisation below what was settled keeps what is still there and takes off what is gone'],
  ['LF15', 'closing forgets what is still reserved', LIFE, 'closes with a report of what came of it, once, and opens again'],
  ['odd', 'NaN, negatives, overflow', RESERVE, 'refuses an amount that no column can hold, and changes nothing'],
  ['odd', 'fields that are none, amounts that are no text', PARSE, 'names the field that was meant'],
  ['odd', 'a state that says more than its figures', JUDGE, 'a state, what is left and what is refused agree'],
]

it.each(PROMISES)('%s, %s: is held', (_row, _what, file, title) => {
  expect(readFileSync(path.join(import.meta.dirname, '..', '..', file), 'utf8').replaceAll('\\\'', '\'')).toContain(title)
})

it('leaves no row of the list out', () => {
  const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${name}${index + 1}`)
  expect(new Set(PROMISES.map(([row]) => row))).toEqual(new Set([...numbered('L', 15), ...numbered('LG', 14), ...numbered('LF', 15), 'odd']))
})
