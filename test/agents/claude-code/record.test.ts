import { describe, expect, it } from 'vitest'
import { ABSENT, readRecord, textOf, valueOf, type RecordFields } from '../../../src/agents/claude-code/record.ts'
import { aRecord, bytesOf } from '../../support/claude-lines.ts'

function recordOf(line: Buffer): RecordFields {
  const read = readRecord(line)
  if (read.read !== 'record') throw new Error(read.read)
  return read.record
}

describe('readRecord', () => {
  it('finds the fields where they stand, wherever the type stands', () => {
    const { type, ...rest } = aRecord()
    for (const value of [{ type, ...rest }, { ...rest, type }]) {
      const line = bytesOf(value), record = recordOf(line)
      expect([record.cwd, record.branch, record.sessionId, record.requestId].map(field => textOf(line, field))).toEqual(['/home/dev/web', 'main', '11111111-1111-4111-a111-111111111111', 'req_011CAbC'])
      expect(record.sidechain).toBe(false)
    }
  })

  it('stops at a type that bears no usage, and does not care what follows', () => {
    expect(readRecord(bytesOf('{"type":"user","message":{{{{'))).toEqual({ read: 'other' })
    expect(readRecord(bytesOf('{"cwd":"/x"}'))).toEqual({ read: 'other' })
  })

  it('takes the last of two equal keys, as JSON.parse does', () => {
    const line = bytesOf('{"type":"assistant","cwd":"/a","cwd":"/b"}')
    expect(textOf(line, recordOf(line).cwd)).toBe('/b')
  })

  it('reads nothing from fields of another type', () => {
    const line = bytesOf(aRecord({ cwd: 7, gitBranch: ['main'], isSidechain: 'true', sessionId: null })), record = recordOf(line)
    expect([record.cwd, record.branch, record.sessionId].map(field => textOf(line, field))).toEqual(['', '', ''])
    expect(record.sidechain).toBeNull()
  })

  it('parses a small field whole and a large one not at all', () => {
    const line = bytesOf(aRecord({ quotaLimits: { status: 'rejected' } }))
    expect(valueOf(line, recordOf(line).quotaLimits, 100)).toEqual({ status: 'rejected' })
    expect(valueOf(line, recordOf(line).quotaLimits, 10)).toBeUndefined()
    expect(valueOf(line, ABSENT, 10)).toBeUndefined()
  })
})
