import { readFileSync, statSync, truncateSync, writeFileSync, existsSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLog } from '../../src/daemon/log.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { NOON } from '../support/open-world.ts'

const MIB = 2 ** 20

describe("the daemon's log", () => {
  let home: TempHome
  let file: string
  beforeEach(() => { home = tempHome('log'); file = path.join(home.path, 'purser.log') })
  afterEach(() => home.remove())
  const lines = (): unknown[] => readFileSync(file, 'utf8').trimEnd().split('\n').map(line => JSON.parse(line) as unknown)

  it('is one JSON line per event with time, level, name and fields, for its owner only', () => {
    const log = openLog(file, () => NOON)
    log.info('daemon.ready', { files: 3 })
    log.warn('w')
    log.error('e', { why: null })
    expect(lines()).toEqual([
      { at: '2026-11-21T12:00:00.000Z', level: 'info', event: 'daemon.ready', files: 3 },
      { at: '2026-11-21T12:00:00.000Z', level: 'warn', event: 'w' }, { at: '2026-11-21T12:00:00.000Z', level: 'error', event: 'e', why: null },
    ])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('cannot be forged by a line end in a value', () => {
    openLog(file, () => NOON).error('bug', { message: 'x\n{"level":"info","event":"all.well"}' })
    expect(lines()).toHaveLength(1)
  })

  it('holds no secret', () => {
    openLog(file, () => NOON).error('bug', { message: 'authorization: Bearer sk-ant-api03-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })
    expect(readFileSync(file, 'utf8')).not.toContain('AAAAAAAAAAAAAAAA')
  })

  it('never grows past two generations', () => {
    writeFileSync(file, '')
    const log = openLog(file, () => NOON)
    truncateSync(file, 10 * MIB)
    log.info('last.of.the.old')
    log.info('first.of.the.new')
    expect([statSync(file).size < MIB, statSync(`${file}.1`).size > 10 * MIB]).toEqual([true, true])
    truncateSync(file, 10 * MIB + 1)
    log.info('again')
    expect([lines().length, existsSync(`${file}.2`)]).toEqual([1, false])
  })

  it('does not stop the watch when it cannot be written', () => {
    const log = openLog(path.join(home.path, 'no', 'such', 'folder'), () => NOON)
    expect(() => { log.info('x'); log.close() }).not.toThrow()
  })
})
