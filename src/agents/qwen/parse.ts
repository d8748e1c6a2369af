// Station 2 for Qwen Code: records of a chat. Pure and total: any bytes give an answer. README.md beside this file says
// what the records look like, and why the client's own telemetry is read before its answers.
import type { LineParser, LogPlace, Opening } from '../../core/sessions/log-source.ts'
import { digest } from '../../core/tailing/digest.ts'
import { firstText, instantOf, isObject, objectIn, parsedJson, textOf, type JsonObject } from '../../core/tailing/json-fields.ts'
import { pickLine, type Wanted } from '../../core/tailing/json-pick.ts'
import type { Instant } from '../../core/time.ts'
import { response } from '../../core/usage/response.ts'
import type { ParsedLine } from '../../core/usage/usage-event.ts'
import { googleTokens } from '../gemini/counts.ts'

// Every counter of an answer's `usageMetadata` ends in the first, every counter of a telemetry record in the second.
export const MARKERS = ['Count"', '_count"'] as const

const RECORD: Wanted = {
  type: true, subtype: true, uuid: true, parentUuid: true, sessionId: true, timestamp: true, cwd: true, gitBranch: true, model: true,
  forkedFrom: { sessionId: true },
  usageMetadata: { promptTokenCount: true, candidatesTokenCount: true, cachedContentTokenCount: true, thoughtsTokenCount: true, toolUsePromptTokenCount: true, totalTokenCount: true },
  systemPayload: { uiEvent: {
    'event.name': true, model: true, prompt_id: true, subagent_id: true, subagent_name: true,
    input_token_count: true, output_token_count: true, cached_content_token_count: true, thoughts_token_count: true, tool_token_count: true, total_token_count: true,
  } },
}
const IGNORED: ParsedLine = { kind: 'ignored' }

/** Telemetry whose answer was not seen yet: the record's uuid and what it counted. */
interface Told { readonly uuid: string; readonly counts: string }

// The answer follows its telemetry at once; what others running beside it are told in between is little.
const TOLD_MAX = 16

export function openChat({ place, memory }: Opening): LineParser {
  let told: readonly Told[] = listOf(parsedJson(memory)).flatMap(entry => {
    const [uuid, counts] = listOf(entry)
    return typeof uuid === 'string' && typeof counts === 'string' ? [{ uuid, counts }] : []
  })
  return {
    parse(line, writtenAt) {
      const read = pickLine(line, RECORD)
      if (read.read === 'malformed') return { kind: 'malformed', why: read.why }
      if (read.read === 'empty') return IGNORED
      const record = read.object, said = callOf(record)
      if (!said) return IGNORED
      const counts = Object.values(said.tokens).join('/')
      if (!said.telemetry) {
        const known = told.find(({ uuid }) => uuid === textOf(record['parentUuid'])) ?? told.find(entry => entry.counts === counts)
        told = told.filter(entry => entry !== known)
        if (known) return IGNORED
      } else if (said.subagent === '') told = [...told, { uuid: textOf(record['uuid']), counts }].slice(-TOLD_MAX)
      return { kind: 'usage', events: [eventOf(record, said, { line, place, writtenAt })] }
    },
    memory: () => (told.length === 0 ? '' : JSON.stringify(told.map(({ uuid, counts }) => [uuid, counts]))),
  }
}

type Call = NonNullable<ReturnType<typeof googleTokens>> & { readonly telemetry: boolean; readonly model: string; readonly subagent: string }

/** What a record says one request used; null when it says nothing of the kind. */
function callOf(record: JsonObject): Call | null {
  if (record['type'] === 'assistant' && isObject(record['usageMetadata'])) {
    const usage = record['usageMetadata']
    const used = googleTokens({
      prompt: usage['promptTokenCount'], candidates: usage['candidatesTokenCount'], cached: usage['cachedContentTokenCount'],
      thoughts: usage['thoughtsTokenCount'], tool: usage['toolUsePromptTokenCount'], total: usage['totalTokenCount'],
    }, 'within')
    return used && { ...used, telemetry: false, model: textOf(record['model']), subagent: '' }
  }
  const event = objectIn(objectIn(record, 'systemPayload'), 'uiEvent')
  if (record['subtype'] !== 'ui_telemetry' || event['event.name'] !== 'qwen-code.api_response') return null
  const used = googleTokens({
    prompt: event['input_token_count'], candidates: event['output_token_count'], cached: event['cached_content_token_count'],
    thoughts: event['thoughts_token_count'], tool: event['tool_token_count'], total: event['total_token_count'],
  }, 'within')
  return used && { ...used, telemetry: true, model: textOf(event['model']), subagent: subagentOf(event) }
}

/** The id of the agent that asked; '' for the session itself, whose prompts are `<session>########<n>` or have an id of their own. */
function subagentOf(event: JsonObject): string {
  const named = /^[^#]+#([^#]+)#\d+$/.exec(textOf(event['prompt_id']))
  return firstText(event['subagent_id'], named?.[1], event['subagent_name'])
}

function eventOf(record: JsonObject, said: Call, { line, place, writtenAt }: { line: Uint8Array; place: LogPlace; writtenAt: Instant }) {
  const time = instantOf(record['timestamp']), uuid = textOf(record['uuid'])
  // A branched chat holds copies of its parent's records, each with the name of the chat it was taken from.
  const copiedFrom = textOf(objectIn(record, 'forkedFrom')['sessionId'])
  return response({
    // Even without any id it was paid for. The same bytes are the same response, so re-reading stays harmless.
    key: uuid === '' ? `qwen:line:${digest(line)}` : `qwen:${uuid}`, at: time ?? writtenAt, approximateTime: time === null,
    model: bareModel(said.model), tokens: said.tokens, damaged: said.damaged,
    origin: { cwd: textOf(record['cwd']), branch: branchOf(textOf(record['gitBranch'])), session: copiedFrom || textOf(record['sessionId']) || place.session, subagent: said.subagent },
    sidechain: said.subagent !== '' || copiedFrom !== '',
  })
}

/** `$runtime|openai|qwen3-coder-plus`: a model that was set up while the client ran. Prefixes may be nested. */
function bareModel(name: string): string {
  const bare = /^(?:\$runtime\|[^|]*\|)+(.+)$/.exec(name)
  return bare?.[1] ?? name
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** git says HEAD where no branch is checked out. */
const branchOf = (branch: string): string => (branch === 'HEAD' ? '' : branch)
