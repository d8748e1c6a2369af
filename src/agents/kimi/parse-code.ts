// Station 2 for Kimi Code: the wire log of one agent of a session. What a request used follows it as a record of its
// own, under the user's name for the model; the request before it names the model itself. Pure and total.
import { partsDigest } from '../../core/digest.ts'
import type { LineParser, Opening } from '../../core/sessions/log-source.ts'
import { firstText, instantOf, isObject, objectIn, parsedJson, textOf, type JsonObject } from '../../core/tailing/json-fields.ts'
import { pickLine, type Wanted } from '../../core/tailing/json-pick.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { response } from '../../core/usage/response.ts'
import { totalTokens, type TokenCounts } from '../../core/usage/tokens.ts'
import type { ParsedLine } from '../../core/usage/usage-event.ts'
import { stateOf } from './paths.ts'

export const MARKERS = ['llm.request"', 'usage.record"', 'forked"'] as const

const RECORD: Wanted = { type: true, time: true, model: true, modelAlias: true, usage: { inputOther: true, output: true, inputCacheRead: true, inputCacheCreation: true } }
const IGNORED: ParsedLine = { kind: 'ignored' }
// A person sets up a handful of models; a hostile log must not fill the memory.
const MODELS_MAX = 32

/** What later records rely on: the models behind their names, and where a fork ends what it copied. */
interface Known { readonly models: Map<string, string>; last: string; own: boolean; untimed: number }

export function openAgent(opening: Opening): LineParser {
  const state = objectIn(parsedJson(opening.companions[stateOf(opening.path)]))
  const from = textOf(state['forkedFrom'])
  const known = remembered(opening.memory)
  const place = { session: opening.place.session, subagent: opening.place.subagent, cwd: firstText(state['cwd'], state['workDir']) }
  return {
    parse(line, writtenAt) {
      const read = pickLine(line, RECORD)
      if (read.read === 'malformed') return { kind: 'malformed', why: read.why }
      if (read.read === 'empty') return IGNORED
      switch (read.object['type']) {
        case 'llm.request': return learn(known, read.object)
        case 'forked':
          known.own = true
          return IGNORED
        // Everything before the fork's own mark was spent by the session it was taken from.
        case 'usage.record': return usageOf(read.object, known, { ...place, copiedFrom: known.own ? '' : from }, writtenAt)
        default: return IGNORED
      }
    },
    memory: () => JSON.stringify({ models: Object.fromEntries(known.models), last: known.last, own: known.own, untimed: known.untimed }),
  }
}

function learn(known: Known, record: JsonObject): ParsedLine {
  known.last = nameOf(record['model'])
  const alias = nameOf(record['modelAlias'])
  if (alias !== '' && known.last !== '') {
    known.models.delete(alias)
    if (known.models.size >= MODELS_MAX) known.models.delete(known.models.keys().next().value ?? '')
    known.models.set(alias, known.last)
  }
  return IGNORED
}

// Longer than any real name: 32 pairs of them stay within a parser's memory.
const NAME_MAX = 200
const nameOf = (value: unknown): string => textOf(value).slice(0, NAME_MAX)

interface Whose { readonly session: string; readonly subagent: string; readonly cwd: string; readonly copiedFrom: string }

function usageOf(record: JsonObject, known: Known, { session, subagent, cwd, copiedFrom }: Whose, writtenAt: Instant): ParsedLine {
  const usage = record['usage']
  if (!isObject(usage)) return IGNORED
  const counters = new CounterReader()
  const tokens: TokenCounts = {
    input: counters.read(usage['inputOther']), output: counters.read(usage['output']), cacheRead: counters.read(usage['inputCacheRead']),
    cacheWrite5m: counters.read(usage['inputCacheCreation']), cacheWrite1h: 0,
  }
  if (totalTokens(tokens) === 0 && !counters.damaged) return IGNORED
  const alias = nameOf(record['model']), time = instantOf(record['time'])
  return { kind: 'usage', events: [response({
    key: keyOf({ time, alias, tokens }, known, { session, subagent }), at: time ?? writtenAt, approximateTime: time === null, model: known.models.get(alias) ?? (known.last || alias), tokens,
    origin: { cwd, branch: '', session: copiedFrom || session, subagent }, sidechain: subagent !== '' || copiedFrom !== '', damaged: counters.damaged,
  })] }
}

/**
 * There is no response id. The millisecond, the agent, the model's name and the counts are the same in every copy of a
 * record (a fork copies whole sessions) and never in two. The few records without a time are numbered within their agent's log.
 */
function keyOf({ time, alias, tokens }: { time: Instant | null; alias: string; tokens: TokenCounts }, known: Known, { session, subagent }: { session: string; subagent: string }): string {
  const said = [subagent, alias, ...Object.values(tokens).map(String)]
  if (time !== null) return `kimi:${time}-${partsDigest(said)}`
  known.untimed++
  return `kimi:${session}/${known.untimed}-${partsDigest(said)}`
}

function remembered(memory: string | null): Known {
  const said = objectIn(parsedJson(memory))
  const models = Object.entries(objectIn(said, 'models')).map(([alias, model]) => [alias, textOf(model)] as const)
  return { models: new Map(models), last: textOf(said['last']), own: said['own'] === true, untimed: new CounterReader().read(said['untimed']) }
}
