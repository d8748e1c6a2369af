// scripts/rate-card.mjs on a temporary copy of the repository's own files: what CI relies on, and what it must catch.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const GENERATED = 'src/core/pricing/rate-card-data.ts'
const SNAPSHOT = 'data/rates/genai-prices.snapshot.json'
const OVERLAY = 'data/rates/overlay.json'
const CARD_BYTES_MAX = 120_000

const folders: string[] = []
afterEach(async () => { for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true }) })

async function workshop(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rate-card-'))
  folders.push(folder)
  await mkdir(join(folder, 'src/core/pricing'), { recursive: true })
  for (const path of ['scripts/rate-card.mjs', 'scripts/rate-card', 'data/rates', GENERATED]) await cp(join(ROOT, path), join(folder, path), { recursive: true })
  return folder
}

interface Run { readonly code: number; readonly out: string; readonly err: string }
const rateCard = (folder: string, ...args: string[]): Promise<Run> => new Promise(resolve => {
  execFile(process.execPath, [join(folder, 'scripts/rate-card.mjs'), ...args], (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }))
})
const edit = async (path: string, change: (text: string) => string): Promise<void> => writeFile(path, change(await readFile(path, 'utf8')))

describe('rate-card --check', () => {
  test('passes on what is committed, which is small', async () => {
    const folder = await workshop()
    expect(await rateCard(folder, '--check')).toMatchObject({ code: 0, err: '' })
    expect((await readFile(join(folder, GENERATED))).length).toBeLessThan(CARD_BYTES_MAX)
  })

  test.each([SNAPSHOT, OVERLAY, 'data/rates/genai-prices.LICENSE'])('fails on one flipped byte in %s, and names it', async path => {
    const folder = await workshop()
    const bytes = await readFile(join(folder, path))
    const middle = bytes.length >> 1
    bytes[middle] = (bytes[middle] ?? 0) ^ 1
    await writeFile(join(folder, path), bytes)
    const run = await rateCard(folder, '--check')
    expect(run.code).toBe(1)
    expect(run.err).toContain(`${path} has sha256`)
    expect((await rateCard(folder)).code).toBe(1)
  })

  test('fails on a card edited by hand, and says how to write it', async () => {
    const folder = await workshop()
    await edit(join(folder, GENERATED), text => text.replace('4000000', '4000001'))
    const run = await rateCard(folder, '--check')
    expect(run).toMatchObject({ code: 1, out: '' })
    expect(run.err).toContain('run: node scripts/rate-card.mjs')
  })

  test('accepts a checkout with CRLF: the data is the same', async () => {
    const folder = await workshop()
    for (const path of [SNAPSHOT, OVERLAY, GENERATED]) await edit(join(folder, path), text => text.replaceAll('\n', '\r\n'))
    expect(await rateCard(folder, '--check')).toMatchObject({ code: 0 })
  })
})

describe('rate-card', () => {
  test('writes the committed bytes again', async () => {
    const folder = await workshop()
    await writeFile(join(folder, GENERATED), '')
    expect((await rateCard(folder)).code).toBe(0)
    expect(await readFile(join(folder, GENERATED), 'utf8')).toBe(await readFile(join(ROOT, GENERATED), 'utf8'))
  })

  test('gives another version to another price', async () => {
    const folder = await workshop()
    await edit(join(folder, OVERLAY), text => text.replace('"cacheRead": "0.01"', '"cacheRead": "0.02"'))
    expect((await rateCard(folder, '--pin')).code).toBe(0)
    const version = (text: string): string | undefined => /version: "([^"]+)"/.exec(text)?.[1]
    const [before, after] = [await readFile(join(ROOT, GENERATED), 'utf8'), await readFile(join(folder, GENERATED), 'utf8')]
    expect(version(after)).not.toBe(version(before))
  })

  test.each<[string, (overlay: string) => string, string]>([
    ['a key nobody reads', text => text.replace('"cacheRead": "0.01"', '"cacheReads": "0.01"'), 'claude-haiku-5-5 rows[0]: unknown key "cacheReads"'],
    ['a price that is a number', text => text.replace('"input": "0.1"', '"input": 0.1'), 'claude-haiku-5-5 rows[0] input: 0.1 is not a price'],
    ['more decimals than a pico-USD holds', text => text.replace('"input": "0.1"', '"input": "0.1234567"'), 'six decimals'],
    ['a row without a source', text => text.replace('"vendor": "anthropic", "source": "client"', '"vendor": "anthropic"'), 'every row needs one'],
    ['rows that overlap', text => text.replace('"to": "2026-10-07"', '"to": "2026-10-08"'), 'claude-sonnet-5-5: rows overlap'],
    ['a model the snapshot has as well', text => text.replace('"replaces": true, ', ''), 'say replaces:true'],
    ['an alias of a model that is not there', text => text.replace('"model": "claude-3-opus-latest"', '"model": "claude-3-opus-later"'), 'no model claude-3-opus-later'],
    ['a modifier of a model that is not there', text => text.replace('["claude-fable-5-2"]', '["claude-fable-5-3"]'), 'no model claude-fable-5-3'],
    ['a free model', text => text.replace('"input": "0.1", "output": "0.5"', '"input": "0", "output": "0.5"'), 'a price of zero'],
  ])('refuses an overlay with %s and writes nothing', async (_what, change, message) => {
    const folder = await workshop()
    const before = await readFile(join(folder, OVERLAY), 'utf8')
    await edit(join(folder, OVERLAY), change)
    expect(await readFile(join(folder, OVERLAY), 'utf8')).not.toBe(before)
    const run = await rateCard(folder, '--pin')
    expect([run.code, run.err.includes(message)]).toEqual([1, true])
    for (const path of [GENERATED, 'data/rates/pins.json']) expect(await readFile(join(folder, path), 'utf8')).toBe(await readFile(join(ROOT, path), 'utf8'))
  })

  test('explains itself instead of guessing what an unknown option means', async () => {
    const folder = await workshop()
    for (const args of [['--chek'], ['--update'], ['--check', 'x']]) expect(await rateCard(folder, ...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('usage: node scripts/rate-card.mjs') })
  })
})

describe('rate-card --update', () => {
  /** A package of the same interface as the real one, whose data is the committed snapshot plus one new model. */
  async function installed(folder: string, manifest: object = {}): Promise<string> {
    const target = join(folder, 'package')
    await mkdir(target)
    await cp(join(ROOT, SNAPSHOT), join(target, 'data.json'))
    await writeFile(join(target, 'package.json'), JSON.stringify({ name: '@pydantic/genai-prices', version: '0.1.9', license: 'MIT', main: 'index.cjs', ...manifest }))
    await writeFile(join(target, 'LICENSE'), 'The MIT License (MIT)\n')
    await writeFile(join(target, 'index.cjs'), `const { providers } = require('./data.json')
providers.anthropic.push({ id: 'claude-opus-7', match: { equals: 'claude-opus-7' }, prices: { input_mtok: 7, output_mtok: 35 } }, { id: 'embedder', match: { equals: 'embedder' }, prices: { input_mtok: 1 } })
exports.findProvider = ({ providerId }) => providers[providerId] && { id: providerId, models: providers[providerId] }
`)
    return target
  }

  test('takes a snapshot of a newer package and pins it, so that the next run prices the new model', async () => {
    const folder = await workshop()
    expect(await rateCard(folder, '--update', await installed(folder))).toMatchObject({ code: 0, out: expect.stringContaining('0.1.9') })
    expect(await rateCard(folder, '--check')).toMatchObject({ code: 1, err: expect.stringContaining('is not what data/rates gives') })
    expect((await rateCard(folder)).code).toBe(0)
    const generated = await readFile(join(folder, GENERATED), 'utf8')
    expect(generated).toContain('"claude-opus-7"')
    expect(generated).not.toContain('"embedder"')
    expect(await rateCard(folder, '--check')).toMatchObject({ code: 0 })
  })

  test.each([[{ name: 'other' }, 'holds other'], [{ license: 'Apache-2.0' }, 'only under MIT'], [{ main: 'data.json' }, 'does not export findProvider']])('refuses a package that is not what it expects: %j', async (manifest, message) => {
    const folder = await workshop()
    const before = await readFile(join(folder, SNAPSHOT), 'utf8')
    expect(await rateCard(folder, '--update', await installed(folder, manifest))).toMatchObject({ code: 1, err: expect.stringContaining(message) })
    expect(await readFile(join(folder, SNAPSHOT), 'utf8')).toBe(before)
  })

  test('says so when the folder is not a package', async () => {
    const folder = await workshop()
    expect(await rateCard(folder, '--update', join(folder, 'nowhere'))).toMatchObject({ code: 1, err: expect.stringContaining('is not an installed package') })
  })
})
