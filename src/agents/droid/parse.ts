// Station 2 for Droid: a session's settings hold one counter of everything it used. Pure and total: any text gives an
// answer. README.md beside this file says what the documents look like.
import type { DocumentSource, Opening } from '../../core/sessions/log-source.ts'
import { isObject, objectIn, parsedJson, textOf, type JsonObject } from '../../core/tailing/json-fields.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { totalTokens, type TokenCounts } from '../../core/usage/tokens.ts'
import { conversationOf } from './paths.ts'

/** What the last reading of this document said. */
interface Remembered { readonly cwd: string; readonly epoch: number; readonly tokens: TokenCounts }

export const parseSettings: DocumentSource['parse'] = (text, opening, writtenAt) => {
  const document = parsedJson(text)
  if (!isObject(document)) return { facts: [{ kind: 'malformed', why: 'the settings are cut or are not JSON' }], memory: opening.memory ?? '' }
  const before = rememberedIn(opening.memory)
  const cwd = before.cwd || cwdOf(opening)
  const counters = new CounterReader()
  const tokens = tokensOf(objectIn(document, 'tokenUsage'), counters)
  // A damaged counter says nothing of what came before or after it; the next writing will.
  if (counters.damaged) return { facts: [{ kind: 'malformed', why: 'tokenUsage holds a number that is no count' }], memory: memoryOf({ ...before, cwd }) }
  if (totalTokens(tokens) === 0) return { facts: [{ kind: 'ignored' }], memory: memoryOf({ ...before, cwd }) }
  const epoch = fell(before.tokens, tokens) ? before.epoch + 1 : before.epoch
  const { session } = opening.place
  const reading = {
    key: `droid:${session}${epoch === 0 ? '' : `#${epoch + 1}`}`, at: writtenAt, model: modelOf(textOf(document['model'])), tokens, cost: null,
    origin: { cwd, branch: '', session, subagent: '' },
  }
  return { facts: [{ kind: 'counter', readings: [reading] }], memory: memoryOf({ cwd, epoch, tokens }) }
}

/** Input excludes the cache; thinking is counted beside the answer. */
const tokensOf = (usage: JsonObject, counters: CounterReader): TokenCounts => ({
  input: counters.read(usage['inputTokens']), output: counters.read(usage['outputTokens']) + counters.read(usage['thinkingTokens']),
  cacheRead: counters.read(usage['cacheReadTokens']), cacheWrite5m: counters.read(usage['cacheCreationTokens']), cacheWrite1h: 0,
})

const COLUMNS = ['input', 'output', 'cacheRead', 'cacheWrite5m'] as const satisfies readonly (keyof TokenCounts)[]

/** A counter only grows: one that fell began anew, and is another counter. */
const fell = (before: TokenCounts, now: TokenCounts): boolean => COLUMNS.some(column => now[column] < before[column])

/** `Claude-Sonnet-4-[Anthropic]` names the provider beside the model. A `custom:` name is the user's own, and stays as it is. */
const modelOf = (name: string): string => (name.startsWith('custom:') ? name : name.replace(/-?\[[^\]]*\]$/, ''))

/** The first line of the conversation, which may be cut where the beginning of a log is. */
function cwdOf({ path, companions }: Opening): string {
  const head = companions[conversationOf(path)] ?? ''
  const end = head.indexOf('\n')
  const first = parsedJson(end === -1 ? head : head.slice(0, end))
  return isObject(first) && first['type'] === 'session_start' ? textOf(first['cwd']) : ''
}

function rememberedIn(memory: string | null): Remembered {
  const said = objectIn(parsedJson(memory)), counters = new CounterReader()
  const tokens = objectIn(said, 'tokens')
  return {
    cwd: textOf(said['cwd']), epoch: counters.read(said['epoch']),
    tokens: { input: counters.read(tokens['input']), output: counters.read(tokens['output']), cacheRead: counters.read(tokens['cacheRead']), cacheWrite5m: counters.read(tokens['cacheWrite5m']), cacheWrite1h: 0 },
  }
}

const memoryOf = (remembered: Remembered): string => JSON.stringify(remembered)
