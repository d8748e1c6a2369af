import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readLedgerFile, writeLedgerFile } from '../../../src/os/files/ledger-file.ts'
import { tempHome, type TempHome } from '../../support/home.ts'

let home: TempHome
beforeEach(() => { home = tempHome('ledger-file') })
afterEach(() => home.remove())
const at = (name: string): string => path.join(home.path, name)

async function written(name: string, lines: readonly string[], replace = false): Promise<string> {
  const writer = writeLedgerFile(at(name), { replace })
  for (const line of lines) await writer.write(`${line}\n`)
  await writer.keep()
  return writer.digest()
}
async function linesOf(name: string): Promise<{ lines: string[]; digest: string; bytesRead: number }> {
  const reader = readLedgerFile(at(name), name)
  const lines: string[] = []
  let read = 0
  for await (const batch of reader.batches()) { lines.push(...batch.lines); read = batch.bytesRead }
  return { lines, digest: reader.digest(), bytesRead: read }
}

describe.each(['ledger.jsonl', 'ledger.jsonl.gz'])('a ledger file %s', name => {
  it('is for its owner alone, and there only when it is whole', async () => {
    const writer = writeLedgerFile(at(name), { replace: false })
    await writer.write('one\n')
    expect(existsSync(at(name))).toBe(false)
    expect(await writer.keep()).toBe(statSync(at(name)).size)
    expect(statSync(at(name)).mode & 0o777).toBe(0o600)
    const bytes = readFileSync(at(name))
    expect(String(name.endsWith('.gz') ? gunzipSync(bytes) : bytes)).toBe('one\n')
    expect(readdirSync(home.path)).toEqual([name])
  })

  it('leaves nothing when it is discarded', async () => {
    const writer = writeLedgerFile(at(name), { replace: false })
    await writer.write('one\n')
    await writer.discard()
    expect(readdirSync(home.path)).toEqual([])
  })

  it('comes back line by line, with the digest of all but the last', async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `line ${n} ${'é漢🚀'.repeat(n % 40)}`)
    const digest = await written(name, lines)
    await written(`whole-${name}`, [...lines, 'end'])
    expect(await linesOf(`whole-${name}`)).toMatchObject({ lines: [...lines, 'end'], digest, bytesRead: statSync(at(`whole-${name}`)).size })
  })

  it('is not replaced unless that is asked for', async () => {
    await written(name, ['old'])
    await expect(written(name, ['new'])).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('--force') as string })
    expect((await linesOf(name)).lines).toEqual(['old'])
    await written(name, ['new'], true)
    expect((await linesOf(name)).lines).toEqual(['new'])
  })

  it('is refused where it cannot be written', () => {
    expect(() => writeLedgerFile(at(`nowhere/${name}`), { replace: false })).toThrow(/cannot be written/)
    mkdirSync(at(`folder-${name}`))
    expect(() => writeLedgerFile(at(`folder-${name}`), { replace: true })).toThrow(/is no file/)
    symlinkSync(at('elsewhere'), at(`link-${name}`))
    expect(() => writeLedgerFile(at(`link-${name}`), { replace: true })).toThrow(/is no file/)
  })
})

describe('reading', () => {
  it('knows compression by the bytes, not by the name', async () => {
    writeFileSync(at('renamed.jsonl'), gzipSync('a\nb\n'))
    expect((await linesOf('renamed.jsonl')).lines).toEqual(['a', 'b'])
  })
  it('says that a compressed file is cut off or damaged', async () => {
    const whole = gzipSync(Array.from({ length: 5_000 }, (_, n) => `line ${n}\n`).join(''))
    writeFileSync(at('cut.gz'), whole.subarray(0, whole.length - 100))
    await expect(linesOf('cut.gz')).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('cut.gz is cut off or damaged') as string })
    const flipped = Buffer.from(whole)
    flipped[whole.length >> 1] = (flipped[whole.length >> 1] as number) ^ 0xff
    writeFileSync(at('flipped.gz'), flipped)
    await expect(linesOf('flipped.gz')).rejects.toMatchObject({ code: 'invalid_input' })
  })
  it('gives a last line without its end, and nothing of an empty file', async () => {
    writeFileSync(at('open'), 'a\nb')
    expect((await linesOf('open')).lines).toEqual(['a', 'b'])
    writeFileSync(at('empty'), '')
    expect((await linesOf('empty')).lines).toEqual([])
  })
  it('refuses a file without lines instead of filling the memory', async () => {
    writeFileSync(at('blob'), Buffer.alloc(3_000_000, 0x61))
    await expect(linesOf('blob')).rejects.toMatchObject({ code: 'invalid_input' })
  })
  it('says when there is no such file, or when it is a folder', () => {
    expect(() => readLedgerFile(at('none'), 'none')).toThrow('there is no file none')
    mkdirSync(at('folder'))
    expect(() => readLedgerFile(at('folder'), 'folder')).toThrow(/folder cannot be read/)
  })
  it('can be read again from its start', async () => {
    const digest = await written('twice', ['a', 'b'])
    await written('twice-and-end', ['a', 'b', 'end'])
    const reader = readLedgerFile(at('twice-and-end'), 'twice')
    for (let n = 0; n < 2; n++) {
      for await (const batch of reader.batches()) expect(batch.lines).toEqual(['a', 'b', 'end'])
      expect(reader.digest()).toBe(digest)
    }
  })
})
