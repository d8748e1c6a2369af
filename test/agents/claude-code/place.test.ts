import { describe, expect, it } from 'vitest'
import { ownsLog, placeOf } from '../../../src/agents/claude-code/place.ts'

describe('ownsLog', () => {
  it('takes every shape a log has had', () => {
    for (const path of ['-w/s1.jsonl', '-w/s1/subagents/agent-a1.jsonl', '-w/s1/subagents/workflows/run-1/agent-a2.jsonl', '-w/s1/old.jsonl', '-w/agent-a3.jsonl']) expect(ownsLog(path), path).toBe(true)
  })

  it('leaves everything else alone', () => {
    for (const path of ['s1.jsonl', '-w/s1.json', '-w/s1/subagents/agent-a1.meta.json', '-w/.jsonl', '-w/s1.jsonl.bak', '-w/../x.jsonl', '-w//x.jsonl', 'history.jsonl']) expect(ownsLog(path), path).toBe(false)
  })
})

describe('placeOf', () => {
  it('names the session, and the subagent within the parent\'s session', () => {
    expect(placeOf('-w/s1.jsonl')).toEqual({ session: 's1', subagent: '' })
    expect(placeOf('-w/s1/subagents/agent-a1.jsonl')).toEqual({ session: 's1', subagent: 'a1' })
    expect(placeOf('-w/s1/subagents/workflows/run-1/agent-a2.jsonl')).toEqual({ session: 's1', subagent: 'a2' })
    expect(placeOf('-w/s1/old.jsonl')).toEqual({ session: 's1', subagent: '' })
  })

  it('does not take an agent\'s own name for a session', () => {
    expect(placeOf('-w/agent-a3.jsonl')).toEqual({ session: '', subagent: 'a3' })
  })

  it('keeps control characters of file names out of the ledger', () => {
    expect(placeOf('-w/a\u001fb.jsonl').session).toBe('a\ufffdb')
  })
})
