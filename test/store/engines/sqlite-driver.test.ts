// Which SQLite is good enough: versions before 3.51.3 can corrupt a database with several writers.
import { describe, expect, it } from 'vitest'
import { isEnough, loadSqliteDriver } from '../../../src/store/engines/sqlite-driver.ts'

describe('isEnough', () => {
  it.each([['3.51.3', true], ['3.51.10', true], ['3.52.0', true], ['4.0.0', true], ['3.53', true], ['3.51.2', false], ['3.9.99', false], ['3.50.7', false], ['3', false], ['', false]])('of %s is %s', (version, enough) => {
    expect(isEnough(version)).toBe(enough)
  })
})

describe('loadSqliteDriver', () => {
  it('finds one on this machine that is, and names it', () => {
    const { name, version } = loadSqliteDriver()
    expect(['node:sqlite', '@photostructure/sqlite']).toContain(name)
    expect(isEnough(version)).toBe(true)
  })
})
