import { closeSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cursor } from '../../../src/core/tailing/cursor.ts'
import { digest } from '../../../src/core/tailing/digest.ts'
import { codeOfFault, isGone, lookAt, modifiedAt, openLog, type OpenLog } from '../../../src/os/logs/log-file.ts'

let root: string, file: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'purser-file-')))
  file = path.join(root, 'a.jsonl')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function opened(): OpenLog {
  const opening = openLog(file, root, new Map())
  if (!opening.opened) throw new Error('not opened')
  return opening.log
}

const why = (opening: ReturnType<typeof openLog>): string => (opening.opened ? 'opened' : opening.gone ? 'gone' : opening.why)

describe('openLog', () => {
  it('tells identity, size and time as stat does', () => {
    writeFileSync(file, 'hello\n')
    const log = opened(), stat = statSync(file)
    closeSync(log.fd)
    expect(log).toMatchObject({ inode: String(stat.ino), device: String(stat.dev), size: 6, modifiedAt: Math.trunc(stat.mtimeMs) })
  })

  it('follows no link: not the file\'s, not a folder\'s', () => {
    writeFileSync(path.join(root, 'real.jsonl'), 'x\n')
    symlinkSync(path.join(root, 'real.jsonl'), file)
    expect(why(openLog(file, root, new Map()))).toContain('ELOOP')
    mkdirSync(path.join(root, 'folder'))
    writeFileSync(path.join(root, 'folder', 'b.jsonl'), 'x\n')
    symlinkSync(path.join(root, 'folder'), path.join(root, 'link'))
    expect(why(openLog(path.join(root, 'link', 'b.jsonl'), root, new Map()))).toContain('link to')
  })

  it('tells a missing file from one that cannot be judged', () => {
    expect(why(openLog(file, root, new Map()))).toBe('gone')
    expect(why(openLog(file, path.join(root, 'no-root'), new Map()))).toContain('ENOENT')
    mkdirSync(file)
    expect(why(openLog(file, root, new Map()))).toBe('it is not a regular file')
  })
})

describe('isGone', () => {
  it('needs the file to be missing and its root to be there', () => {
    expect(isGone(file, root)).toBe(true)
    writeFileSync(file, '')
    expect(isGone(file, root)).toBe(false)
    renameSync(file, `${file}.old`)
    expect(isGone(file, `${root}-unmounted`)).toBe(false)
    expect(isGone(path.join(`${file}.old`, 'below-a-file'), root)).toBe(false)
  })
})

describe('lookAt', () => {
  const cursor = (over: Partial<Cursor>): Cursor => ({ path: file, device: '', inode: '', generation: 0, offset: 0, headLength: 0, head: '', tail: '', ...over })

  it('digests the very ranges the cursor was made of', () => {
    const bytes = Buffer.from(Array.from({ length: 5_000 }, (_, at) => at % 251))
    writeFileSync(file, bytes)
    const log = opened()
    expect(lookAt(log, cursor({ offset: 3_000, headLength: 1_024 })).look).toMatchObject({ headNow: digest(bytes, 0, 1_024), tailNow: digest(bytes, 3_000 - 1_024, 3_000) })
    expect(lookAt(log, cursor({ offset: 10, headLength: 10 })).look).toMatchObject({ headNow: digest(bytes, 0, 10), tailNow: digest(bytes, 0, 10) })
    closeSync(log.fd)
  })

  it('says null where the file is shorter, and digests nothing without a cursor', () => {
    writeFileSync(file, 'short')
    const log = opened()
    expect(lookAt(log, cursor({ offset: 50, headLength: 20 })).look).toMatchObject({ headNow: null, tailNow: null })
    expect(lookAt(log, undefined)).toMatchObject({ head: new Uint8Array(0), look: { size: 5, headNow: digest(new Uint8Array(0)) } })
    closeSync(log.fd)
  })
})

describe('times and faults', () => {
  it('come to the same whole millisecond from every kind of stat', () => {
    expect(modifiedAt(1_700_000_000_123.9)).toBe(1_700_000_000_123)
    expect(modifiedAt(1_700_000_000_123n)).toBe(1_700_000_000_123)
  })

  it('have a code, whatever was thrown', () => {
    expect([Object.assign(new Error('x'), { code: 'EIO' }), new Error('x'), null, 'x'].map(codeOfFault)).toEqual(['EIO', 'unknown', 'unknown', 'unknown'])
  })
})
