// Where the answers of one stream of requests are written, and what an error in place of an answer looks like. Measured:
// an error record names no usage; what it cost, if anything, no log tells.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { objectIn, parsedJson } from '../../core/tailing/json-fields.ts'
import { parseInstant } from '../../core/time.ts'

const SUBAGENT_LOG = /\/subagents\/agent-[^/]+\.jsonl$/
// A subagent's id becomes part of a file's name; anything else than the client's own alphabet does not.
const SUBAGENT_ID = /^[A-Za-z0-9_-]{1,200}$/

export const claudeCodeCalls: NonNullable<AgentAdapter['calls']> = {
  logOf(transcript, subagent) {
    // The newest record of a session may be a subagent's; its folder is named after the session's own log.
    const main = SUBAGENT_LOG.test(transcript) ? transcript.replace(SUBAGENT_LOG, '.jsonl') : transcript
    if (subagent === '') return main
    return SUBAGENT_ID.test(subagent) ? main.replace(/\.jsonl$/, `/subagents/agent-${subagent}.jsonl`) : ''
  },
  marker: '"isApiErrorMessage":true',
  failedAt(line) {
    const record = objectIn(parsedJson(line))
    return record['isApiErrorMessage'] === true && typeof record['timestamp'] === 'string' ? parseInstant(record['timestamp']) : null
  },
}
