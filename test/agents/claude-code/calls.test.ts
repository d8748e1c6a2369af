import { describe, expect, it } from 'vitest'
import { claudeCodeCalls } from '../../../src/agents/claude-code/calls.ts'

const MAIN = '/h/.claude/projects/-web/8a1f.jsonl'

describe('where an answer is written', () => {
  it('is the session\'s own log, or the subagent\'s in the folder beside it', () => {
    expect(claudeCodeCalls.logOf(MAIN, '')).toBe(MAIN)
    expect(claudeCodeCalls.logOf(MAIN, 'aed8')).toBe('/h/.claude/projects/-web/8a1f/subagents/agent-aed8.jsonl')
  })

  it('is found from a subagent\'s log too', () => {
    const other = claudeCodeCalls.logOf(MAIN, 'bbbb')
    expect([claudeCodeCalls.logOf(other, ''), claudeCodeCalls.logOf(other, 'aed8')]).toEqual([MAIN, claudeCodeCalls.logOf(MAIN, 'aed8')])
  })

  it('is nowhere for a subagent whose id is no name of a file', () => {
    for (const id of ['../../x', 'a/b', 'a b', 'a'.repeat(201)]) expect(claudeCodeCalls.logOf(MAIN, id)).toBe('')
  })
})

describe('an error in place of an answer', () => {
  const error = '{"type":"assistant","isApiErrorMessage":true,"timestamp":"2026-11-21T12:00:00.000Z","message":{"model":"<synthetic>"}}'
  it('is told with its time', () => { expect(claudeCodeCalls.failedAt(error)).toBe(Date.parse('2026-11-21T12:00:00.000Z')) })
  it('is not told by an answer, by a text that quotes one, or by half a line', () => {
    for (const line of ['{"type":"assistant","timestamp":"2026-11-21T12:00:00.000Z"}', '{"text":"\\"isApiErrorMessage\\":true","timestamp":"2026-11-21T12:00:00.000Z"}', error.slice(0, 60), '[]', 'null']) expect(claudeCodeCalls.failedAt(line), line).toBeNull()
  })
  it('is found by its marker', () => { expect(error).toContain(claudeCodeCalls.marker) })
})
