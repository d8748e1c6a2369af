import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bundledRateCard } from '../../../src/core/pricing/bundled-card.ts'
import { buildRateCard } from '../../../src/core/pricing/rate-card.ts'
import { RATE_CARD_DATA } from '../../../src/core/pricing/rate-card-data.ts'
import { resolveModel } from '../../../src/core/pricing/resolve-model.ts'
import { cardOf } from './cards.ts'

const card = bundledRateCard()
const idOf = (name: string): string | null => resolveModel(card, name)?.id ?? null

describe('resolveModel', () => {
  test.each([
    ['claude-opus-5-5', 'claude-opus-5-5'],
    ['Claude-Opus-5-5', 'claude-opus-5-5'],
    ['claude-opus-5-5[1m]', 'claude-opus-5-5'],
    ['claude-opus-4-5-20251101', 'claude-opus-4-5'],
    ['claude-haiku-4-5-20251001', 'claude-haiku-4-5'],
    ['claude-sonnet-4-20250514', 'claude-sonnet-4-0'],
    ['claude-opus-4-1-20250805', 'claude-opus-4-1'],
    ['claude-3-5-sonnet-20241022', 'claude-3-5-sonnet'],
    ['claude-3-opus-20240229', 'claude-3-opus-latest'],
    ['anthropic/claude-opus-4.6', 'claude-opus-4-6'],
    ['openrouter/anthropic/claude-sonnet-4.5:thinking', 'claude-sonnet-4-5'],
    ['claude-opus-4@20250514', 'claude-opus-4-0'],
    ['claude-3-5-sonnet-v2@20241022', 'claude-3-5-sonnet'],
    ['claude-opus-4-6@default', 'claude-opus-4-6'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0[1m]', 'claude-sonnet-4-5'],
    ['anthropic.claude-3-7-sonnet-20250219-v1:0:200k', 'claude-3-7-sonnet-latest'],
    ['bedrock/converse/us.anthropic.claude-opus-4-6-v1:0', 'claude-opus-4-6'],
    ['arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-6-v1:0', 'claude-opus-4-6'],
    ['arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0', 'claude-3-haiku'],
    ['publishers/anthropic/models/claude-haiku-4-5@20251001', 'claude-haiku-4-5'],
    ['projects/p/locations/us-east5/publishers/anthropic/models/claude-haiku-4-5@20251001', 'claude-haiku-4-5'],
    ['gpt-5.5', 'gpt-5.5'],
    ['gpt-5.2-codex', 'gpt-5.2'],
    ['openai/gpt-5.6-luna-2026-07-09', 'gpt-5.6-luna'],
    ['gpt-4o-2024-05-13', 'gpt-4o-2024-05-13'],
    ['gpt-4o-2024-11-20', 'gpt-4o'],
    ['models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['gemini-2.0-flash-001', 'gemini-2.0-flash'],
    ['gemini-3.8-flash', 'gemini-3.8-flash'],
    ['x-ai/grok-code-fast-1', 'grok-code-fast-1'],
    ['GLM-5.2', 'glm-5.2'],
    ['qwen/qwen3-coder-plus', 'qwen/qwen3-coder-plus'],
    ['z-ai/glm-4.7', 'z-ai/glm-4.7'],
    ['zai/glm-4.7', 'glm-4.7'],
  ])('reads %s as %s', (name, id) => {
    expect(idOf(name)).toBe(id)
  })

  test.each([
    'claude-sonnet-5-6', 'claude-sonnet-5-5-5', 'claude-opus-6', 'claude-opus', 'opus', 'claude', 'my-claude-opus-4-6', 'claude-opus-4-6-turbo',
    'acme/claude-opus-4-6', 'gpt-5.5-mini', 'gpt-55', 'kimi-k2-thinking:free', 'qwen3-coder:latest', 'claude-opus-4-6:free', 'claude-opus-4-6@20261399x',
    'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdef', 'anthropic/', '/claude-opus-4-6', '[1m]', '-20250514', '<synthetic>', ' ', '',
    'anthropic/'.repeat(9) + 'claude-opus-4-6', 'claude-opus-4-6' + '[1m]'.repeat(9),
  ])('knows no model called %j', name => {
    expect(idOf(name)).toBe(null)
  })

  test('never reads a new model as the older one whose name begins it', () => {
    // Upstream matches sonnet 5 by prefix; that would price sonnet 5.5 cache reads at twice their rate.
    expect([idOf('claude-sonnet-5-5'), idOf('claude-sonnet-5')]).toEqual(['claude-sonnet-5-5', 'claude-sonnet-5'])
    const without = buildRateCard({ ...RATE_CARD_DATA, models: RATE_CARD_DATA.models.filter(([id]) => id !== 'claude-sonnet-5-5') })
    expect(resolveModel(without, 'claude-sonnet-5-5')).toBe(null)
  })

  test('tells a regional endpoint from a global one', () => {
    const regional = (name: string): boolean | undefined => resolveModel(card, name)?.regional
    expect(regional('eu.anthropic.claude-opus-4-6-v1:0')).toBe(true)
    expect(regional('anthropic.claude-opus-4-6-v1:0')).toBe(true)
    expect(regional('global.anthropic.claude-opus-4-6-v1:0')).toBe(false)
    expect(regional('projects/p/locations/europe-west1/publishers/anthropic/models/claude-opus-4-6')).toBe(true)
    expect(regional('projects/p/locations/global/publishers/anthropic/models/claude-opus-4-6')).toBe(false)
    expect(regional('claude-opus-4-6')).toBe(false)
  })

  test('says how it found a model', () => {
    expect(['claude-opus-4-6', 'claude-4-6-opus', 'anthropic/claude-opus-4-6'].map(name => resolveModel(card, name)?.how)).toEqual(['exact', 'alias', 'stripped'])
  })

  test('finds every id and alias of the card as written', () => {
    for (const [id, , aliases] of RATE_CARD_DATA.models) for (const name of [id, ...aliases]) expect([name, idOf(name)]).toEqual([name, id])
  })

  test('answers the same from memory as at first sight, and never remembers without bound', () => {
    const small = cardOf({ models: [['m', 'x', ['n'], [[null, null, 0, [1, 1, null, null, null], null]]]] })
    for (let index = 0; index < 5_000; index++) {
      expect(resolveModel(small, `hostile-${index}`)).toBe(null)
      expect(small.resolved.size).toBeLessThanOrEqual(2_000)
    }
    expect(resolveModel(small, 'n')).toEqual({ id: 'm', regional: false, how: 'alias' })
    expect(resolveModel(small, 'n')).toEqual({ id: 'm', regional: false, how: 'alias' })
    resolveModel(small, 'y'.repeat(257))
    expect(small.resolved.has('y'.repeat(257))).toBe(false)
  })

  test('gives a hostile name an answer in bounded time and never an invented model', () => {
    const nasty = fc.oneof(fc.string({ maxLength: 300 }), fc.array(fc.constantFrom('anthropic/', 'us.anthropic.', 'claude-', '-20250514', '[1m]', '@latest', '-v1:0', ':thinking', '.', '__proto__', 'opus', '-4-6'), { maxLength: 30 }).map(parts => parts.join('')))
    fc.assert(fc.property(nasty, name => {
      const resolution = resolveModel(card, name)
      if (resolution === null) return
      expect(card.models.has(resolution.id)).toBe(true)
      // Affixes are removed, letters are not changed: the id or one of its aliases stands in the name as a whole.
      const names = [resolution.id, ...card.models.get(resolution.id)?.aliases ?? []]
      expect(names.some(known => name.toLowerCase().includes(known))).toBe(true)
    }), { numRuns: 3_000 })
  })
})
