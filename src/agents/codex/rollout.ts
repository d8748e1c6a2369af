// A rollout, line by line. Responses with records of their own are counted by their ids; older files by the progress of
// their cumulative counter; the beginning that a fork repeats of its parent's log is not counted again.
import type { LineParser, Opening } from '../../core/sessions/log-source.ts'
import { instantOf, objectIn, textOf, firstText, type JsonObject } from '../../core/tailing/json-fields.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { response } from '../../core/usage/response.ts'
import type { ParsedLine, QuotaSignal, UsageEvent } from '../../core/usage/usage-event.ts'
import { beginsOwn, Inheritance } from './inherited.ts'
import { memoryFrom, memoryText, type Memory } from './memory.ts'
import { quotasOf, spent } from './quota.ts'
import { readRecord } from './record.ts'
import { billingAt, configuredTier, tierOf, type ConfiguredTier } from './tier.ts'
import { hasFallen, isNothing, minusTotals, readingOf, sameTotals, tokensOf, totalsOf, totalsText, type Reading, type Totals } from './totals.ts'

// Each starts with a byte that is rare in text and is shorter than eight, which keeps the search at memchr speed: with
// whole names a gigabyte takes five seconds more. What else they hit is told by its type.
export const MARKERS = ['_meta"', '_contex', '_count"', '_record', '_starte', '_exceed', '_applie'] as const

const IGNORED: ParsedLine = { kind: 'ignored' }
const INFERRED = 'the log of the thread it was made from is gone or shorter; where its own work begins was told by its times'

interface When { readonly at: Instant; readonly approximateTime: boolean }

export function openRollout(opening: Opening): LineParser {
  const rollout = new Rollout(opening)
  return { parse: (line, writtenAt) => rollout.parse(line, writtenAt), memory: () => rollout.memory() }
}

class Rollout {
  readonly #place: string
  readonly #memory: Memory
  readonly #parent: Inheritance
  readonly #configured: ConfiguredTier | null

  constructor(opening: Opening) {
    this.#place = opening.place.session
    this.#memory = memoryFrom(opening.memory, opening.place.session)
    this.#parent = new Inheritance(opening.kin)
    this.#configured = configuredTier(opening)
  }

  /** A rollout whose header is lost is still named by its file. */
  get #thread(): string { return this.#memory.thread || this.#place }

  memory(): string { return memoryText(this.#memory) }

  parse(line: Uint8Array, writtenAt: Instant): ParsedLine {
    const read = readRecord(line)
    if (read.read === 'other') return IGNORED
    if (read.read === 'malformed') return { kind: 'malformed', why: read.why }
    const time = instantOf(read.record['timestamp'])
    const when: When = { at: time ?? writtenAt, approximateTime: time === null }
    const parsed = this.#take(read.type, read.record, when)
    this.#memory.lastAt = time ?? this.#memory.lastAt
    return parsed
  }

  #take(type: string, record: JsonObject, when: When): ParsedLine {
    const payload = objectIn(record, 'payload')
    switch (type) {
      case 'session_meta': this.#header(payload, record['ordinal']); return IGNORED
      case 'turn_context': this.#turn(payload, when); return IGNORED
      case 'token_usage_record': return this.#ownRecord(payload, when)
      default: return this.#event(payload, when)
    }
  }

  /** The first header is the thread's; later ones belong to what it repeats, and the next one names the parent if nothing did. */
  #header(payload: JsonObject, ordinal: unknown): void {
    const memory = this.#memory
    const id = firstText(payload['id'], payload['session_id'])
    if (memory.thread !== '') {
      if (memory.parent === '' && id !== '' && id !== memory.thread && memory.base === null && !memory.records) this.#descendFrom(id)
      return
    }
    memory.thread = id || memory.session
    memory.createdAt = instantOf(payload['timestamp'])
    memory.cwd = textOf(payload['cwd'])
    memory.branch = textOf(objectIn(payload, 'git')['branch'])
    memory.midway = typeof ordinal === 'number' && ordinal > 0
    const spawnedBy = firstText(objectIn(payload, 'source', 'subagent', 'thread_spawn')['parent_thread_id'], payload['parent_thread_id'])
    const root = textOf(payload['session_id'])
    memory.session = memory.thread
    if (spawnedBy !== '') {
      memory.subagent = memory.thread
      memory.session = root !== '' && root !== memory.thread ? root : spawnedBy
    }
    const parent = firstText(payload['forked_from_id'], spawnedBy)
    if (parent !== '' && parent !== memory.thread) this.#descendFrom(parent)
  }

  #descendFrom(parent: string): void {
    this.#memory.parent = parent.toLowerCase()
    this.#memory.phase = 'parent'
  }

  #turn(payload: JsonObject, { at }: When): void {
    const memory = this.#memory
    this.#judgeTimes(at, null)
    memory.model = firstText(payload['model'], payload['model_name'], objectIn(payload, 'metadata')['model']) || memory.model
    // What is repeated of the parent's was spent elsewhere; the thread's own turn says where it is.
    if (memory.phase === 'own' || memory.begun) memory.cwd = textOf(payload['cwd']) || memory.cwd
    memory.tier = tierOf(textOf(payload['service_tier'])) ?? memory.tier
  }

  #event(payload: JsonObject, when: When): ParsedLine {
    switch (payload['type']) {
      case 'token_count': return this.#tokenCount(payload, when)
      case 'task_started':
        this.#judgeTimes(when.at, instantOf(payload['started_at']))
        return IGNORED
      case 'thread_settings_applied':
        this.#memory.tier = tierOf(textOf(objectIn(payload, 'thread_settings')['service_tier'])) ?? this.#memory.tier
        return IGNORED
      default:
        return objectIn(payload, 'error')['codex_error_info'] === 'usage_limit_exceeded' ? { kind: 'quota', signals: [spent(this.#memory.session, when.at, '')] } : IGNORED
    }
  }

  /** Times decide only where no total can be compared any more. */
  #judgeTimes(at: Instant, startedAt: Instant | null): void {
    const memory = this.#memory
    if (memory.phase === 'own' || memory.begun) return
    memory.begun = beginsOwn(at, memory, startedAt)
    if (memory.begun && memory.phase === 'orphan') memory.phase = 'own'
  }

  /** One billed response, by the vendor's own id. Counters that follow it say nothing new. */
  #ownRecord(payload: JsonObject, when: When): ParsedLine {
    const memory = this.#memory
    const counters = new CounterReader()
    const usage = totalsOf(payload['usage'], counters)
    memory.records = true
    if (!usage) return { kind: 'malformed', why: 'the token_usage_record has no usage' }
    const id = textOf(payload['response_id'])
    const thread = textOf(payload['thread_id']) || this.#thread
    const progress = totalsOf(payload['thread_token_usage'], new CounterReader())
    const key = id !== '' ? `codex:${id}` : `codex:${thread}/${textOf(payload['turn_id'])}/${progress ? totalsText(progress) : when.at}`
    // A fork may repeat its parent's records: they stay the parent's.
    const own = thread === this.#thread
    const event = this.#response({ key, usage, counters, when })
    const session = textOf(payload['session_id']) || thread
    return { kind: 'usage', events: [own ? event : { ...event, origin: { ...event.origin, session, subagent: session === thread ? '' : thread } }] }
  }

  #tokenCount(payload: JsonObject, when: When): ParsedLine {
    const quotas = this.#news(quotasOf(objectIn(payload, 'rate_limits'), this.#memory.session, when.at))
    const info = objectIn(payload, 'info')
    const event = this.#memory.records ? null : this.#progress(readingOf(info), info, when)
    if (!event) return quotas.length > 0 ? { kind: 'quota', signals: quotas } : IGNORED
    const told = this.#memory.doubt ? { doubt: INFERRED } : {}
    this.#memory.doubt = false
    return { kind: 'usage', events: [event], ...(quotas.length > 0 ? { quotas } : {}), ...told }
  }

  /** What the counter gained since its last reading, if that is this thread's own. */
  #progress(reading: Reading, info: JsonObject, when: When): UsageEvent | null {
    const memory = this.#memory
    const { total, last } = reading
    if (!total || reading.totalDamaged) return this.#withoutTotal(reading, info, when)
    if (memory.base ? sameTotals(total, memory.base) : isNothing(total)) return null
    const before = memory.base
    const anew = before !== null && hasFallen(total, before)
    if (anew) memory.epoch++
    memory.base = total
    if (this.#isRepeated(total, when.at)) return null
    const usage = last && !isNothing(last) ? last : before === null || anew ? total : minusTotals(total, before)
    return this.#response({ key: `codex:${this.#thread}/${memory.epoch}/${totalsText(total)}`, usage, counters: reading.counters, when, model: modelIn(info) })
  }

  #isRepeated(total: Totals, at: Instant): boolean {
    const memory = this.#memory
    if (memory.phase === 'parent') {
      const compared = this.#parent.compare(total, memory)
      if (compared.found === 'same') {
        memory.matched = compared.matched
        return true
      }
      memory.phase = compared.found === 'other' || memory.begun ? 'own' : 'orphan'
    }
    this.#judgeTimes(at, null)
    memory.doubt ||= memory.phase === 'orphan'
    return memory.phase === 'orphan'
  }

  /** A total that is damaged or missing cannot say whether it is repeated; the time of the record has to. */
  #withoutTotal({ last, counters, totalDamaged }: Reading, info: JsonObject, when: When): UsageEvent | null {
    if (!last || isNothing(last) || this.#memory.phase !== 'own') return null
    counters.damaged ||= totalDamaged
    return this.#response({ key: `codex:${this.#thread}@${when.at}/${totalsText(last)}`, usage: last, counters, when, model: modelIn(info) })
  }

  #response({ key, usage, counters, when, model = '' }: { readonly key: string; readonly usage: Totals; readonly counters: CounterReader; readonly when: When; readonly model?: string }): UsageEvent {
    const { cwd, branch, session, subagent, tier } = this.#memory
    const tokens = tokensOf(usage, counters)
    return response({
      key, ...when, model: model || this.#memory.model, tokens, damaged: counters.damaged, sidechain: subagent !== '',
      billing: billingAt(tier, this.#configured, when.at), origin: { cwd, branch, session, subagent },
    })
  }

  /** The windows come with every record; only what changed is news. */
  #news(quotas: readonly QuotaSignal[]): readonly QuotaSignal[] {
    const text = quotas.map(({ window, usedPercent, exhausted, resetsAt }) => `${window}:${usedPercent}:${exhausted}:${resetsAt}`).join(' ').slice(0, TOLD_MAX)
    if (text === '' || text === this.#memory.told) return []
    this.#memory.told = text
    return quotas
  }
}

const TOLD_MAX = 400
const modelIn = (info: JsonObject): string => firstText(info['model'], info['model_name'])
