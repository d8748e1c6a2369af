// That a found record says what the read one says is held for every line in parse-against-json; here the lines that logs hold.
import { describe, expect, it } from 'vitest'
import { sessionLogs } from '../../../src/agents/claude-code/adapter.ts'
import { RECORD_PLAN } from '../../../src/agents/claude-code/found-record.ts'
import { parseLine } from '../../../src/agents/claude-code/parse.ts'
import { slotOf } from '../../../src/core/tailing/field-plan.ts'
import { instant } from '../../../src/core/time.ts'
import { aMessage, aRecord, aUsage, bytesOf } from '../../support/claude-lines.ts'
import { freshKernel, throughKernel } from '../../support/fresh-kernel.ts'
import { PICKED } from '../../../src/os/logs/line-kernel.ts'

const place = { session: 'stem', subagent: '' }, writtenAt = instant(Date.UTC(2026, 5, 1))
const both = (line: Buffer): unknown[] => [throughKernel(sessionLogs, line, place, writtenAt), parseLine(line, place, writtenAt)]

describe('a record found by its plan', () => {
  it('is found in a line as the client writes it, every field of it', () => {
    const kernel = freshKernel(), plan = kernel.prepare([Buffer.from('_tokens"')], RECORD_PLAN)
    const length = kernel.window.write(`${JSON.stringify(aRecord({ agentId: 'a1' }))}\n`)
    expect(kernel.next(0, 0, length, plan)).toBe(PICKED)
    const absent = ['apiError', 'quotaLimits', 'isApiErrorMessage', 'data']
    for (const { name, slot } of RECORD_PLAN.fields) expect({ name, found: kernel.found.spans[2 * slot] !== -1 }).toEqual({ name, found: !absent.includes(name) })
    expect(kernel.found.spans[2 * slotOf(RECORD_PLAN, 'message', 'usage', 'cache_creation', 'ephemeral_1h_input_tokens')]).not.toBe(-1)
  })

  it.each([
    ['a whole response', aRecord()],
    ['a response that is not finished', aRecord({ message: aMessage({ stop_reason: null }) })],
    ['fast, batch, in one country, with searches', aRecord({ message: aMessage({ usage: aUsage({ speed: 'fast', service_tier: 'batch', inference_geo: 'us', server_tool_use: { web_search_requests: 3 } }) }) })],
    ['calls of an advisor', aRecord({ message: aMessage({ usage: aUsage({ iterations: [{ type: 'advisor_message', model: 'claude-opus-4-6', input_tokens: 5, output_tokens: 6 }] }) }) })],
    ['cache writes of both lengths', aRecord({ message: aMessage({ usage: aUsage({ cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 } }) }) })],
    ['cache writes without a split', aRecord({ message: aMessage({ usage: aUsage({ cache_creation: null, server_tool_use: null }) }) })],
    ['a damaged counter', aRecord({ message: aMessage({ usage: aUsage({ output_tokens: -1, input_tokens: null }) }) })],
    ['the client\'s own error text', aRecord({ isApiErrorMessage: true, apiError: 'usage_limit_reached', message: aMessage({ model: '<synthetic>' }) })],
    ['no message', aRecord({ message: null, toolUseResult: { input_tokens: 1 } })],
    ['no usage', aRecord({ message: aMessage({ usage: null, also: { input_tokens: 1 } }) })],
    ['no id at all', aRecord({ uuid: null, requestId: null, message: aMessage({ id: '' }) })],
    ['a subagent', aRecord({ isSidechain: true, agentId: 'a1' })],
    ['a progress record', { type: 'progress', data: { type: 'agent_progress', agentId: 'a9', message: aRecord() } }],
    ['data beside a message', aRecord({ data: { message: { message: { usage: {} } } } })],
    ['a meter', { type: 'cost-state', sessionId: 's', totalCostUSD: 1, modelUsage: {}, at_tokens: 1 }],
    ['no type', aRecord({ type: undefined })],
    ['another type', aRecord({ type: 'user' })],
  ])('says what the read one says of %s', (_, record) => {
    const [found, read] = both(bytesOf(record))
    expect(found).toEqual(read)
  })

  it('leaves a field that is there twice, and an object cut inside, to the reading of the record', () => {
    const text = JSON.stringify(aRecord())
    for (const line of [text.replace('"cwd"', '"cwd":"/first","cwd"'), text.replace('"input_tokens":12', '"input_tokens" 12'), text.replace('"service_tier":"standard"', '"service_tier":"sta')]) {
      const [found, read] = both(bytesOf(line))
      expect(found).toEqual(read)
    }
  })
})
