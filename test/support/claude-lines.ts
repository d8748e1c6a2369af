// Log records of Claude Code for tests: a full assistant record whose parts a test replaces, as lines of bytes.

type Json = Record<string, unknown>

export const aUsage = (over: Json = {}): Json => ({
  input_tokens: 12, cache_creation_input_tokens: 300, cache_read_input_tokens: 2000, output_tokens: 19,
  cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 300 }, server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
  service_tier: 'standard', inference_geo: 'not_available', speed: 'standard', iterations: [], ...over,
})

export const aMessage = (over: Json = {}): Json => ({
  model: 'claude-opus-4-5-20251101', id: 'msg_01AbCdEfGhIjKlMnOpQrStUv', type: 'message', role: 'assistant', content: [{ type: 'text', text: 'done' }],
  stop_reason: 'end_turn', stop_sequence: null, usage: aUsage(), ...over,
})

export const aRecord = (over: Json = {}): Json => ({
  parentUuid: null, isSidechain: false, userType: 'external', cwd: '/home/dev/web', sessionId: '11111111-1111-4111-a111-111111111111', version: '2.1.329',
  gitBranch: 'main', message: aMessage(), requestId: 'req_011CAbC', type: 'assistant', uuid: '22222222-2222-4222-a222-222222222222', timestamp: '2026-01-05T08:00:00.000Z', ...over,
})

export const bytesOf = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))

/** A record with this usage and no other difference. */
export const withUsage = (usage: Json, message: Json = {}): Buffer => bytesOf(aRecord({ message: aMessage({ usage: aUsage(usage), ...message }) }))
