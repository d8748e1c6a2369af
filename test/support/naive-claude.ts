// What a Claude Code log line means, told a second time and slowly: the whole line through JSON.parse, then the rules in
// the order the format notes give them. The parser of bytes must agree with it on every valid JSON line.
import { digest } from '../../src/core/tailing/digest.ts'
import { safeText } from '../../src/core/tailing/safe-text.ts'
import { instant, isPlausible, parseInstant, type Instant } from '../../src/core/time.ts'
import type { LogPlace } from '../../src/core/sessions/log-source.ts'
import type { ParsedLine, QuotaSignal, UsageEvent } from '../../src/core/usage/usage-event.ts'

type Json = Record<string, unknown>

export function naiveParse(line: Uint8Array, place: LogPlace, writtenAt: Instant): ParsedLine {
  const text = Buffer.from(line).toString('utf8')
  if (text.trim() === '') return { kind: 'ignored' }
  let record: unknown
  try {
    record = JSON.parse(text)
  } catch {
    return { kind: 'malformed', why: '' }
  }
  if (!isObject(record)) return { kind: 'malformed', why: '' }
  if (record['type'] === 'assistant') return assistant(line, record, record, place, writtenAt, '')
  if (record['type'] !== 'progress') return { kind: 'ignored' }
  const data = object(record['data'])
  const nested = object(data['message'])
  if (data['type'] !== 'agent_progress' || nested['type'] !== 'assistant') return { kind: 'ignored' }
  return assistant(line, nested, record, place, writtenAt, string(data['agentId']))
}

function assistant(line: Uint8Array, record: Json, envelope: Json, place: LogPlace, writtenAt: Instant, dataAgent: string): ParsedLine {
  if (!isObject(record['message'])) return { kind: 'ignored' }
  const message = record['message']
  const written = time(record['timestamp']) ?? time(envelope['timestamp'])
  const at = written ?? writtenAt
  const session = string(envelope['sessionId']) || place.session
  const synthetic = string(message['model']) === '<synthetic>'
  if (synthetic || record['isApiErrorMessage'] === true) {
    const signal = quota(record, message, session, at)
    if (signal) return { kind: 'quota', signals: [signal] }
  }
  if (synthetic || !isObject(message['usage'])) return { kind: 'ignored' }
  const usage = message['usage']
  const agent = 'agentId' in record ? string(record['agentId']) : dataAgent
  const subagent = agent || string(envelope['agentId']) || place.subagent
  const branch = string('gitBranch' in record ? record['gitBranch'] : envelope['gitBranch'])
  const sidechain = record !== envelope || (typeof record['isSidechain'] === 'boolean' ? record['isSidechain'] : subagent !== '')
  const counted = counts(usage)
  const response: UsageEvent = {
    key: key(line, record, message), at, model: string(message['model']), tokens: counted.tokens, damaged: counted.damaged,
    billing: {
      speed: usage['speed'] === 'fast' ? 'fast' : 'standard',
      tier: usage['service_tier'] === 'batch' ? 'batch' : usage['service_tier'] === 'priority' ? 'priority' : 'standard',
      geo: string(usage['inference_geo']).toLowerCase() === 'us' ? 'us' : '',
      webSearches: counted.webSearches,
    },
    origin: { cwd: string('cwd' in record ? record['cwd'] : envelope['cwd']), branch: branch === 'HEAD' ? '' : branch, session, subagent },
    final: typeof message['stop_reason'] === 'string', sidechain, approximateTime: written === null,
  }
  const iterations = Array.isArray(usage['iterations']) ? usage['iterations'].filter(isObject) : []
  const advisors = iterations.filter(each => each['type'] === 'advisor_message').map((each, n): UsageEvent => {
    const own = counts(each)
    return { ...response, key: `${response.key}#advisor:${n}`, model: string(each['model']), tokens: own.tokens, damaged: own.damaged, billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 } }
  })
  return { kind: 'usage', events: [response, ...advisors] }
}

function key(line: Uint8Array, record: Json, message: Json): string {
  const id = string(message['id']), request = string(record['requestId']), uuid = string(record['uuid'])
  if (id.startsWith('msg_')) return `claude-code:${id}`
  if (id !== '' && request !== '') return `claude-code:${id}+${request}`
  return `claude-code:${uuid === '' ? `line:${digest(line)}` : uuid}`
}

function counts(usage: Json): { tokens: UsageEvent['tokens']; webSearches: number; damaged: boolean } {
  let damaged = false
  const counter = (value: unknown): number => {
    if (value === undefined || value === null) return 0
    if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 1e9) return value as number
    damaged = true
    return 0
  }
  const split = object(usage['cache_creation'])
  const flat = counter(usage['cache_creation_input_tokens']), five = counter(split['ephemeral_5m_input_tokens']), hour = counter(split['ephemeral_1h_input_tokens'])
  const tokens = {
    input: counter(usage['input_tokens']), output: counter(usage['output_tokens']), cacheRead: counter(usage['cache_read_input_tokens']),
    cacheWrite5m: Math.max(flat, five + hour) - hour, cacheWrite1h: hour,
  }
  const webSearches = 'type' in usage ? 0 : counter(object(usage['server_tool_use'])['web_search_requests'])
  return { tokens, webSearches, damaged }
}

function quota(record: Json, message: Json, session: string, at: Instant): QuotaSignal | null {
  const limits = object(record['quotaLimits'])
  const reset = (value: unknown): Instant | null => {
    if (typeof value === 'string') return parseInstant(value)
    const ms = typeof value === 'number' ? Math.trunc(value < 1e11 ? value * 1000 : value) : Number.NaN
    return isPlausible(ms) ? instant(ms) : null
  }
  if (limits['status'] === 'rejected' || string(record['apiError']) === 'usage_limit_reached') {
    return { session, at, window: typeof limits['rateLimitType'] === 'string' ? limits['rateLimitType'] : '', minutes: null, usedPercent: null, exhausted: true, resetsAt: reset(limits['resetsAt']) }
  }
  const old = record['isApiErrorMessage'] === true ? /usage limit reached\|(\d{10,13})\b/.exec(JSON.stringify(message['content'] ?? '')) : null
  return old ? { session, at, window: '', minutes: null, usedPercent: null, exhausted: true, resetsAt: reset(Number(old[1])) } : null
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const object = (value: unknown): Json => (isObject(value) ? value : {})
const string = (value: unknown): string => (typeof value === 'string' ? safeText(value) : '')
const time = (value: unknown): Instant | null => (typeof value === 'string' ? parseInstant(safeText(value)) : null)
