import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MEMORY_CHARACTERS_MAX, type LineSource } from '../../../src/core/sessions/log-source.ts'
import { tempHome, type TempHome } from '../../support/home.ts'
import { FULL_TOOLS, SourceReading } from '../../support/source-reading.ts'
import { openings, toyAgent, toyLines } from '../../support/toy-agent.ts'
import { zstdStored } from '../../support/zstd-stored.ts'

let home: TempHome, reading: SourceReading, file: string
beforeEach(() => {
  home = tempHome('lines')
  file = path.join(home.path, '.toy', 'lines', 'log-a.jsonl')
  mkdirSync(path.dirname(file), { recursive: true })
  reading = new SourceReading(home.path, [toyAgent])
  openings.length = 0
})
afterEach(() => home.remove())

const lines = (...counts: readonly number[]): string => counts.map(n => `{"n":${n}}\n`).join('')

describe('a parser\'s memory', () => {
  it('goes on with an append, as if the file had been read at once', () => {
    writeFileSync(file, lines(1, 2))
    reading.read()
    appendFileSync(file, lines(3))
    reading.read()
    expect(reading.keys).toEqual(['toy:log-a.jsonl#0', 'toy:log-a.jsonl#1', 'toy:log-a.jsonl#2'])
    expect(openings.map(({ memory }) => memory)).toEqual([null, '2'])
  })

  it('starts with nothing when the file was rewritten, truncated or replaced', () => {
    writeFileSync(file, lines(1, 2, 3))
    reading.read()
    writeFileSync(file, lines(7))
    reading.read()
    writeFileSync(file, lines(8, 9, 10, 11))
    reading.read()
    expect(openings.map(({ memory }) => memory)).toEqual([null, null, null])
  })

  it('is kept with every batch, so that a reading interrupted anywhere goes on', () => {
    writeFileSync(file, lines(1, 2, 3, 4, 5))
    const [first] = reading.read({ events: 2, bytes: 1_000_000 })
    const again = new SourceReading(home.path, [toyAgent])
    if (first?.outcome === 'read') again.cursors.set(file, first.file)
    again.read()
    expect(again.keys).toEqual(['toy:log-a.jsonl#2', 'toy:log-a.jsonl#3', 'toy:log-a.jsonl#4'])
  })

  it('that grows without bound is not kept, and is named', () => {
    const hoarder: LineSource = { ...toyLines, open: () => ({ parse: () => ({ kind: 'ignored' }), memory: () => 'x'.repeat(MEMORY_CHARACTERS_MAX + 1) }) }
    reading = new SourceReading(home.path, [{ ...toyAgent, sources: [hoarder] }])
    writeFileSync(file, lines(1))
    reading.read()
    expect(reading.cursors.get(file)?.memory).toBe('')
    expect(reading.flaws).toMatchObject([{ kind: 'oversized', why: 'its parser remembers more than can be kept; what follows may be read without it' }])
  })
})

describe('a compressed log', () => {
  it('gives the same responses as its plain copy, in flat batches', () => {
    writeFileSync(file, lines(1, 2, 3))
    writeFileSync(`${file}.zst`, zstdStored(Buffer.from(lines(1, 2, 3))))
    const sizes = reading.find().logs.reduce((sum, { size }) => sum + size, 0)
    reading.read({ events: 2, bytes: 1_000_000 })
    expect(reading.totals).toMatchObject({ responses: 3, output: 6 })
    expect(reading.batches.reduce((sum, { bytes }) => sum + bytes, 0), 'progress ends at the whole').toBe(sizes)
    expect(reading.read()).toEqual([])
    expect(reading.flaws).toEqual([])
  })

  it('is read whole again when only half of it had been', () => {
    writeFileSync(`${file}.zst`, zstdStored(Buffer.from(lines(1, 2, 3))))
    const [first] = reading.read({ events: 2, bytes: 1_000_000 })
    const again = new SourceReading(home.path, [toyAgent])
    if (first?.outcome === 'read') again.cursors.set(`${file}.zst`, first.file)
    again.read()
    expect(again.totals.output).toBe(6)
  })

  it('holds a line longer than a window, and one that reaches over many frames', () => {
    const long = `{"pad":"${'x'.repeat(1_500_000)}","n":4}\n`
    writeFileSync(`${file}.zst`, zstdStored(Buffer.from(lines(1) + long + lines(2))))
    reading.read()
    expect(reading.totals).toMatchObject({ responses: 3, output: 7 })
  })

  it('that is damaged keeps what was read of it and is named; the others are read', () => {
    const whole = zstdStored(Buffer.from(lines(1, 2, 3)))
    writeFileSync(`${file}.zst`, Buffer.concat([whole, Buffer.from('no frame here, and more of it')]))
    writeFileSync(path.join(path.dirname(file), 'log-b.jsonl'), lines(9))
    reading.read()
    expect(reading.flaws.map(({ kind }) => kind)).toEqual(['unreadable'])
    expect(reading.events.get('toy:log-a.jsonl#2')?.tokens.output).toBe(3)
    expect(reading.events.get('toy:log-b.jsonl#0')?.tokens.output).toBe(9)
  })

  it('cannot be read where there is no decompressor, and says so', () => {
    writeFileSync(`${file}.zst`, zstdStored(Buffer.from(lines(1))))
    reading.tools = { ...FULL_TOOLS, decompress: null }
    reading.read()
    expect(reading.flaws).toMatchObject([{ kind: 'unreadable', why: 'compressed logs cannot be read here' }])
  })
})
