// Lines of Codex rollouts as its versions write them, everything ordinary unless the test says otherwise.
import { CANARY, jsonLines } from './agent-case.ts'

/** Input (cached included), cached, output, reasoning. */
export type Used = readonly [input: number, cached: number, output: number, reasoning?: number]

export const T0 = Date.UTC(2026, 4, 4, 8)
export const threadId = (n: number): string => `019${String(n).padStart(5, '0')}-0000-7000-b000-00000000000a`

const iso = (at: number): string => new Date(at).toISOString()
const usageOf = ([input, cached, output, reasoning = 0]: Used): Record<string, number> =>
  ({ input_tokens: input, cached_input_tokens: cached, output_tokens: output, reasoning_output_tokens: reasoning, total_tokens: input + output })
export const plus = (a: Used, b: Used): Used => [a[0] + b[0], a[1] + b[1], a[2] + b[2], (a[3] ?? 0) + (b[3] ?? 0)]

export const line = (type: string, payload: unknown, at = T0, over: Record<string, unknown> = {}): Record<string, unknown> => ({ timestamp: iso(at), type, payload, ...over })
export const header = (id: string, over: Record<string, unknown> = {}, at = T0): Record<string, unknown> =>
  line('session_meta', { id, timestamp: iso(at), cwd: '/home/dev/web', originator: 'codex_cli_rs', cli_version: '0.140.0', source: 'cli', model_provider: 'openai', base_instructions: { text: CANARY }, git: { branch: 'main', commit_hash: 'ab12' }, ...over }, at)
export const turn = (model = 'gpt-5.3-codex', over: Record<string, unknown> = {}, at = T0): Record<string, unknown> => line('turn_context', { cwd: '/home/dev/web', approval_policy: 'never', model, ...over }, at)
export const said = (at = T0): Record<string, unknown> => line('response_item', { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: `${CANARY} {"type":"token_count","info":{"total_token_usage":{"input_tokens":999999}}}` }] }, at)
export const compacted = (at = T0): Record<string, unknown> => line('compacted', { message: '', replacement_history: [{ type: 'message', content: [{ text: CANARY }] }], latest_token_usage_record: { response_id: 'resp_0', usage: usageOf([9, 0, 9]) } }, at)

export interface Count { readonly total: Used; readonly last?: Used | null; readonly at?: number; readonly limits?: unknown; readonly info?: Record<string, unknown> | null }
export const count = ({ total, last = null, at = T0, limits, info = {} }: Count): Record<string, unknown> => line('event_msg', {
  type: 'token_count',
  info: info === null ? null : { total_token_usage: usageOf(total), ...(last ? { last_token_usage: usageOf(last) } : {}), model_context_window: 272_000, ...info },
  ...(limits === undefined ? {} : { rate_limits: limits }),
}, at)
export const ownRecord = (id: string, used: Used, over: Record<string, unknown> = {}, at = T0): Record<string, unknown> =>
  line('token_usage_record', { thread_id: threadId(1), turn_id: 't', session_id: threadId(1), response_id: id, usage: usageOf(used), thread_token_usage: usageOf(used), ...over }, at)
export const taskStarted = (at: number, startedAt: number | null = at): Record<string, unknown> => line('event_msg', { type: 'task_started', model_context_window: 272_000, ...(startedAt === null ? {} : { started_at: Math.floor(startedAt / 1000) }) }, at)

/** Token counts for these uses, one after the other, from `start` on; each with its total. */
export function countsFor(uses: readonly Used[], start: Used = [0, 0, 0, 0], { at = T0, stepMs = 10_000 } = {}): Record<string, unknown>[] {
  let total = start
  return uses.map((used, index) => {
    total = plus(total, used)
    return count({ total, last: used, at: at + (index + 1) * stepMs })
  })
}
export const totalOf = (uses: readonly Used[]): Used => uses.reduce(plus, [0, 0, 0, 0])

export const rolloutPath = (id: string, folder = '.codex/sessions/2026/05/04'): string => `${folder}/rollout-2026-05-04T08-00-00-${id}.jsonl`
export const rolloutText = (...lines: readonly unknown[]): string => jsonLines(...lines)
