// The journal of a Grok session: protocol messages, one a line. A turn that ends says what it used, by model.
import { digest } from '../../core/tailing/digest.ts'
import { firstText, instantOf, isObject, objectIn, parsedJson, textOf, type JsonObject } from '../../core/tailing/json-fields.ts'
import { decodeUtf8, safeText } from '../../core/tailing/safe-text.ts'
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LineSource, LogRoot, Opening } from '../../core/sessions/log-source.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { NO_TOKENS, totalTokens, type TokenCounts } from '../../core/usage/tokens.ts'
import type { CounterReading, Origin, ParsedLine } from '../../core/usage/usage-event.ts'
import { accountOf, homesOf, joined } from '../homes.ts'

const UPDATES = /^([^/]+)\/([^/]+)\/updates\.jsonl$/
// A turn's end is short; a longer line with its name in it is a message.
const LINE_BYTES_MAX = 256 * 1024
// A turn uses a model or two, and their helpers.
const MODELS_MAX = 32

export const roots = (environment: Environment): readonly LogRoot[] =>
  homesOf(environment, 'GROK_HOME', joined(environment, environment.home, '.grok')).map(home => ({ path: joined(environment, home, 'sessions'), account: accountOf(home, environment.home), configHome: home }))

/** What the file beside the journal, and the name of its folder, say of the session. */
interface Surroundings { readonly origin: Origin; readonly model: string }

export function surroundingsOf({ path, place, companions }: Pick<Opening, 'path' | 'place' | 'companions'>): Surroundings {
  const summary = parsedJson(companions[summaryOf(path)] ?? null)
  const { id, cwd } = objectIn(summary, 'info')
  return {
    origin: { cwd: firstText(cwd, decoded(UPDATES.exec(path)?.[1] ?? '')), branch: '', session: firstText(id, place.session), subagent: '' },
    model: isObject(summary) ? textOf(summary['current_model_id']) : '',
  }
}

const summaryOf = (path: string): string => path.replace(/updates\.jsonl$/, 'summary.json')

function decoded(name: string): string {
  try {
    const path = decodeURIComponent(name)
    return /^(?:\/|[A-Za-z]:)/.test(path) ? safeText(path) : ''
  } catch {
    return ''
  }
}

/**
 * One line. What a turn used is a sum over its requests and is told again as it grows: a counter for each of its models,
 * so that several short prompts are never priced as a long one.
 */
export function parseUpdate(line: Uint8Array, { origin, model }: Surroundings, writtenAt: Instant): ParsedLine {
  if (line.length > LINE_BYTES_MAX) return { kind: 'ignored' }
  const message = parsedJson(decodeUtf8(line, 0, line.length))
  if (!isObject(message)) return line.every(byte => byte <= 0x20) ? { kind: 'ignored' } : { kind: 'malformed', why: 'the line is not a JSON object' }
  const params = objectIn(message, 'params'), update = objectIn(params, 'update')
  if (update['sessionUpdate'] !== 'turn_completed' || !isObject(update['usage'])) return { kind: 'ignored' }
  const at = instantOf(objectIn(params, '_meta')['agentTimestampMs']) ?? instantOf(message['timestamp'])
  const turn = textOf(update['prompt_id']).slice(0, 256) || `@${at ?? digest(line)}`
  const readings = partsOf(update['usage'], model).map(([name, tokens]): CounterReading =>
    ({ key: `grok:${origin.session}:${turn}#${name.slice(0, 256)}`, at: at ?? writtenAt, model: name, tokens, cost: null, origin }))
  return readings.length === 0 ? { kind: 'ignored' } : { kind: 'counter', readings }
}

/** No tokens where a count is damaged: such a sum says nothing. */
type Part = readonly [model: string, tokens: TokenCounts]

/** The models' shares where they add up to the whole; else the whole, as the only model's or as the session's. */
function partsOf(usage: JsonObject, fallback: string): readonly Part[] {
  const whole = countsOf(usage)
  const shares = Object.entries(objectIn(usage, 'modelUsage')).slice(0, MODELS_MAX).map(([name, share]): Part => [safeText(name), countsOf(isObject(share) ? share : {})])
  const sum = shares.reduce((total, [, tokens]) => total + totalTokens(tokens), 0)
  const parts: readonly Part[] = shares.length > 1 && sum === totalTokens(whole) ? shares : [[shares[0]?.[0] ?? fallback, whole]]
  return parts.filter(([, tokens]) => totalTokens(tokens) > 0)
}

/** Input contains what was cached, output the reasoning. */
function countsOf(usage: JsonObject): TokenCounts {
  const counters = new CounterReader()
  const cacheRead = counters.read(usage['cachedReadTokens']), cacheWrite5m = counters.read(usage['cacheCreationTokens'])
  const tokens = { input: counters.without(counters.read(usage['inputTokens']), cacheRead + cacheWrite5m), output: counters.read(usage['outputTokens']), cacheRead, cacheWrite5m, cacheWrite1h: 0 }
  return counters.damaged ? NO_TOKENS : tokens
}

export const updates: LineSource = {
  name: 'sessions', form: 'lines', roots, owns: path => UPDATES.test(path), enters: folder => folder.split('/').length <= 2,
  place: path => ({ session: safeText(UPDATES.exec(path)?.[2] ?? ''), subagent: '' }), companions: path => [summaryOf(path)],
  markers: ['_completed"'],
  open: opening => {
    const surroundings = surroundingsOf(opening)
    return { parse: (line, writtenAt) => parseUpdate(line, surroundings, writtenAt), memory: () => '' }
  },
}
