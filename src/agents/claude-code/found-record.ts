// The fields of a record that were found by its plan, in the shape that reading the record itself gives. Only assistant
// messages come this way: what is rare (progress, cost-state) or oddly written is read by record.ts, and both say the same.
import { fieldPlan, oneOf, slotOf, type FoundFields } from '../../core/tailing/field-plan.ts'
import { booleanAt, Slot, type RecordFields, type Span } from './record.ts'
import { COUNTERS, countAt, geoAt, readAdvisors, restarted, speedAt, tierAt, usageOf, type Counters, type Usage } from './usage.ts'

/** Objects are entered where record.ts enters them, so that a cut in one is seen by both. */
export const RECORD_PLAN = fieldPlan({
  type: oneOf({ take: ['assistant'], leave: ['progress', 'cost-state'] }),
  timestamp: true, uuid: true, requestId: true, sessionId: true, agentId: true, cwd: true, gitBranch: true, isSidechain: true,
  apiError: true, quotaLimits: true, isApiErrorMessage: true,
  message: {
    id: true, model: true, stop_reason: true, content: true,
    usage: {
      input_tokens: true, output_tokens: true, cache_read_input_tokens: true, cache_creation_input_tokens: true,
      cache_creation: { ephemeral_5m_input_tokens: true, ephemeral_1h_input_tokens: true },
      server_tool_use: { web_search_requests: true },
      service_tier: true, speed: true, inference_geo: true, iterations: true,
    },
  },
  data: { message: { message: {} } },
})

const at = (...path: readonly string[]): number => 2 * slotOf(RECORD_PLAN, ...path)
const ofUsage = (...path: readonly string[]): number => at('message', 'usage', ...path)
const TYPE = at('type'), TIMESTAMP = at('timestamp'), UUID = at('uuid'), REQUEST_ID = at('requestId'), SESSION_ID = at('sessionId'), AGENT_ID = at('agentId')
const CWD = at('cwd'), BRANCH = at('gitBranch'), SIDECHAIN = at('isSidechain'), API_ERROR = at('apiError'), QUOTA_LIMITS = at('quotaLimits'), IS_API_ERROR = at('isApiErrorMessage')
const MESSAGE = at('message'), ID = at('message', 'id'), MODEL = at('message', 'model'), STOP_REASON = at('message', 'stop_reason'), CONTENT = at('message', 'content')
const USAGE = ofUsage(), INPUT = ofUsage('input_tokens'), OUTPUT = ofUsage('output_tokens'), CACHE_READ = ofUsage('cache_read_input_tokens'), CACHE_WRITE = ofUsage('cache_creation_input_tokens')
const SPLIT_5M = ofUsage('cache_creation', 'ephemeral_5m_input_tokens'), SPLIT_1H = ofUsage('cache_creation', 'ephemeral_1h_input_tokens')
const WEB_SEARCHES = ofUsage('server_tool_use', 'web_search_requests')
const TIER = ofUsage('service_tier'), SPEED = ofUsage('speed'), GEO = ofUsage('inference_geo'), ITERATIONS = ofUsage('iterations')
const OPEN_BRACE = 0x7b

const RECORD = new Slot()

/** Good until the next line is read. Null for a record without a type: it is nobody's. */
export function foundRecord({ bytes, spans, start, end }: FoundFields): RecordFields | null {
  if (spans[TYPE] === -1) return null
  const record = RECORD
  record.restart()
  record.whole.start = start
  record.whole.end = end
  put(record.timestamp, spans, TIMESTAMP); put(record.uuid, spans, UUID); put(record.requestId, spans, REQUEST_ID); put(record.sessionId, spans, SESSION_ID)
  put(record.agentId, spans, AGENT_ID); put(record.cwd, spans, CWD); put(record.branch, spans, BRANCH)
  put(record.apiError, spans, API_ERROR); put(record.quotaLimits, spans, QUOTA_LIMITS)
  if (spans[SIDECHAIN] !== -1) record.sidechain = booleanAt(bytes, spans[SIDECHAIN] as number)
  if (spans[IS_API_ERROR] !== -1) record.isApiError = booleanAt(bytes, spans[IS_API_ERROR] as number) === true
  if (spans[MESSAGE] === -1 || bytes[spans[MESSAGE] as number] !== OPEN_BRACE) return record
  const message = record.openMessage()
  put(message.id, spans, ID); put(message.model, spans, MODEL); put(message.stopReason, spans, STOP_REASON); put(message.content, spans, CONTENT)
  put(message.usage, spans, USAGE)
  return record
}

function put(field: Span, spans: Int32Array, slot: number): void {
  field.start = spans[slot] as number
  field.end = spans[slot + 1] as number
}

/** As readUsage: null when the usage is no object. */
export function foundUsage({ bytes, spans }: FoundFields): Usage | null {
  if (bytes[spans[USAGE] as number] !== OPEN_BRACE) return null
  const counters = restarted(COUNTERS)
  counters.input = counted(bytes, spans, INPUT, counters)
  counters.output = counted(bytes, spans, OUTPUT, counters)
  counters.cacheRead = counted(bytes, spans, CACHE_READ, counters)
  counters.write = counted(bytes, spans, CACHE_WRITE, counters)
  counters.write5m = counted(bytes, spans, SPLIT_5M, counters)
  counters.write1h = counted(bytes, spans, SPLIT_1H, counters)
  counters.webSearches = counted(bytes, spans, WEB_SEARCHES, counters)
  const speed = spans[SPEED] === -1 ? 'standard' : speedAt(bytes, spans[SPEED] as number)
  const tier = spans[TIER] === -1 ? 'standard' : tierAt(bytes, spans[TIER] as number)
  const geo = spans[GEO] === -1 ? '' : geoAt(bytes, spans[GEO] as number, spans[GEO + 1] as number)
  return usageOf(counters, { speed, tier, geo }, spans[ITERATIONS] === -1 ? [] : readAdvisors(bytes, spans[ITERATIONS] as number, spans[ITERATIONS + 1] as number))
}

const counted = (bytes: Uint8Array, spans: Int32Array, slot: number, counters: Counters): number =>
  (spans[slot] === -1 ? 0 : countAt(bytes, spans[slot] as number, spans[slot + 1] as number, counters))
