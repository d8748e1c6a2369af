// Station 2 for Amp: one document per thread, written again as a whole. Pure and total: any text gives an answer.
// README.md beside this file says what a thread looks like.
import { partsDigest } from '../../core/digest.ts'
import type { DocumentSource } from '../../core/sessions/log-source.ts'
import { firstText, instantOf, isObject, objectIn, parsedJson, textOf, type JsonObject } from '../../core/tailing/json-fields.ts'
import type { Instant } from '../../core/time.ts'
import { CounterReader } from '../../core/usage/counters.ts'
import { response } from '../../core/usage/response.ts'
import { totalTokens, type TokenCounts } from '../../core/usage/tokens.ts'
import type { Origin, ParsedLine, UsageEvent } from '../../core/usage/usage-event.ts'
import { pathOfFileUri } from '../file-uri.ts'

interface Thread { readonly id: string; readonly origin: Origin; readonly writtenAt: Instant; /** Assistant messages by their id. */ readonly messages: ReadonlyMap<string, JsonObject> }
/** One bill: of a ledger event, or of a message that no event names. */
interface Billed { readonly event: UsageEvent; readonly totalOnly: boolean }

export const parseThread: DocumentSource['parse'] = (text, opening, writtenAt) => {
  const document = parsedJson(text)
  if (!isObject(document)) return { facts: [{ kind: 'malformed', why: 'the thread is cut or is not JSON' }], memory: '' }
  const thread = threadOf(document, opening.place.session, writtenAt)
  const ledger = listOf(objectIn(document, 'usageLedger')['events']).filter(isObject)
  const named = new Set(ledger.map(event => messageIdOf(event['toMessageId'])))
  const bills = [
    ...withPrior(ledger).map(({ event, prior }) => ledgerBill(event, thread, prior)),
    ...[...thread.messages].filter(([id]) => !named.has(id)).map(([id, message]) => messageBill(id, message, thread)),
  ].filter(bill => bill !== null)
  return { facts: factsOf(bills), memory: '' }
}

function factsOf(bills: readonly Billed[]): ParsedLine[] {
  const exact = bills.filter(bill => !bill.totalOnly), inferred = bills.filter(bill => bill.totalOnly)
  return [
    ...(exact.length > 0 ? [{ kind: 'usage', events: exact.map(({ event }) => event) } as const] : []),
    ...(inferred.length > 0 ? [{ kind: 'usage', events: inferred.map(({ event }) => event), doubt: 'only a total was recorded; it is counted as input' } as const] : []),
  ]
}

function threadOf(document: JsonObject, fileName: string, writtenAt: Instant): Thread {
  const id = textOf(document['id']) || fileName
  const tree = objectIn(listOf(objectIn(document, 'env', 'initial')['trees'])[0])
  const messages = listOf(document['messages']).filter(isObject).filter(message => message['role'] === 'assistant')
  return {
    id, writtenAt,
    origin: { cwd: pathOfFileUri(tree['uri']), branch: textOf(objectIn(tree, 'repository')['ref']).replace(/^refs\/heads\//, ''), session: id, subagent: '' },
    messages: new Map(messages.map((message, index) => [messageIdOf(message['messageId']) || `index-${index}`, message])),
  }
}

/** The ledger says what was billed and leaves the cache to the message it names; the message's own usage is then the same bill. */
function ledgerBill(event: JsonObject, thread: Thread, prior: number): Billed | null {
  const messageId = messageIdOf(event['toMessageId'])
  const message = thread.messages.get(messageId), tokens = objectIn(event, 'tokens'), cached = objectIn(message, 'usage')
  const name = messageId === '' ? textOf(event['id']) || partsDigest([textOf(event['timestamp']), textOf(event['model']), JSON.stringify(tokens)]) : messageId
  return billed({
    key: `amp:${thread.id}/${name}${prior === 0 ? '' : `#${prior + 1}`}`, model: firstText(event['model'], cached['model']), time: instantOf(event['timestamp']), final: isFinal(message),
    counts: { input: tokens['input'], output: tokens['output'], total: tokens['total'], cacheRead: prior === 0 ? cached['cacheReadInputTokens'] : 0, cacheWrite: prior === 0 ? cached['cacheCreationInputTokens'] : 0 },
  }, thread)
}

/** Beside each event, how many earlier ones name the same message: each was billed, and only the first has the message's cache. */
function withPrior(ledger: readonly JsonObject[]): { readonly event: JsonObject; readonly prior: number }[] {
  const seen = new Map<string, number>()
  return ledger.map(event => {
    const id = messageIdOf(event['toMessageId']), prior = id === '' ? 0 : seen.get(id) ?? 0
    seen.set(id, prior + 1)
    return { event, prior }
  })
}

function messageBill(id: string, message: JsonObject, thread: Thread): Billed | null {
  if (!isObject(message['usage'])) return null
  const usage = message['usage']
  return billed({
    key: `amp:${thread.id}/${id}`, model: firstText(usage['model'], message['model']), time: instantOf(usage['timestamp']) ?? instantOf(message['timestamp']), final: isFinal(message),
    counts: { input: usage['inputTokens'], output: usage['outputTokens'], total: usage['totalTokens'], cacheRead: usage['cacheReadInputTokens'], cacheWrite: usage['cacheCreationInputTokens'] },
  }, thread)
}

interface Said {
  readonly key: string
  readonly model: string
  readonly time: Instant | null
  readonly final: boolean
  readonly counts: { readonly input: unknown; readonly output: unknown; readonly total: unknown; readonly cacheRead: unknown; readonly cacheWrite: unknown }
}

function billed({ key, model, time, final, counts }: Said, { origin, writtenAt }: Thread): Billed | null {
  const counters = new CounterReader()
  const tokens: TokenCounts = {
    input: counters.read(counts.input), output: counters.read(counts.output), cacheRead: counters.read(counts.cacheRead), cacheWrite5m: counters.read(counts.cacheWrite), cacheWrite1h: 0,
  }
  const total = counters.read(counts.total)
  const totalOnly = totalTokens(tokens) === 0 && total > 0
  if (totalTokens(tokens) === 0 && !totalOnly && !counters.damaged) return null
  return { totalOnly, event: response({ key, at: time ?? writtenAt, approximateTime: time === null, model, tokens: totalOnly ? { ...tokens, input: total } : tokens, origin, final, damaged: counters.damaged }) }
}

/** Message ids are numbers that grow within their thread. */
const messageIdOf = (id: unknown): string => (typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : textOf(id))

/** A message that was cancelled or is still running may have been billed for more than it says. */
const isFinal = (message: JsonObject | undefined): boolean => ['', 'complete'].includes(textOf(objectIn(message, 'state')['type']))

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value as readonly unknown[] : [])
