import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { COMPANION_BYTES_MAX, COMPANION_HEAD_BYTES, type LineSource, type Opening } from '../../../src/core/sessions/log-source.ts'
import { tempHome, type TempHome } from '../../support/home.ts'
import { SourceReading } from '../../support/source-reading.ts'
import { openings, toyAgent, toyLines } from '../../support/toy-agent.ts'
import { zstdStored } from '../../support/zstd-stored.ts'

let home: TempHome, folder: string
beforeEach(() => {
  home = tempHome('companions')
  folder = path.join(home.path, '.toy', 'lines')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'log-a.jsonl'), '{"n":1}\n')
  openings.length = 0
})
afterEach(() => home.remove())

function opening(source: LineSource = toyLines): Opening {
  new SourceReading(home.path, [{ ...toyAgent, sources: [source] }]).read()
  return openings.at(-1) as Opening
}

describe('what lies around a log', () => {
  it('is handed over as text with its time, null where it is absent', () => {
    writeFileSync(path.join(home.path, '.toy', 'toy.toml'), 'tier = "fast"')
    const { companions, companionTimes } = opening()
    expect(companions).toMatchObject({ '../toy.toml': 'tier = "fast"', 'beside.txt': null })
    expect(companionTimes?.['../toy.toml']).toBeTypeOf('number')
    expect(companionTimes?.['beside.txt']).toBeNull()
  })

  it('is only the beginning of a log that lies beside it, however large that is', () => {
    writeFileSync(path.join(folder, 'beside.log'), 'begins so')
    truncateSync(path.join(folder, 'beside.log'), 8 * COMPANION_BYTES_MAX)
    const { companions } = opening({ ...toyLines, heads: () => ['beside.log', 'absent.log'] })
    expect(companions['beside.log']).toMatch(/^begins so\0+$/)
    expect(companions['beside.log']).toHaveLength(COMPANION_HEAD_BYTES)
    expect(companions['absent.log']).toBeNull()
  })

  it('never leads out of the folder above the root, nor through a link, nor to anything large', () => {
    writeFileSync(path.join(home.path, 'secret'), 'mine')
    writeFileSync(path.join(home.path, 'elsewhere'), 'mine')
    symlinkSync(path.join(home.path, 'elsewhere'), path.join(folder, 'beside.txt'))
    writeFileSync(path.join(home.path, '.toy', 'toy.toml'), '')
    truncateSync(path.join(home.path, '.toy', 'toy.toml'), COMPANION_BYTES_MAX + 1)
    expect(opening().companions).toEqual({ '../toy.toml': null, '../../secret': null, 'beside.txt': null })
  })
})

/** Reads the first lines of the log with this id, and stops. */
function kinOf(id: string, count: number): string[] | null {
  let found: string[] | null = null
  opening({
    ...toyLines,
    open: each => {
      openings.push(each)
      const kin = each.kin?.(id)
      if (kin) {
        found = []
        for (const line of kin) if (found.push(Buffer.from(line).toString()) === count) break
      }
      return { parse: () => ({ kind: 'ignored' }), memory: () => '' }
    },
  })
  return found
}

describe('the kin of a log', () => {
  it('are found by id in every folder they may lie in, plain before compressed', () => {
    mkdirSync(path.join(home.path, '.toy', 'old', '2026'), { recursive: true })
    writeFileSync(path.join(home.path, '.toy', 'old', '2026', 'log-p.jsonl'), '{"n":1}\n{"other":0}\n{"n":2}\n{"n":3}\n')
    writeFileSync(path.join(home.path, '.toy', 'old', 'log-p.jsonl.zst'), 'damaged')
    expect(kinOf('p', 2)).toEqual(['{"n":1}', '{"n":2}'])
    expect(kinOf('p', 99)).toHaveLength(3)
    expect(kinOf('nobody', 1)).toBeNull()
  })

  it('are read when they are compressed, and end where they are damaged', () => {
    writeFileSync(path.join(folder, 'log-z.jsonl.zst'), Buffer.concat([zstdStored(Buffer.from('{"n":1}\n{"n":2}\n')), Buffer.from('no frame at all')]))
    expect(kinOf('z', 1)).toEqual(['{"n":1}'])
    expect(kinOf('z', 99)).not.toBeNull()
  })
})
