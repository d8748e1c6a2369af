// The last line that tells something, on real files.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lastTold } from '../../../src/os/logs/log-tail.ts'
import { tempHome, type TempHome } from '../../support/home.ts'

describe('the last word of a log', () => {
  let home: TempHome
  beforeEach(() => { home = tempHome('tail') })
  afterEach(() => { home.remove() })
  const told = (text: string | Buffer): string | null => {
    const file = path.join(home.path, 'log')
    writeFileSync(file, text)
    return lastTold(file, 'mode=', line => /^mode=(\w+)$/.exec(line)?.[1] ?? null)
  }

  it('is the last line that tells, whatever follows it', () => {
    expect(told('mode=a\nx\nmode=b\nother\n')).toBe('b')
    expect(told('mode=a')).toBe('a')
    expect(told('mode=a\nprompt with mode=b inside\n')).toBe('a')
  })
  it('is nothing where no line tells, or there is no file', () => {
    for (const text of ['', '\n', 'x\ny\n']) expect(told(text)).toBeNull()
    expect(lastTold(path.join(home.path, 'absent'), 'mode=', line => line)).toBeNull()
    mkdirSync(path.join(home.path, 'folder'))
    expect(lastTold(path.join(home.path, 'folder'), 'mode=', line => line)).toBeNull()
  })
  it('is looked for in the last 16 MiB only', () => {
    const far = Buffer.alloc(17 * 1024 * 1024, 'x\n')
    expect(told(Buffer.concat([Buffer.from('mode=far\n'), far]))).toBeNull()
    expect(told(Buffer.concat([Buffer.from('mode=far\n'), far, Buffer.from('mode=near\nx\n')]))).toBe('near')
  })
})
