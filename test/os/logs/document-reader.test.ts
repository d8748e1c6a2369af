import { mkdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DOCUMENT_BYTES_MAX } from '../../../src/core/sessions/log-source.ts'
import { TORN_FOR_MS } from '../../../src/os/logs/document-reader.ts'
import { tempHome, type TempHome } from '../../support/home.ts'
import { FULL_TOOLS, SourceReading } from '../../support/source-reading.ts'
import { openings, toyAgent } from '../../support/toy-agent.ts'

const WRITTEN = Date.UTC(2026, 5, 1)
let home: TempHome, reading: SourceReading, file: string
beforeEach(() => {
  home = tempHome('documents')
  file = path.join(home.path, '.toy', 'documents', 'chat.json')
  mkdirSync(path.dirname(file), { recursive: true })
  reading = new SourceReading(home.path, [toyAgent])
  reading.tools = { ...FULL_TOOLS, now: () => WRITTEN + 1 }
  openings.length = 0
})
afterEach(() => home.remove())

/** Writes the document `age` seconds after the first. */
function put(text: string, age = 0): void {
  writeFileSync(file, text)
  utimesSync(file, WRITTEN / 1000 + age, WRITTEN / 1000 + age)
}
const documentOf = (responses: Readonly<Record<string, number>>): string => JSON.stringify({ responses })

describe('reading a document', () => {
  it('takes what it holds, once, and again when it was rewritten', () => {
    put(documentOf({ a: 1, b: 2 }))
    expect(reading.read()).toHaveLength(1)
    expect(reading.read()).toEqual([])
    put(documentOf({ a: 1, b: 5, c: 7 }), 1)
    reading.read()
    expect(reading.totals).toMatchObject({ responses: 3, output: 13 })
    // Progress is measured by sizes: a rewrite counts what it grew by.
    expect(reading.batches.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(reading.cursors.get(file)?.size)
  })

  it('reads a rewrite that changed neither length, beginning nor end', () => {
    const filler = 'x'.repeat(4_000)
    put(documentOf({ [filler]: 0, a: 1, [`${filler}y`]: 0 }))
    reading.read()
    put(documentOf({ [filler]: 0, a: 9, [`${filler}y`]: 0 }), 1)
    reading.read()
    expect(reading.events.get('toy:a')?.tokens.output).toBe(9)
  })

  it('hands the parser what it left at the last whole reading', () => {
    put(documentOf({ a: 1 }))
    reading.read()
    put(documentOf({ a: 1, b: 2 }), 1)
    reading.read()
    expect(openings.map(({ memory }) => memory)).toEqual([null, '1 seen'])
  })

  it('keeps what was counted and its cursor while the document is being written, and reads it when it is whole', () => {
    put(documentOf({ a: 1 }))
    reading.read()
    const before = reading.cursors.get(file)
    put('{"responses": {"a": 1, "b', 1)
    expect(reading.read().map(({ outcome }) => outcome)).toEqual(['torn'])
    expect(reading.cursors.get(file)).toEqual(before)
    expect(reading.flaws).toEqual([])
    put(documentOf({ a: 1, b: 4 }), 2)
    reading.read()
    expect(reading.totals.output).toBe(5)
  })

  it('names a document that stays torn, and leaves it alone until it changes', () => {
    put('{"responses": ')
    reading.tools = { ...FULL_TOOLS, now: () => WRITTEN + TORN_FOR_MS }
    reading.read()
    expect(reading.flaws).toMatchObject([{ kind: 'malformed', path: file, why: 'the document is cut or is no JSON; what it held before stays counted' }])
    expect(reading.read()).toEqual([])
  })

  it('reads past a byte order mark, and does not read what is too large', () => {
    put(`\ufeff${documentOf({ a: 3 })}`)
    reading.read()
    expect(reading.totals.output).toBe(3)
    truncateSync(file, DOCUMENT_BYTES_MAX + 1)
    reading.read()
    expect(reading.flaws).toMatchObject([{ kind: 'oversized', bytes: DOCUMENT_BYTES_MAX + 1 }])
  })

  it('hands out a large one in bounded batches, whose cursor says unread until the last', () => {
    put(documentOf(Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`r${n}`, 1]))))
    const reads = reading.read({ events: 4, bytes: 1_000_000 })
    expect(reading.batches.map(batch => batch.usage.length)).toEqual([4, 4, 2])
    expect(reads.map(read => read.outcome === 'read' && read.atEnd)).toEqual([false, false, true])
    expect(reads.map(read => read.outcome === 'read' && read.file.size >= 0)).toEqual([false, false, true])
    expect(reading.totals.responses).toBe(10)
  })
})
