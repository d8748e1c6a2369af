import { describe, expect, it } from 'vitest'
import { compatQuery, compatRequest, hasSundayWeeks, isCompat, type CompatWords } from '../../../src/cli/compat/forms.ts'
import { REPORT_KINDS } from '../../../src/core/reports/keys.ts'

const words: CompatWords = { form: 'ccusage', kind: 'daily', by: undefined, order: undefined, instances: false, withCost: true, active: false, recent: false, tokenLimit: undefined }
const refusal = (over: Partial<CompatWords>): string => {
  try {
    compatRequest({ ...words, ...over })
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_input' })
    return (error as Error).message
  }
  throw new Error('it was not refused')
}

describe('a form of ccusage', () => {
  it('exists for the reports it has', () => {
    expect(REPORT_KINDS.filter(isCompat)).toEqual(['daily', 'weekly', 'monthly', 'session', 'blocks'])
  })
  it('asks for rows as fine as its shape, and for logs read anew', () => {
    const query = { kind: 'daily', zone: 'UTC', since: '2026-01-01', breakdown: true } as const
    expect(compatQuery(query, compatRequest(words))).toEqual({ kind: 'daily', zone: 'UTC', since: '2026-01-01', by: ['agent', 'model', 'speed'], fresh: true })
    expect(compatQuery(query, compatRequest({ ...words, form: 'ccusage-claude', instances: true }))).toMatchObject({ agent: 'claude-code', by: ['project', 'model', 'speed'] })
    expect(compatQuery({ kind: 'blocks' }, compatRequest({ ...words, kind: 'blocks' }))).toEqual({ kind: 'blocks', agent: 'claude-code', by: [], breakdown: true, fresh: true })
  })
  it('takes a session whole, so that its range is not asked for', () => {
    expect(compatQuery({ kind: 'session', since: '2026-01-01', until: '2026-01-02' }, compatRequest({ ...words, kind: 'session' }))).toEqual({ kind: 'session', by: ['agent', 'model', 'speed'], fresh: true })
  })
  it('has weeks from Sunday where its tool has', () => {
    expect((['ccusage', 'ccusage-claude', 'ccusage@18'] as const).map(form => hasSundayWeeks({ form, kind: 'weekly' }))).toEqual([false, true, true])
    expect(compatQuery({ kind: 'weekly' }, compatRequest({ ...words, form: 'ccusage@18', kind: 'weekly' }))).toMatchObject({ kind: 'daily' })
  })
  it.each([
    ['instances of all agents', { instances: true }, 'write --compat ccusage-claude --instances'],
    ['keys that its tool does not know', { by: ['project'] }, '--by has no counterpart'],
    ['agents of sessions', { by: ['agent'], kind: 'session' }, '--by has no counterpart'],
    ['a limit that is no number', { tokenLimit: '12k' }, '--token-limit takes a number of tokens, or max, not "12k"'],
  ] as const)('refuses %s', (_, over, message) => {
    expect(refusal(over)).toContain(message)
  })
})
