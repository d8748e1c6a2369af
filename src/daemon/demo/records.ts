// Session records in the client's own shape, as far as anybody reads them: made, never recorded. No text of anybody's.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'

/** Tokens of one response. */
export interface Usage { readonly output: number; readonly cacheRead: number; readonly cacheWrite: number }
export interface SessionFacts { readonly cwd: string; readonly sessionId: string; readonly model: string; readonly branch: string }
export interface Response { readonly usage: Usage; readonly tool: string | null; readonly at: Date; readonly requestId: string }

// What the client itself adds to a request beside the cached conversation.
const INPUT_TOKENS = 12

/** `<config home>/projects/<cwd with every other character a dash>/<session>.jsonl`. */
export const transcriptOf = (configHome: string, cwd: string, sessionId: string): string =>
  join(configHome, 'projects', cwd.replace(/[^A-Za-z0-9]/g, '-'), `${sessionId}.jsonl`)

const head = ({ cwd, sessionId, branch }: SessionFacts, at: Date): Record<string, unknown> => ({
  isSidechain: false, uuid: randomUUID(), timestamp: at.toISOString(), userType: 'external', entrypoint: 'cli', cwd, sessionId, version: '0.0.0-demo', gitBranch: branch,
})

export const userRecord = (facts: SessionFacts, text: string, at: Date): Record<string, unknown> =>
  ({ parentUuid: null, type: 'user', message: { role: 'user', content: text }, ...head(facts, at) })

export function assistantRecord(facts: SessionFacts, { usage, tool, at, requestId }: Response): Record<string, unknown> {
  const id = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 24)}`
  const content = tool === null ? { type: 'text', text: 'Done.' } : { type: 'tool_use', id: id('toolu'), name: 'Bash', input: { command: tool, description: 'a step of the demo' } }
  return {
    parentUuid: null, type: 'assistant', requestId, ...head(facts, at),
    message: {
      id: id('msg'), type: 'message', role: 'assistant', model: facts.model, content: [content], stop_reason: tool === null ? 'end_turn' : 'tool_use', stop_sequence: null,
      usage: {
        input_tokens: INPUT_TOKENS, output_tokens: usage.output, cache_read_input_tokens: usage.cacheRead, cache_creation_input_tokens: usage.cacheWrite,
        cache_creation: { ephemeral_5m_input_tokens: usage.cacheWrite, ephemeral_1h_input_tokens: 0 },
        server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 }, service_tier: 'standard', inference_geo: 'not_available', iterations: [], speed: 'standard',
      },
    },
  }
}
