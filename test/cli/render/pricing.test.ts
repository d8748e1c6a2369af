import { describe, expect, it } from 'vitest'
import { renderDiagnosis, renderPrices, renderRepriced } from '../../../src/cli/render/pricing.ts'
import { plainLine, type Line } from '../../../src/core/text/line.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'
import { samples } from '../../support/sample-answers.ts'

const view = { columns: 100, now: SAMPLE_NOW, rowsMax: 12 }
const text = (lines: readonly Line[]): string => lines.map(plainLine).join('\n')
const [model] = samples['pricing.show'].models

describe('prices', () => {
  it('of one model show every span, long prompts, modifiers and sources', () => {
    expect(text(renderPrices(samples['pricing.show'], view))).toBe([
      'rate card 2026.11-1a2b3c4d, USD per million tokens',
      '',
      'claude-sonnet-9  anthropic',
      '',
      'WHEN                                       INPUT  OUTPUT  CACHE READ  WRITE 5M  WRITE 1H',
      '2026-01-01 to 2027-01-01, 01:00-04:00 UTC   3.00   15.00        0.30      3.75      6.00',
      '  prompts above 200k                        6.00   22.50        0.60      7.50     12.00',
      '',
      'batch × 1/2',
      '',
      'source https://example.test/prices',
    ].join('\n'))
  })
  it('of several models are one table, an unknown one marked', () => {
    const unknown = { known: false, model: 'gpt-x', card: '2026.11-1a2b3c4d' } as const
    expect(text(renderPrices({ card: 'c', models: [model, unknown] }, view)).split('\n').slice(2)).toEqual([
      'MODEL              INPUT  OUTPUT  CACHE READ  WRITE 5M  WRITE 1H',
      'claude-sonnet-9     3.00   15.00        0.30      3.75      6.00',
      'gpt-x            unknown',
    ])
  })
  it('say what an unknown model means', () => {
    expect(text(renderPrices({ card: 'c', models: [{ known: false, model: 'gpt-x', card: 'c' }] }, view))).toContain('its tokens are counted, its cost is not; totals show a +')
    expect(text(renderPrices({ card: 'c', models: [] }, view))).toContain('the card knows no such model')
  })
})

describe('a diagnosis', () => {
  it('names what has no price and where the client disagrees', () => {
    expect(text(renderDiagnosis(samples['pricing.diagnose'], view))).toBe([
      'No price yet  rate card 2026.11-1a2b3c4d; tokens are kept, cost is unknown, totals show a +',
      '  MODEL          RESPONSES  TOKENS',
      '  claude-opus-9          3  81,223',
      '  a newer card may know it; then: purser pricing reprice',
      '',
      'The client says otherwise  by more than 1 %',
      "  MODEL              OURS  CLIENT'S  OFF BY",
      '  claude-sonnet-9  $10.21    $10.00   2.1 %',
    ].join('\n'))
  })
  it('is one line when all is well', () => {
    expect(text(renderDiagnosis({ card: 'c', unpriced: [{ model: '', responses: 2, tokens: 30 }], disagreements: [] }, view))).toContain('(the log names none)')
    expect(text(renderDiagnosis({ card: 'c', unpriced: [], disagreements: [] }, view))).toBe('✓ everything is priced (rate card c), and the clients agree')
  })
})

it('says what repricing did, and what it could not', () => {
  expect(text(renderRepriced(samples['pricing.reprice']))).toBe('3 responses priced: $1.04\n1 response still without a price; see: purser pricing diagnose')
  expect(text(renderRepriced({ repriced: 0, cost: '0.00', stillUnpriced: 0 }))).toBe('nothing was waiting for a price that the card now knows')
})
