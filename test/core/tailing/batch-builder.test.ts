import { describe, expect, it } from 'vitest'
import { BatchBuilder } from '../../../src/core/tailing/batch-builder.ts'
import type { FileRead, FoundLog } from '../../../src/core/tailing/scan.ts'
import { instant } from '../../../src/core/time.ts'
import type { UsageEvent } from '../../../src/core/usage/usage-event.ts'
import { aCopy } from '../../support/usage-events.ts'

const log = (path: string): FoundLog => ({ path, agent: 'claude-code', source: 'sessions', root: '/r', account: '~/.claude', place: { session: '', subagent: '' }, size: 1, modifiedAt: instant(1) })
const gone = (path: string): FileRead => ({ outcome: 'gone', log: log(path) })
const usage = (...events: UsageEvent[]) => ({ kind: 'usage', events }) as const
const inSession = (session: string, over: Partial<UsageEvent> = {}): UsageEvent => aCopy({ origin: { ...aCopy().origin, session }, ...over })

describe('BatchBuilder', () => {
  it('merges copies of a response and counts it once', () => {
    const batch = new BatchBuilder()
    batch.addParsed(usage(aCopy({ tokens: { ...aCopy().tokens, output: 1 } })))
    batch.addParsed(usage(aCopy({ tokens: { ...aCopy().tokens, output: 9 } })))
    batch.addFile(gone('/r/a'))
    expect(batch.facts).toBe(1)
    expect([...batch.build().usage]).toMatchObject([{ file: 0, fact: { tokens: { output: 9 } } }])
  })

  it('places a response in the file whose copy owns it, not in the one read last or first', () => {
    const batch = new BatchBuilder()
    batch.addParsed(usage(inSession('fork', { sidechain: true, at: instant(1) })))
    batch.addFile(gone('/r/fork'))
    batch.addParsed(usage(inSession('main', { at: instant(2) })))
    batch.addFile(gone('/r/main'))
    batch.addParsed(usage(inSession('late', { sidechain: true, at: instant(3) })))
    batch.addFile(gone('/r/late'))
    expect([...batch.build().usage]).toMatchObject([{ file: 1, fact: { at: 1, origin: { session: 'main' } } }])
  })

  it('remembers which sessions repeat a response that another one owns', () => {
    const batch = new BatchBuilder()
    for (const session of ['b', 'a', 'c', 'c']) batch.addParsed(usage(inSession(session)))
    batch.addFile(gone('/r/x'))
    expect(batch.build().copies.map(copy => copy.session).toSorted()).toEqual(['b', 'c'])
  })

  it('keeps meters and quota signals apart from usage, each with its file', () => {
    const batch = new BatchBuilder()
    batch.addFile(gone('/r/a'))
    batch.addParsed({ kind: 'quota', signals: [{ session: 's', at: instant(1), window: 'five_hour', minutes: 300, usedPercent: null, exhausted: true, resetsAt: null }] })
    batch.addParsed({ kind: 'ignored' })
    batch.addParsed({ kind: 'malformed', why: 'x' })
    batch.addFile(gone('/r/b'))
    expect(batch.build()).toMatchObject({ usage: { length: 0 }, meters: [], quotas: [{ file: 1 }] })
  })

  it('adds up what was read and knows when it holds nothing', () => {
    const batch = new BatchBuilder()
    expect(batch.isEmpty).toBe(true)
    batch.addRead(3, 100)
    batch.addRead(4, 200)
    batch.addFile(gone('/r/a'))
    expect(batch.isEmpty).toBe(false)
    expect(batch.build()).toMatchObject({ lines: 7, bytes: 300 })
  })
})
