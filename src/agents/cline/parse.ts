// Station 2 for Cline and its kin: tasks of the extensions and sessions of Cline since 4.1, documents that are written
// again as a whole. Pure and total: any text gives an answer. README.md beside this file says what they look like.
import type { DocumentSource, Opening } from '../../core/sessions/log-source.ts'
import { firstText, instantOf, isObject, objectIn, parsedJson, textOf, type JsonObject } from '../../core/tailing/json-fields.ts'
import type { Instant } from '../../core/time.ts'
import { usdOfNumber } from '../../core/usage/number-usd.ts'
import { response } from '../../core/usage/response.ts'
import { totalTokens } from '../../core/usage/tokens.ts'
import type { Origin, ParsedLine, UsageEvent } from '../../core/usage/usage-event.ts'
import { protocolOf, sessionTokens, taskTokens, type Client } from './counts.ts'
import { historyItem, HISTORY, sessionManifest, taskMetadata } from './paths.ts'

/** `ui_messages.json`: one message per request, first without counts and filled in when the request ends. */
export const parseTask = (client: Client): DocumentSource['parse'] => (text, opening, writtenAt) => {
  const messages = parsedJson(text)
  if (!Array.isArray(messages)) return { facts: [{ kind: 'malformed', why: 'the task is cut or is not a list' }], memory: '' }
  const task = taskAround(opening)
  const events = (messages as readonly unknown[]).filter(isObject)
    .filter(message => message['say'] === 'api_req_started' && message['partial'] !== true)
    .map((message, index) => requestEvent(message, index, { client, task, opening, writtenAt }))
  return { facts: factsOf(events), memory: '' }
}

// A person changes the model of a task a few times.
const MODELS_MAX = 200

interface Task { readonly cwd: string; readonly model: string; readonly models: readonly JsonObject[] }

/** What lies around a task: its folder and, for Cline, which model it used from when on. */
function taskAround({ place, path, companions }: Opening): Task {
  const history = parsedJson(companions[HISTORY])
  const item = Array.isArray(history) ? (history as readonly unknown[]).filter(isObject).find(each => each['id'] === place.session) : undefined
  const own = objectIn(parsedJson(companions[historyItem(path)]))
  const used = objectIn(parsedJson(companions[taskMetadata(path)]))['model_usage']
  return {
    cwd: firstText(own['workspace'], item?.['cwdOnTaskInitialization'], item?.['workspace']), model: textOf(item?.['modelId']),
    models: Array.isArray(used) ? (used as readonly unknown[]).filter(isObject).slice(0, MODELS_MAX) : [],
  }
}

interface Around { readonly client: Client; readonly task: Task; readonly opening: Opening; readonly writtenAt: Instant }

function requestEvent(message: JsonObject, index: number, { client, task, opening, writtenAt }: Around): UsageEvent | null {
  const request = objectIn(parsedJson(message['text']))
  const time = instantOf(message['ts']), at = time ?? writtenAt
  const used = modelAt(task.models, at), named = objectIn(message, 'modelInfo')
  const provider = firstText(named['providerId'], used['model_provider_id'])
  const { session } = opening.place
  return priced({
    key: `cline:${session}/${time ?? `request-${index}`}`, at, approximateTime: time === null, model: firstText(named['modelId'], used['model_id'], task.model),
    ...taskTokens(request, client, { provider, protocol: protocolOf(message, request), at }), origin: { cwd: task.cwd, branch: '', session, subagent: '' },
    // A request that was cut off may have been billed for more than was reported until then.
    final: textOf(request['cancelReason']) === '',
  }, request['cost'])
}

/** The last entry that is not later than the request; the first one for requests before it. */
function modelAt(models: readonly JsonObject[], at: Instant): JsonObject {
  const before = models.filter(each => (instantOf(each['ts']) ?? 0) <= at)
  return before.at(-1) ?? models[0] ?? {}
}

/** `<session>/<session>.messages.json`: the metrics of every call stand beside its message. */
export const parseSession: DocumentSource['parse'] = (text, opening, writtenAt) => {
  const document = parsedJson(text)
  const messages = Array.isArray(document) ? document as readonly unknown[] : objectIn(document)['messages']
  if (!Array.isArray(messages)) return { facts: [{ kind: 'malformed', why: 'the session is cut or holds no messages' }], memory: '' }
  const manifest = objectIn(parsedJson(opening.companions[sessionManifest(opening.path)]))
  const { session, subagent } = opening.place
  const origin: Origin = { cwd: firstText(manifest['cwd'], manifest['workspace_root']), branch: '', session, subagent }
  const events = (messages as readonly unknown[]).filter(isObject).map((message, index) => {
    if (message['role'] !== 'assistant' || !isObject(message['metrics'])) return null
    const time = instantOf(message['ts'])
    return priced({
      key: `cline:${session}/${subagent || 'main'}/${textOf(message['id']) || `message-${index}`}`, at: time ?? writtenAt, approximateTime: time === null,
      model: firstText(objectIn(message, 'modelInfo')['id'], manifest['model']), ...sessionTokens(message['metrics']), origin, sidechain: subagent !== '',
    }, message['metrics']['cost'])
  })
  return { facts: factsOf(events), memory: '' }
}

/** What the router charged, or what the client computed from the router's own list: nearer to the bill than any card. */
function priced(said: Parameters<typeof response>[0], cost: unknown): UsageEvent | null {
  const event = response(said), given = usdOfNumber(cost)
  if (given !== null && given > 0n) return { ...event, givenCost: given }
  return totalTokens(event.tokens) === 0 && !event.damaged ? null : event
}

function factsOf(found: readonly (UsageEvent | null)[]): readonly ParsedLine[] {
  const events = found.filter(event => event !== null)
  return events.length === 0 ? [] : [{ kind: 'usage', events }]
}
