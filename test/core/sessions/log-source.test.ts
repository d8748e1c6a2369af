import { describe, expect, it } from 'vitest'
import { memoryless, type LogPlace } from '../../../src/core/sessions/log-source.ts'
import { instant, type Instant } from '../../../src/core/time.ts'

describe('a memoryless source', () => {
  it('hands every line to the parser with the place of its file, and leaves nothing to remember', () => {
    const calls: [number, LogPlace, Instant][] = []
    const open = memoryless((line, place, writtenAt) => {
      calls.push([line.length, place, writtenAt])
      return { kind: 'ignored' }
    })
    const place = { session: 's1', subagent: 'a' }
    const parser = open({ place, path: 's1.jsonl', root: '/logs', memory: 'left over', companions: {} })
    parser.parse(new Uint8Array(3), instant(7))
    parser.parse(new Uint8Array(5), instant(9))
    expect(calls).toEqual([[3, place, 7], [5, place, 9]])
    expect(parser.memory()).toBe('')
  })
})
