// What adapter tests share: the ledger a bag of facts comes to, what any fact must be like, and damage for fuzzing.
import { plainText, TEXT_MAX } from '../../src/core/tailing/safe-text.ts'
import { merge } from '../../src/core/usage/fuller.ts'
import { TOKEN_COUNT_MAX } from '../../src/core/usage/tokens.ts'
import type { CounterReading, ParsedLine, UsageEvent } from '../../src/core/usage/usage-event.ts'
import type { Random } from './random.ts'

export const eventsIn = (facts: readonly ParsedLine[]): UsageEvent[] => facts.flatMap(fact => (fact.kind === 'usage' ? fact.events : []))
export const readingsIn = (facts: readonly ParsedLine[]): CounterReading[] => facts.flatMap(fact => (fact.kind === 'counter' ? fact.readings : []))

/** The responses these facts come to, each once, in the order of their keys. */
export function ledgerOf(facts: readonly ParsedLine[]): UsageEvent[] {
  const byKey = new Map<string, UsageEvent>()
  for (const event of eventsIn(facts)) {
    const known = byKey.get(event.key)
    byKey.set(event.key, known ? merge(known, event) : event)
  }
  return [...byKey.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

/** What is wrong with a fact; '' when nothing is. No parser may ever say such a thing, whatever it reads. */
export function unsound(fact: ParsedLine): string {
  switch (fact.kind) {
    case 'usage': return fact.events.map(event => unsoundTokens(event) || unsoundText(event) || (event.givenCost !== undefined && event.givenCost < 0n ? 'a negative cost' : '')).join('')
    case 'counter': return fact.readings.map(reading => unsoundTokens(reading) || unsoundText(reading) || (reading.cost !== null && reading.cost < 0n ? 'a negative cost' : '')).join('')
    default: return ''
  }
}

function unsoundTokens({ tokens, at }: Pick<UsageEvent, 'tokens' | 'at'>): string {
  // Sums of two counters (reasoning and output, say) may reach twice the largest single one.
  const bad = Object.entries(tokens).find(([, count]) => !Number.isSafeInteger(count) || count < 0 || count > 8 * TOKEN_COUNT_MAX)
  return bad ? `${bad[0]} is ${String(bad[1])}` : Number.isSafeInteger(at) ? '' : `at is ${String(at)}`
}

function unsoundText({ key, model, origin }: Pick<UsageEvent, 'key' | 'model' | 'origin'>): string {
  const text = [key, model, ...Object.values(origin)].find(value => typeof value !== 'string' || value.length > 2 * TEXT_MAX || plainText(value) !== value)
  return text === undefined ? '' : `text is ${JSON.stringify(text)}`
}

const VALUES = ['-1', '1.5', '1e999', '9007199254740993', 'null', '""', '"12"', '[]', '{}', 'true', '{"input":1}', '"\\u0000\\ud800"', '1e-7', '"2026-01-01T00:00:00Z"']

/** This JSON text, damaged: cut, spliced, a byte or a value of it replaced, some of it twice. */
export function damagedText(text: string, random: Random): string {
  const at = random.int(0, Math.max(0, text.length - 1))
  switch (random.int(0, 5)) {
    case 0: return text.slice(0, at)
    case 1: return text.slice(0, at) + String.fromCharCode(random.int(0, 0xffff)) + text.slice(at + 1)
    case 2: return text.slice(0, at) + text.slice(at + random.int(1, 20))
    case 3: return text.slice(0, at) + text.slice(Math.max(0, at - random.int(1, 40)))
    default: return text.replaceAll(/(?<=[:[,])\s*(?:-?\d[\d.eE+-]*|"[^"\\]*"|null|true|false)/g, value => (random.chance(0.15) ? random.pick(VALUES) : value))
  }
}

/** A value a database column may turn out to hold, whatever its type says. */
export const anyValue = (random: Random): string | number | bigint | null =>
  random.pick<string | number | bigint | null>([null, '', 'text', '{"a":', '[]', 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300, 12, 12n, -5n, 2n ** 63n - 1n, 1_795_230_603_469, 1_795_230_603n, '2026-11-21T10:00:00Z', '\u0000\ud800', 'x'.repeat(10_000)])
