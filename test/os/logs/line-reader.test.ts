import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HEAD_BYTES_MAX, TAIL_BYTES } from '../../../src/core/tailing/cursor.ts'
import { LINE_BYTES_MAX } from '../../../src/core/tailing/scan.ts'
import { WINDOW_BYTES } from '../../../src/os/logs/line-kernel.ts'
import { LineReader, readsOf, type LineSink, type Prefix } from '../../../src/os/logs/line-reader.ts'
import { freshKernel } from '../../support/fresh-kernel.ts'
import { Random } from '../../support/random.ts'

const MARKERS = [Buffer.from('_tokens"'), Buffer.from('-state"')]
const NOTHING: Prefix = { head: new Uint8Array(0), tail: new Uint8Array(0) }

let folder: string, file: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'purser-lines-'))
  file = path.join(folder, 'log.jsonl')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Told { readonly marked: string[]; readonly odd: number[]; readonly gaps: (readonly [number, number])[] }

const kernel = freshKernel()

/** Reads the file with a window of this size, pausing wherever `pause` says; checks every pause's position. */
function read(content: Buffer, window: number, pause: () => boolean = () => false, prefix = NOTHING, from = 0, swift = false): Told & { reader: LineReader; offsets: number[] } {
  writeFileSync(file, content)
  const fd = openSync(file, 'r')
  const told: Told = { marked: [], odd: [], gaps: [] }, offsets: number[] = []
  const sink: LineSink = {
    marked: (line, offset) => { told.marked.push(`${offset}:${line.toString('latin1')}`) },
    odd: offset => { told.odd.push(offset) },
    gap: (offset, length) => { told.gaps.push([offset, length]) },
    isFull: pause,
  }
  try {
    const reader = new LineReader({ read: readsOf(fd), from, to: content.length }, swift ? kernel.window.subarray(0, window) : Buffer.alloc(window), MARKERS, prefix, swift ? { kernel, plan: null } : null)
    let done = false
    while (!done) {
      done = reader.run(sink)
      offsets.push(reader.offset)
      expect(Buffer.from(reader.tail).equals(content.subarray(Math.max(0, reader.offset - TAIL_BYTES), reader.offset))).toBe(true)
      expect(Buffer.from(reader.head).equals(content.subarray(0, Math.min(HEAD_BYTES_MAX, reader.offset)))).toBe(true)
    }
    return { ...told, reader, offsets }
  } finally {
    closeSync(fd)
  }
}

/** The same, told by splitting the whole content in memory. */
function expected(content: Buffer): Told & { lines: number; end: number } {
  const told: Told = { marked: [], odd: [], gaps: [] }
  let at = 0, lines = 0
  for (let lf = content.indexOf(10); lf !== -1; at = lf + 1, lf = content.indexOf(10, at)) {
    lines++
    const bom = at === 0 && content.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0
    const line = content.subarray(at + bom, lf), text = line.toString('latin1').replace(/^[\x20\t\r]+|[\x20\t\r]+$/g, '')
    if (MARKERS.some(marker => line.includes(marker))) told.marked.push(`${at}:${line.toString('latin1')}`)
    else if (text !== '' && !(text.startsWith('{') && text.endsWith('}'))) told.odd.push(at)
  }
  return { ...told, lines, end: at }
}

function someContent(random: Random): Buffer {
  const parts = random.chance(0.2) ? ['\xef\xbb\xbf'] : []
  for (let n = random.int(0, 30); n > 0; n--) {
    const body = 'abc _tok -st "'.repeat(400).slice(0, random.pick([0, 3, 40, 700, 2_400, 2_600, 5_000]) + random.int(0, 30))
    const mark = random.pick(['', '', '_tokens"', '-state"', '_tokens'])
    const cut = random.int(0, body.length)
    parts.push(random.pick(['{', '{', '{', ' {', '']), body.slice(0, cut), mark, body.slice(cut), random.pick(['}', '}', '} ', '}\r', '']), random.pick(['\n', '\n', '\n', '\n\n', '\r\n']))
  }
  if (random.chance(0.5)) parts.push('{"unfinished _tokens"'.repeat(random.pick([1, 200])))
  return Buffer.from(parts.join(''), 'latin1')
}

describe('the line reader', () => {
  it('tells what splitting the whole file would, through windows far smaller than its lines, paused anywhere', () => {
    for (let seed = 0; seed < 400; seed++) {
      const random = new Random(seed), content = someContent(random)
      const window = random.pick([2_560, 3_000, 4_096, 65_536])
      const { lines, end, ...told } = expected(content)
      for (const swift of [false, true]) {
        const found = read(content, window, random.chance(0.5) ? () => random.chance(0.3) : undefined, NOTHING, 0, swift)
        expect({ seed, swift, marked: found.marked, odd: found.odd, gaps: found.gaps }).toEqual({ seed, swift, ...told })
        expect([found.reader.lines, found.reader.offset]).toEqual([lines, end])
        expect(found.offsets.every(offset => offset === 0 || content[offset - 1] === 10)).toBe(true)
      }
    }
  })

  it('goes on from an offset with the fingerprints of what lies before it', () => {
    const content = Buffer.from('{"a":1}\n'.repeat(10) + '{"b_tokens":1}\n')
    const prefix = { head: content.subarray(0, 40), tail: content.subarray(0, 40) }
    const found = read(content, 4_096, undefined, prefix, 40)
    expect(found.marked).toEqual([`80:${'{"b_tokens":1}'}`])
    expect(found.reader.lines).toBe(6)
  })

  it('does not read beyond the end it was given, even when the file has grown since', () => {
    writeFileSync(file, '{"a_tokens":1}\n{"b_tokens":2}\n')
    const fd = openSync(file, 'r'), marked: string[] = []
    const reader = new LineReader({ read: readsOf(fd), from: 0, to: 20 }, Buffer.alloc(4_096), MARKERS, NOTHING)
    expect(reader.run({ marked: line => { marked.push(line.toString()) }, odd: () => {}, gap: () => {}, isFull: () => false })).toBe(true)
    closeSync(fd)
    expect(marked).toEqual(['{"a_tokens":1}'])
    expect(reader.offset).toBe(15)
  })

  it('records a line over the limit as a gap with its place and length, and reads its neighbours', () => {
    const before = '{"before_tokens":1}\n', after = '{"after_tokens":1}\n'
    const content = Buffer.concat([Buffer.from(before), Buffer.from('{"x_tokens":"'), Buffer.alloc(LINE_BYTES_MAX, 0x79), Buffer.from('"}\n'), Buffer.from(after)])
    const found = read(content, WINDOW_BYTES)
    expect(found.gaps).toEqual([[before.length, LINE_BYTES_MAX + 15]])
    expect(found.marked).toHaveLength(2)
    expect(found.reader.lines).toBe(3)
  })

  it('reads a line of exactly the limit', () => {
    const head = '{"x_tokens":"', tail = '"}'
    const content = Buffer.concat([Buffer.from(head), Buffer.alloc(LINE_BYTES_MAX - head.length - tail.length, 0x79), Buffer.from(`${tail}\n`)])
    const found = read(content, WINDOW_BYTES)
    expect([found.gaps.length, found.marked.length]).toEqual([0, 1])
    expect(found.marked[0]).toHaveLength(LINE_BYTES_MAX + 2)
  })

  it('holds one window, whatever the length of a line that does not matter', () => {
    const fd = openSync(file, 'w')
    const chunk = Buffer.alloc(8 * 1024 * 1024, 0x7a)
    writeSync(fd, '{')
    for (let n = 0; n < 12; n++) writeSync(fd, chunk)
    writeSync(fd, '}\n{"a_tokens":1}\n')
    closeSync(fd)
    const input = openSync(file, 'r'), marked: number[] = [], gaps: number[] = []
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    const sink: LineSink = { marked: (_, offset) => { marked.push(offset) }, odd: () => {}, gap: (_, length) => { gaps.push(length) }, isFull: () => { most = Math.max(most, process.memoryUsage().arrayBuffers); return false } }
    new LineReader({ read: readsOf(input), from: 0, to: 12 * chunk.length + 18 }, Buffer.alloc(WINDOW_BYTES), MARKERS, NOTHING).run(sink)
    closeSync(input)
    expect(gaps).toEqual([12 * chunk.length + 2])
    expect(marked).toEqual([12 * chunk.length + 3])
    expect(most - before).toBeLessThan(4 * WINDOW_BYTES)
  })
})
