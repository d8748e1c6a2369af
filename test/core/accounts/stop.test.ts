import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CLAUDE_CODE_STOPS } from '../../../src/agents/claude-code/stops.ts'
import { CODEX_STOPS } from '../../../src/agents/codex/stops.ts'
import { classifyStop, type StopRule } from '../../../src/core/accounts/stop.ts'

const RULES: readonly StopRule[] = [{ kind: 'throttle', text: /not your limit/ }, { kind: 'quota', text: /limit/, window: 'five_hour' }]

describe('a stop', () => {
  it('is what the first row that fits says', () => {
    expect(classifyStop('Limit reached', RULES)).toEqual({ kind: 'quota', window: 'five_hour' })
    expect(classifyStop('this is\u00a0not\nyour LIMIT', RULES)).toEqual({ kind: 'throttle', window: '' })
  })
  it('is none where no row fits, and for a page that mentions limits', () => {
    expect(classifyStop('all good', RULES).kind).toBe('none')
    expect(classifyStop(`Limit reached ${'x'.repeat(1_000)}`, RULES).kind).toBe('none')
  })
  it('is never thrown about, whatever the text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), text => { for (const rules of [CLAUDE_CODE_STOPS, CODEX_STOPS]) classifyStop(text, rules) }), { numRuns: 300 })
  })
})
