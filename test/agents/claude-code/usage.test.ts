import { describe, expect, it } from 'vitest'
import { count, readUsage, type Usage } from '../../../src/agents/claude-code/usage.ts'
import { Members } from '../../../src/core/tailing/json-bytes.ts'
import { TOKEN_COUNT_MAX } from '../../../src/core/usage/tokens.ts'
import { aUsage, bytesOf } from '../../support/claude-lines.ts'

function read(usage: unknown): Usage {
  const bytes = bytesOf(usage), found = readUsage(bytes, 0, bytes.length)
  if (!found) throw new Error('no usage')
  return found
}

describe('cache writes', () => {
  const written = (flat: unknown, five: unknown, hour: unknown): readonly number[] => {
    const { cacheWrite5m, cacheWrite1h } = read(aUsage({ cache_creation_input_tokens: flat, cache_creation: { ephemeral_5m_input_tokens: five, ephemeral_1h_input_tokens: hour } })).tokens
    return [cacheWrite5m, cacheWrite1h]
  }

  it('are the flat total when the split is all zeros', () => {
    expect(written(900, 0, 0)).toEqual([900, 0])
  })

  it('are split by the object, the rest of the flat total being five-minute', () => {
    expect(written(900, 300, 600)).toEqual([300, 600])
    expect(written(900, 100, 600)).toEqual([300, 600])
  })

  it('are the split when the flat total says less', () => {
    expect(written(0, 300, 600)).toEqual([300, 600])
    expect(written(undefined, undefined, 600)).toEqual([0, 600])
  })

  it('are five-minute without a split', () => {
    expect(read({ cache_creation_input_tokens: 5, cache_creation: null }).tokens).toMatchObject({ cacheWrite5m: 5, cacheWrite1h: 0 })
  })
})

describe('billing facts', () => {
  it('are read from speed, tier, geography and searches', () => {
    const usage = aUsage({ speed: 'fast', service_tier: 'batch', inference_geo: 'US', server_tool_use: { web_search_requests: 3, web_fetch_requests: 9 } })
    expect(read(usage).billing).toEqual({ speed: 'fast', tier: 'batch', geo: 'us', webSearches: 3 })
    expect(read(aUsage({ service_tier: 'priority' })).billing.tier).toBe('priority')
  })

  it('are standard for null, unknown and absent values', () => {
    const standard = { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 }
    expect(read(aUsage({ speed: null, service_tier: null, inference_geo: null, server_tool_use: null })).billing).toEqual(standard)
    expect(read(aUsage({ speed: 'warp', service_tier: 'gold', inference_geo: 'eu' })).billing).toEqual(standard)
    expect(read({}).billing).toEqual(standard)
  })
})

describe('damaged counters', () => {
  it('count as zero and are flagged, each kind of damage', () => {
    for (const damage of [-5, 1.5, 1e300, TOKEN_COUNT_MAX + 1, '12', true, {}, []]) {
      expect(read(aUsage({ output_tokens: damage })), JSON.stringify(damage)).toMatchObject({ damaged: true, tokens: { output: 0, input: 12 } })
    }
    expect(read(Buffer.from('{"output_tokens":NaN,"input_tokens":3}').toString())).toMatchObject({ damaged: true, tokens: { input: 3 } })
    expect(read('{"output_tokens":1e309}')).toMatchObject({ damaged: true })
  })

  it('leave whole numbers in any notation alone', () => {
    expect(read('{"output_tokens":1e3,"input_tokens":1000000000,"cache_read_input_tokens":7.0}')).toMatchObject({ damaged: false, tokens: { output: 1000, input: 1_000_000_000, cacheRead: 7 } })
  })

  it('are flagged for an advisor by itself', () => {
    const { advisors, damaged } = read(aUsage({ iterations: [{ type: 'advisor_message', model: 'm', output_tokens: -1 }] }))
    expect({ advisors, damaged }).toMatchObject({ damaged: false, advisors: [{ damaged: true, tokens: { output: 0 } }] })
  })
})

describe('lists of iterations', () => {
  it('are bounded in size and number', () => {
    const many = Array.from({ length: 500 }, () => ({ type: 'advisor_message', model: 'm', output_tokens: 1 }))
    expect(read(aUsage({ iterations: many })).advisors).toHaveLength(64)
    expect(read(aUsage({ iterations: [{ type: 'advisor_message', pad: 'x'.repeat(300_000) }] })).advisors).toEqual([])
  })

  it('may be null, a number or full of other things', () => {
    for (const iterations of [null, 7, {}, [1, null, 'x', { type: 'message' }]]) expect(read(aUsage({ iterations })).advisors).toEqual([])
  })
})

describe('what is no usage', () => {
  it('is null for anything but a whole object', () => {
    for (const text of ['null', '7', '[]', '{"output_tokens":1', '']) expect(readUsage(bytesOf(text), 0, text.length), text).toBeNull()
  })

  it('reads a counter that stands in any object', () => {
    const bytes = bytesOf('{"a":41}'), members = new Members(bytes, 0, bytes.length)
    members.next()
    expect(count(bytes, members, { damaged: false })).toBe(41)
  })
})
