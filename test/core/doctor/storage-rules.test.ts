import { describe, expect, it } from 'vitest'
import { clockRules, diskRule, openersRule, systemSqliteRule } from '../../../src/core/doctor/storage-rules.ts'
import { HOUR_MS, instant, MINUTE_MS } from '../../../src/core/time.ts'
import { ago, machine, NOW, UNKNOWN, wrongIn } from '../../support/healthy-machine.ts'

describe('diskRule', () => {
  const MIB = 1024 * 1024
  it.each([
    ['with room', {}, []], ['with exactly enough', { free: 64 * MIB }, []], ['with a byte less', { free: 64 * MIB - 1 }, ['disk error']], ['that is full', { free: 0 }, ['disk error']],
    ['that may only be read', { writable: false }, ['disk error']], ['that cannot be asked', UNKNOWN, ['disk info']],
  ])('judges a disk %s', (_name, disk, wrong) => {
    expect(wrongIn(diskRule(machine({ disk })))).toEqual(wrong)
  })

  it('has nothing against a machine where purser has kept nothing yet', () => {
    expect(diskRule({ ...machine(), disk: null })).toMatchObject([{ level: 'ok' }])
  })

  it('says how much is left, what it means, and where to look', () => {
    expect(diskRule(machine({ disk: { free: 12.7 * MIB } }))).toMatchObject([{
      title: 'Only 12 MiB are left for purser\'s records', detail: expect.stringContaining('nothing more is enforced') as string, remedy: expect.stringContaining('`df -h /home/dev/.local/state/purser`') as string,
    }])
    expect(diskRule(machine({ disk: { writable: false } }))).toMatchObject([{ detail: expect.stringContaining('answers from what is there') as string, remedy: expect.stringContaining('`export PURSER_STATE=DIR`') as string }])
  })
})

describe('openersRule', () => {
  it.each([
    ['nobody', [], []], ['another purser', [{ pid: 7, program: 'node' }], []], ['the system sqlite', [{ pid: 7, program: 'sqlite3' }], ['database.writers error']],
    ['a browser for databases beside purser', [{ pid: 6, program: 'node' }, { pid: 7, program: 'sqlitebrowser' }], ['database.writers error']], ['a program named almost like ours', [{ pid: 7, program: 'node-evil' }], ['database.writers error']],
    ['somebody unknown', UNKNOWN, ['database.writers info']],
  ])('judges a database that %s has open', (_name, openers, wrong) => {
    expect(wrongIn(openersRule(machine({ openers })))).toEqual(wrong)
  })

  it('names the program and how to look at it', () => {
    expect(openersRule(machine({ openers: [{ pid: 77, program: 'sqlite3' }] }))).toMatchObject([{ detail: expect.stringContaining('sqlite3 (pid 77)'), remedy: expect.stringContaining('`ps -p 77') }])
  })
})

describe('systemSqliteRule', () => {
  it.each([[null, []], ['3.51.3', []], ['3.40.1', ['database.system_sqlite info']], [UNKNOWN, ['database.system_sqlite info']]])('judges a sqlite3 command of version %j', (systemSqlite, wrong) => {
    expect(wrongIn(systemSqliteRule(machine({ systemSqlite })))).toEqual(wrong)
  })
})

describe('clockRules', () => {
  it.each([
    ['steady', {}, []], ['new', { writtenUntil: null, latestEntryAt: null }, []],
    ['two seconds behind, as after a small correction', { writtenUntil: instant(NOW + 2_000) }, []], ['an hour behind what was written', { writtenUntil: instant(NOW + HOUR_MS) }, ['clock.behind error']],
    ['entries four minutes ahead', { futureEntries: 2, latestEntryAt: instant(NOW + 4 * MINUTE_MS) }, []], ['entries a day ahead', { futureEntries: 2, latestEntryAt: instant(NOW + 24 * HOUR_MS) }, ['clock.future warn']],
    ['stepped back', { backwardSteps: 3, longestBackMs: HOUR_MS }, ['clock.stepped warn']], ['stepped by a moment', { backwardSteps: 3, longestBackMs: 900 }, []],
    ['everything at once', { writtenUntil: instant(NOW + HOUR_MS), futureEntries: 1, latestEntryAt: instant(NOW + HOUR_MS), backwardSteps: 1, longestBackMs: HOUR_MS }, ['clock.behind error', 'clock.future warn', 'clock.stepped warn']],
    ['unknown', UNKNOWN, ['clock info']],
  ])('judges a clock that is %s', (_name, clock, wrong) => {
    expect(wrongIn(clockRules(machine({ clock })))).toEqual(wrong)
  })

  it.each([['linux', 'timedatectl'], ['darwin', 'sntp'], ['win32', 'w32tm']] as const)('says how a clock is set on %s', (system, command) => {
    expect(clockRules(machine({ clock: { writtenUntil: instant(NOW + HOUR_MS) }, platform: { system } }))[0]?.remedy).toContain(command)
  })

  it('says by how much', () => {
    expect(clockRules(machine({ clock: { writtenUntil: instant(ago(0) + 90 * MINUTE_MS) } }))[0]?.title).toBe('The clock is 1h 30m behind what was written')
  })
})
