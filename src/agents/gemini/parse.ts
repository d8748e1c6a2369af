// Station 2 for Gemini CLI: chats as lines (since 0.39) and as whole documents (before). Pure and total: any bytes give
// an answer. README.md beside this file says what the records look like.
import { partsDigest } from '../../core/digest.ts'
import type { DocumentSource, LineParser, Opening } from '../../core/sessions/log-source.ts'
import { instantOf, isObject, objectIn, parsedJson, textOf, type JsonObject } from '../../core/tailing/json-fields.ts'
import { pickLine, type Wanted } from '../../core/tailing/json-pick.ts'
import type { Instant } from '../../core/time.ts'
import { response } from '../../core/usage/response.ts'
import type { TokenCounts } from '../../core/usage/tokens.ts'
import type { ParsedLine, UsageEvent } from '../../core/usage/usage-event.ts'
import { googleTokens } from './counts.ts'
import { cwdOf } from './place.ts'

// The header, and every message or patch that carries tokens. Inside a text the quote would be escaped.
export const MARKERS = ['Hash"', 'kens"'] as const

const MESSAGE: Wanted = {
  id: true, type: true, timestamp: true, model: true,
  tokens: { input: true, output: true, cached: true, thoughts: true, tool: true, total: true },
}
const LINE: Wanted = { ...MESSAGE, sessionId: true, kind: true, messages: MESSAGE, $set: { sessionId: true, kind: true, messages: MESSAGE } }
const IGNORED: ParsedLine = { kind: 'ignored' }

/** The conversation a message belongs to, as the header said. */
interface Chat { readonly session: string; readonly subagent: string; readonly cwd: string }

/** A chat that grows line by line. Its header comes first, so the session is all that later lines need of earlier ones. */
export function openChat(opening: Opening): LineParser {
  const { place } = opening
  const remembered = objectIn(parsedJson(opening.memory))
  let session = textOf(remembered['session'])
  let kind = textOf(remembered['kind'])
  const cwd = cwdOf(opening)
  return {
    parse(line, writtenAt) {
      const read = pickLine(line, LINE)
      if (read.read === 'empty') return IGNORED
      if (read.read === 'malformed') return { kind: 'malformed', why: read.why }
      const patch = objectIn(read.object, '$set')
      session = textOf(read.object['sessionId']) || textOf(patch['sessionId']) || session
      kind = textOf(read.object['kind']) || textOf(patch['kind']) || kind
      const messages = [read.object, ...listOf(read.object['messages']), ...listOf(patch['messages'])]
      return usageOf(messages, chatOf(place, session, kind, cwd), writtenAt)
    },
    memory: () => (session === '' && kind === '' ? '' : JSON.stringify({ session, kind })),
  }
}

/** A chat of an older version: one document that is written again after every message. */
export const parseDocument: DocumentSource['parse'] = (text, opening, writtenAt) => {
  const document = parsedJson(text)
  if (!isObject(document)) return { facts: [{ kind: 'malformed', why: 'the document is cut or is not JSON' }], memory: '' }
  const chat = chatOf(opening.place, textOf(document['sessionId']), textOf(document['kind']), cwdOf(opening))
  return { facts: [usageOf(listOf(document['messages']), chat, writtenAt)], memory: '' }
}

/** A subagent's file lies in its parent's folder; older ones lay beside their parents and say only that they are one. */
function chatOf(place: Opening['place'], session: string, kind: string, cwd: string): Chat {
  if (place.subagent !== '') return { session: place.session, subagent: place.subagent, cwd }
  return { session, subagent: kind === 'subagent' ? session : '', cwd }
}

function usageOf(messages: readonly unknown[], chat: Chat, writtenAt: Instant): ParsedLine {
  const events = messages.map(message => (isObject(message) ? eventOf(message, chat, writtenAt) : null)).filter(event => event !== null)
  return events.length === 0 ? IGNORED : { kind: 'usage', events }
}

function eventOf(message: JsonObject, chat: Chat, writtenAt: Instant): UsageEvent | null {
  if (message['type'] !== 'gemini' || !isObject(message['tokens'])) return null
  const { input, output, cached, thoughts, tool, total } = message['tokens']
  const used = googleTokens({ prompt: input, candidates: output, cached, thoughts, tool, total }, 'beside')
  if (!used) return null
  const time = instantOf(message['timestamp'])
  return response({
    key: keyOf(message, chat.subagent || chat.session, used.tokens), at: time ?? writtenAt, approximateTime: time === null, model: textOf(message['model']), ...used,
    origin: { cwd: chat.cwd, branch: '', session: chat.session, subagent: chat.subagent }, sidechain: chat.subagent !== '',
  })
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** The client makes a random uuid for each answer. Any other id (turns restored from a digest) counts only within its chat. */
function keyOf(message: JsonObject, chat: string, tokens: TokenCounts): string {
  const id = textOf(message['id'])
  if (UUID.test(id)) return `gemini:${id.toLowerCase()}`
  if (id !== '') return `gemini:${chat}/${id}`
  return `gemini:${chat}/${partsDigest([textOf(message['timestamp']), textOf(message['model']), String(tokens.input), String(tokens.output), String(tokens.cacheRead)])}`
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value as readonly unknown[] : [])
