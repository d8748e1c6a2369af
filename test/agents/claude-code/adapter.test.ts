import { describe, expect, it } from 'vitest'
import { claudeCode, sessionLogs } from '../../../src/agents/claude-code/adapter.ts'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import { instant } from '../../../src/core/time.ts'
import { parseLine } from '../../../src/agents/claude-code/parse.ts'
import { aRecord, bytesOf } from '../../support/claude-lines.ts'

describe('the Claude Code adapter', () => {
  it('is known by the name its keys begin with', () => {
    expect(KNOWN_AGENTS.get('claude-code')).toBe(claudeCode)
    const parsed = parseLine(bytesOf(aRecord()), sessionLogs.place('-w/s.jsonl'), instant(0))
    expect(parsed).toMatchObject({ kind: 'usage', events: [{ key: expect.stringMatching(/^claude-code:/) }] })
  })

  it('brings every capability the client has', () => {
    expect(Object.keys(claudeCode).toSorted()).toEqual(['accounts', 'calls', 'displayName', 'hooks', 'launch', 'name', 'process', 'registry', 'resume', 'sources'])
  })

  it('finds its lines by words that start with a rare byte and are short enough for a fast search', () => {
    for (const marker of sessionLogs.markers) {
      expect(marker.length).toBeLessThanOrEqual(8)
      expect('_-').toContain(marker[0])
    }
  })
})
