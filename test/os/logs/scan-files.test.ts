import { appendFileSync, copyFileSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync, mkdtempSync, realpathSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HEAD_BYTES_MAX } from '../../../src/core/tailing/cursor.ts'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import type { ScanBatch, ScanJob } from '../../../src/core/tailing/scan.ts'
import { scanFiles } from '../../../src/os/logs/scan-files.ts'
import { writeCorpus, type Corpus } from '../../support/claude-corpus.ts'
import { aMessage, aRecord } from '../../support/claude-lines.ts'
import { Random } from '../../support/random.ts'
import { freshKernel } from '../../support/fresh-kernel.ts'
import { Reading } from '../../support/reading.ts'

let home: string, folder: string, file: string, reading: Reading

beforeEach(() => {
  home = realpathSync(mkdtempSync(path.join(tmpdir(), 'purser-scan-')))
  folder = path.join(home, 'projects', '-w')
  file = path.join(folder, 's1.jsonl')
  mkdirSync(folder, { recursive: true })
  reading = new Reading(path.join(home, 'projects'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** A line that counts one output token under this id. */
const line = (id: string, pad = 0): string => `${JSON.stringify(aRecord({ message: aMessage({ id: `msg_${id}`, content: [{ text: 'x'.repeat(pad) }], usage: { output_tokens: 1 } }) }))}\n`
const lines = (from: number, to: number): string => Array.from({ length: to - from }, (_, n) => line(`n${from + n}`)).join('')
const names = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, n) => `msg_n${from + n}`).toSorted()

describe('a log that grows', () => {
  it('is new, then appended to, then unchanged, and every line counts once', () => {
    writeFileSync(file, lines(0, 3))
    expect(reading.look(file)).toBe('new')
    appendFileSync(file, lines(3, 5))
    expect(reading.look(file)).toBe('append')
    expect(reading.look(file)).toBe('unchanged')
    expect(reading.ids).toEqual(names(0, 5))
    expect(reading.batches.map(batch => batch.lines)).toEqual([3, 2, 0])
  })

  it('tells nothing of a line until its newline is there, however slowly it comes', () => {
    const text = line('slow', 300)
    for (let at = 0; at < text.length - 1; at += 37) {
      appendFileSync(file, text.slice(at, Math.min(at + 37, text.length - 1)))
      reading.look(file)
      expect(reading.ids).toEqual([])
      expect(reading.cursors.get(file)?.offset).toBe(0)
    }
    appendFileSync(file, '\n')
    reading.look(file)
    expect(reading.ids).toEqual(['msg_slow'])
    expect(reading.flaws).toEqual([])
  })

  it('is read from its cursor on: what was read before is not read again', () => {
    writeFileSync(file, lines(0, 500))
    reading.look(file)
    appendFileSync(file, line('tail'))
    reading.look(file)
    expect(reading.batches.at(-1)?.bytes).toBe(line('tail').length)
  })

  it('is empty before its first line, and nothing is wrong with that', () => {
    writeFileSync(file, '')
    expect(reading.look(file)).toBe('new')
    writeFileSync(file, '\n\n  \n')
    expect(reading.look(file)).toBe('append')
    expect(reading.flaws).toEqual([])
  })
})

describe('a log that became another', () => {
  it('is read anew when a new file was renamed over it', () => {
    writeFileSync(file, lines(0, 3))
    reading.look(file)
    writeFileSync(`${file}.new`, lines(10, 20))
    renameSync(`${file}.new`, file)
    expect(reading.look(file)).toBe('rotate inode')
    expect(reading.ids).toEqual([...names(0, 3), ...names(10, 20)].toSorted())
    expect(reading.cursors.get(file)?.generation).toBe(1)
  })

  it('is read anew when it was deleted and made again larger, though the inode is the same', () => {
    for (let attempt = 0; ; attempt++) {
      writeFileSync(file, lines(0, 3))
      reading.look(file)
      const { ino } = statSync(file)
      rmSync(file)
      writeFileSync(file, lines(10, 20))
      const reused = statSync(file).ino === ino
      expect(reading.look(file)).toBe(reused ? 'rotate head' : 'rotate inode')
      expect(reading.ids).toEqual([...names(0, 3), ...names(10, 20)].toSorted())
      if (reused || attempt === 5) break
      reading = new Reading(reading.root)
    }
  })

  it('is read anew after a copy-truncate that has already grown past the old size', () => {
    writeFileSync(file, lines(0, 3))
    reading.look(file)
    copyFileSync(file, `${file}.1`)
    truncateSync(file)
    appendFileSync(file, lines(10, 20))
    expect(reading.look(file)).toBe('rotate head')
    expect(reading.ids).toEqual([...names(0, 3), ...names(10, 20)].toSorted())
  })

  it('is read anew after a truncation', () => {
    writeFileSync(file, lines(0, 9))
    reading.look(file)
    writeFileSync(file, lines(20, 21))
    expect(reading.look(file)).toBe('truncate')
    expect(reading.ids).toContain('msg_n20')
  })

  it('is read anew when every line of it was replaced by one of the same length and the same ending', () => {
    const beginning = line('same', HEAD_BYTES_MAX)
    writeFileSync(file, beginning + lines(10, 13))
    reading.look(file)
    writeFileSync(file, beginning + lines(20, 23))
    expect(reading.look(file)).toBe('rotate tail')
    expect(reading.ids).toContain('msg_n22')
  })

  it('is read anew when it was rewritten in place behind the same beginning, growing or not', () => {
    const beginning = line('same', HEAD_BYTES_MAX)
    writeFileSync(file, beginning + lines(10, 13))
    reading.look(file)
    writeFileSync(file, beginning + lines(20, 29))
    expect(reading.look(file)).toBe('rotate tail')
    expect(reading.ids).toEqual(['msg_same', ...names(10, 13), ...names(20, 29)].toSorted())
    writeFileSync(file, beginning + lines(30, 39))
    expect(reading.look(file)).toBe('rotate tail')
    expect(reading.ids).toContain('msg_n30')
  })

  it('counts nothing twice when it is rewritten with what it held', () => {
    writeFileSync(file, lines(0, 9))
    reading.look(file)
    const before = reading.output
    writeFileSync(`${file}.new`, lines(0, 9))
    renameSync(`${file}.new`, file)
    reading.look(file)
    expect(reading.output).toBe(before)
  })

  it('is noticed after a stop: cursors survive, files do not', () => {
    writeFileSync(file, lines(0, 3))
    reading.look(file)
    const later = new Reading(reading.root)
    for (const [name, cursor] of reading.cursors) later.cursors.set(name, structuredClone(cursor))
    renameSync(file, `${file}.old`)
    writeFileSync(file, lines(40, 60))
    expect(later.look(file)).toMatch(/^rotate/)
    expect(later.ids).toEqual(names(40, 60))
  })
})

describe('a log that cannot be read', () => {
  it('is gone only when it does not exist and its root does', () => {
    writeFileSync(file, lines(0, 3))
    reading.look(file)
    const kept = reading.cursors.get(file)
    rmSync(file)
    expect(reading.look(file)).toBe('gone')
    renameSync(reading.root, `${reading.root}.away`)
    expect(reading.look(file)).toBe('unreadable')
    expect(reading.cursors.get(file)).toEqual(kept)
  })

  it('is refused as a link, also when a file is swapped for one between walk and reading', () => {
    writeFileSync(file, lines(0, 3))
    reading.look(file)
    const outside = path.join(home, 'secret.jsonl')
    writeFileSync(outside, lines(0, 3) + lines(70, 80))
    rmSync(file)
    symlinkSync(outside, file)
    expect(reading.look(file)).toBe('unreadable')
    expect(reading.ids).toEqual(names(0, 3))
    expect(reading.flaws).toMatchObject([{ kind: 'unreadable', why: expect.stringContaining('ELOOP') }])
  })

  it('is refused below a folder that was swapped for a link', () => {
    const outside = path.join(home, 'elsewhere')
    mkdirSync(outside)
    writeFileSync(path.join(outside, 's1.jsonl'), lines(70, 80))
    rmSync(folder, { recursive: true })
    symlinkSync(outside, folder)
    expect(reading.look(file)).toBe('unreadable')
    expect(reading.ids).toEqual([])
  })

  it('is refused as a folder or a pipe, without waiting for anybody to write', () => {
    mkdirSync(file)
    expect(reading.look(file)).toBe('unreadable')
    const pipe = path.join(folder, 'pipe.jsonl')
    execFileSync('mkfifo', [pipe])
    expect(reading.look(pipe)).toBe('unreadable')
  })

  it('does not keep the others from being read', () => {
    const other = path.join(folder, 's2.jsonl')
    mkdirSync(file)
    writeFileSync(other, lines(0, 3))
    expect(reading.read([file, path.join(folder, 'none.jsonl'), other]).map(read => read.outcome)).toEqual(['unreadable', 'gone', 'read'])
    expect(reading.ids).toEqual(names(0, 3))
  })
})

describe('bytes that are not as they should be', () => {
  it('reads CRLF, a byte order mark and bytes that are no UTF-8', () => {
    const broken = Buffer.from(line('utf').replace('main', 'm?in'))
    broken[broken.indexOf('m?in') + 1] = 0xff
    writeFileSync(file, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(line('bom').replace('\n', '\r\n')), broken, Buffer.from(line('end').replace('\n', '\r\n'))]))
    reading.look(file)
    expect(reading.ids).toEqual(['msg_bom', 'msg_end', 'msg_utf'])
    expect(reading.flaws).toEqual([])
  })

  it('splits at LF only: not at a carriage return, nor at U+2028', () => {
    writeFileSync(file, line('a\u2028b').replace('main', 'ma\u2028in') + line('c'))
    reading.look(file)
    expect(reading.batches[0]?.lines).toBe(2)
  })

  it('counts malformed lines with the first one\'s place and reason, marked or not, and goes on', () => {
    const torn = '{"type":"user","message":{"content":"cut\n'
    writeFileSync(file, line('a') + torn + '{"message":{"usage":{"output_tokens":1}\n' + line('b'))
    reading.look(file)
    expect(reading.ids).toEqual(['msg_a', 'msg_b'])
    expect(reading.flaws).toMatchObject([{ kind: 'malformed', occurrences: 2, firstOffset: line('a').length, why: expect.stringContaining('cut') }])
  })

  it('shows damaged counters with their place', () => {
    writeFileSync(file, line('a') + line('b').replace('"output_tokens":1', '"output_tokens":-1'))
    reading.look(file)
    expect(reading.flaws).toMatchObject([{ kind: 'damaged', occurrences: 1, firstOffset: line('a').length }])
    expect(reading.output).toBe(1)
  })
})

describe('batches', () => {
  it('are bounded, and each moves the cursor to the start of a line', () => {
    const text = lines(0, 100)
    writeFileSync(file, text)
    const reads = reading.read([file], { events: 7, bytes: 1e9 })
    expect(reads).toHaveLength(15)
    expect(reading.batches.every(batch => batch.usage.length <= 7)).toBe(true)
    for (const read of reads) expect(read.outcome === 'read' && (read.file.offset === 0 || text[read.file.offset - 1] === '\n')).toBe(true)
    expect(reading.ids).toEqual(names(0, 100))
  })

  it('are bounded in bytes even where nothing is said about usage', () => {
    writeFileSync(file, `${JSON.stringify({ type: 'user', text: 'y'.repeat(1000) })}\n`.repeat(100))
    expect(reading.read([file], { events: 1000, bytes: 20_000 }).length).toBeGreaterThanOrEqual(1)
    writeFileSync(path.join(folder, 's2.jsonl'), line('a', 1000).repeat(100))
    expect(reading.read([path.join(folder, 's2.jsonl')], { events: 1000, bytes: 20_000 }).length).toBeGreaterThan(4)
  })

  it('never let an unfinished file look finished: its stored size is what was read', () => {
    writeFileSync(file, lines(0, 100))
    const reads = reading.read([file], { events: 7, bytes: 1e9 })
    const sizes = reads.map(read => (read.outcome === 'read' ? read.file.size : -1))
    expect(sizes.slice(0, -1).every(size => size < statSync(file).size)).toBe(true)
    expect(sizes.at(-1)).toBe(statSync(file).size)
  })

  it('hold several small files', () => {
    const files = Array.from({ length: 50 }, (_, n) => path.join(folder, `f${n}.jsonl`))
    for (const [n, each] of files.entries()) writeFileSync(each, line(`f${n}`))
    expect(reading.read(files)).toHaveLength(50)
    expect(reading.batches).toHaveLength(1)
  })
})

describe('a corpus with every trap', () => {
  for (const seed of [1, 2, 3]) {
    it(`is read exactly, interrupted after any batch and read again (seed ${seed})`, () => {
      const corpus = writeCorpus({ home, seed, sessions: 25 })
      const random = new Random(seed)
      const files = logsIn(corpus)
      const whole = new Reading(corpus.root), broken = new Reading(corpus.root)
      whole.read(files)
      // Every attempt but the last is cut off after a few batches of a few events.
      for (let attempt = 0; attempt < 20; attempt++) {
        let left = random.int(1, 6)
        const jobs = random.shuffled(files).map(each => broken.job(each))
        for (const batch of scan(jobs, random.int(1, 30))) {
          if (left-- === 0) break
          broken.commit(batch)
        }
      }
      broken.read(files)
      for (const found of [whole, broken]) expectCorpus(found, corpus)
      const before = whole.batches.length
      whole.read(files)
      expect(whole.batches.slice(before).map(batch => batch.lines)).toEqual([0])
      expect([...broken.events].toSorted()).toEqual([...whole.events].toSorted())
    })
  }
})

describe('a scan with a kernel', () => {
  it('brings the same batches, to the byte of every cursor, as one without', () => {
    const kernel = freshKernel()
    for (let seed = 1; seed <= 3; seed++) {
      const corpus = writeCorpus({ home, seed, sessions: 25 })
      const jobs = logsIn(corpus).map(each => new Reading(corpus.root).job(each))
      for (const events of [7, 2_000]) {
        const [plain, swift] = [null, kernel].map(each => [...scanFiles(jobs, KNOWN_AGENTS, { events, bytes: 1e9 }, undefined, each)].map(batch => ({ ...batch, usage: [...batch.usage] })))
        expect(swift).toEqual(plain)
      }
      rmSync(corpus.root, { recursive: true })
    }
  })
})

const logsIn = ({ root }: Corpus): string[] => execFileSync('find', [root, '-name', '*.jsonl'], { encoding: 'utf8' }).trim().split('\n')

const scan = (jobs: readonly ScanJob[], events: number): Iterable<ScanBatch> => scanFiles(jobs, KNOWN_AGENTS, { events, bytes: 1e9 })

function expectCorpus(found: Reading, corpus: Corpus): void {
  expect(found.events.size).toBe(corpus.responses.size)
  for (const [key, expected] of corpus.responses) {
    const event = found.events.get(key)
    expect({ key, tokens: event?.tokens, model: event?.model, webSearches: event?.billing.webSearches, session: event?.origin.session, final: event?.final, damaged: event?.damaged })
      .toEqual({ key, tokens: expected.tokens, model: expected.model, webSearches: expected.webSearches, session: expected.session, final: expected.final, damaged: expected.damaged })
    if (expected.at !== null) expect(event?.at).toBe(expected.at)
    else expect(event?.approximateTime).toBe(true)
  }
  expect(found.flaws.filter(flaw => flaw.kind === 'malformed').reduce((sum, flaw) => sum + flaw.occurrences, 0)).toBe(corpus.malformed)
  expect([found.quotas.length, found.meters.length]).toEqual([corpus.quotas, corpus.meters])
}
