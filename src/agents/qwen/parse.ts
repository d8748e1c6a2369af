// Station 2 for Qwen Code: every line of a chat speaks for itself. Pure and total: any bytes give an answer. README.md
// beside this file says what the records look like.
import type { LogPlace } from '../../core/sessions/log-source.ts'
import { digest } from '../../core/tailing/digest.ts'
import { instantOf, isObject, objectIn, textOf } from '../../core/tailing/json-fields.ts'
import { pickLine, type Wanted } from '../../core/tailing/json-pick.ts'
import type { Instant } from '../../core/time.ts'
import { response } from '../../core/usage/response.ts'
import type { ParsedLine } from '../../core/usage/usage-event.ts'
import { googleTokens } from '../gemini/counts.ts'

// Every counter of `usageMetadata` ends so; the client's telemetry records count in snake case.
export const MARKERS = ['Count"'] as const

const RECORD: Wanted = {
  type: true, uuid: true, sessionId: true, timestamp: true, cwd: true, gitBranch: true, model: true, agentId: true, isSidechain: true,
  forkedFrom: { sessionId: true },
  usageMetadata: { promptTokenCount: true, candidatesTokenCount: true, cachedContentTokenCount: true, thoughtsTokenCount: true, toolUsePromptTokenCount: true, totalTokenCount: true },
}
const IGNORED: ParsedLine = { kind: 'ignored' }

export function parseLine(line: Uint8Array, place: LogPlace, writtenAt: Instant): ParsedLine {
  const read = pickLine(line, RECORD)
  if (read.read === 'malformed') return { kind: 'malformed', why: read.why }
  if (read.read === 'empty' || read.object['type'] !== 'assistant' || !isObject(read.object['usageMetadata'])) return IGNORED
  const record = read.object, usage = read.object['usageMetadata']
  const used = googleTokens({
    prompt: usage['promptTokenCount'], candidates: usage['candidatesTokenCount'], cached: usage['cachedContentTokenCount'],
    thoughts: usage['thoughtsTokenCount'], tool: usage['toolUsePromptTokenCount'], total: usage['totalTokenCount'],
  }, 'within')
  if (!used) return IGNORED
  const time = instantOf(record['timestamp'])
  const uuid = textOf(record['uuid']), subagent = textOf(record['agentId']) || place.subagent
  // A branched chat holds copies of its parent's records, each with the name of the chat it was taken from.
  const copiedFrom = textOf(objectIn(record, 'forkedFrom')['sessionId'])
  return { kind: 'usage', events: [response({
    // Even without any id it was paid for. The same bytes are the same response, so re-reading stays harmless.
    key: uuid === '' ? `qwen:line:${digest(line)}` : `qwen:${uuid}`, at: time ?? writtenAt, approximateTime: time === null,
    model: bareModel(textOf(record['model'])), ...used,
    origin: { cwd: textOf(record['cwd']), branch: branchOf(textOf(record['gitBranch'])), session: copiedFrom || textOf(record['sessionId']) || place.session, subagent },
    sidechain: subagent !== '' || record['isSidechain'] === true || copiedFrom !== '',
  })] }
}

/** `$runtime|openai|qwen3-coder-plus`: a model that was set up while the client ran. Prefixes may be nested. */
function bareModel(name: string): string {
  const bare = /^(?:\$runtime\|[^|]*\|)+(.+)$/.exec(name)
  return bare?.[1] ?? name
}

/** git says HEAD where no branch is checked out. */
const branchOf = (branch: string): string => (branch === 'HEAD' ? '' : branch)
