import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReaders } from '../../src/external/open-readers.ts'
import { readDocument } from '../../src/external/read-document.ts'
import { tableSource } from '../support/external-sources.ts'

const SIGNAL = new AbortController().signal

describe('the document of a source', () => {
  let folder: string
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'purser-bill-')) })
  afterEach(() => { rmSync(folder, { recursive: true }) })
  const read = (file: string): Promise<string> => readDocument(tableSource({ file, command: [] }), {}, SIGNAL).catch((error: Error) => error.message)

  it('is its file, whole', async () => {
    const file = join(folder, 'bill.json')
    writeFileSync(file, '[{"amount":"1"}]')
    expect(await read(file)).toBe('[{"amount":"1"}]')
  })

  it('or what its program writes, in the environment of purser', async () => {
    const source = tableSource({ command: [process.execPath, '-e', 'process.stdout.write(`[${process.env.AMOUNT}]`)'] })
    expect(await openReaders({ AMOUNT: '7' }).text(source, SIGNAL)).toBe('[7]')
  })

  it('that is not there, no file or too large is named with its path', async () => {
    const large = join(folder, 'large.csv')
    writeFileSync(large, '')
    truncateSync(large, 9 * 2 ** 20)
    expect([await read(join(folder, 'none')), await read(folder), await read(large)]).toEqual([
      `external source "bill": ${folder}/none is not there`, `external source "bill": ${folder} is no file`, `external source "bill": ${large} has 9 MiB, and at most 8 MiB are read`,
    ])
  })
})
