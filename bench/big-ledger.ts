// A ledger of so many responses in a year of sessions, posted as a first index posts them, without the logs: what reports
// over millions cost is asked of it. Says how many there are as one line of JSON.
import type { Claimed } from '../src/core/ledger/entry.ts'
import { nanoUsd } from '../src/core/money.ts'
import { DAY_MS, instant } from '../src/core/time.ts'
import { STANDARD_BILLING } from '../src/core/usage/usage-event.ts'
import { openTestSqlite } from '../test/support/databases.ts'

const { DATABASE = '', MIGRATIONS, RESPONSES = '2000000' } = process.env
const total = Number(RESPONSES), AT_ONCE = 8_000, IN_A_SESSION = 50, FIRST = Date.UTC(2025, 10, 1)
const MODELS = ['claude-opus-4-5-20251101', 'claude-sonnet-4-5-20250929', 'claude-haiku-4-5-20251001']

const two = (n: number): string => String(n).padStart(2, '0')

function responseAt(index: number): Claimed {
  const number = Math.floor(index / IN_A_SESSION), session = `${number.toString(16).padStart(8, '0')}-0000-4000-a000-000000000000`
  return {
    // Keys come in no order, as vendors give them.
    key: `claude-code:msg_01${(BigInt(index) * 0x9e37_79b9_7f4a_7c15n % (1n << 88n)).toString(16).padStart(22, '0')}`, at: instant(FIRST + Math.floor(index / total * 380 * DAY_MS)),
    model: MODELS[number % MODELS.length] as string, billing: STANDARD_BILLING, final: true, sidechain: false, estimated: false, kind: 'usage', givenCost: null,
    tokens: { input: index % 14, output: 5 + index % 900, cacheRead: index % 150_000, cacheWrite5m: index % 6_000, cacheWrite1h: 0 },
    scope: { node: 'n-bench', agent: 'claude-code', account: '~/.claude', project: `/home/dev/work/project-${two(number % 61)}`, branch: number % 3 === 0 ? 'fix/cursor' : 'main', session, subagent: '' },
  }
}

function* responses(from: number): Generator<Claimed> {
  for (let index = from; index < Math.min(total, from + AT_ONCE); index++) yield responseAt(index)
}

async function main(): Promise<void> {
  const { stores, database } = await openTestSqlite(DATABASE, MIGRATIONS)
  for (let from = 0; from < total; from += AT_ONCE) {
    await stores.transaction(() => stores.ledger.post(responses(from), () => ({ price: 'known', cost: nanoUsd(43_795_350n), card: 'bench' })), 'rereadable')
  }
  const { entries } = await stores.read(() => stores.ledger.count())
  await database.close()
  process.stdout.write(`${JSON.stringify({ entries })}\n`)
}

void main()
