import { describe, expect, it } from 'vitest'
import { screenOf } from '../../src/cli/terminal.ts'

const facts = { tty: true, columns: 120, platform: 'linux', variables: { LANG: 'en_US.UTF-8', TERM: 'xterm' } }

describe('a screen', () => {
  it('is as wide as it says, never absurdly narrow, and endless in a pipe', () => {
    expect([screenOf(facts).columns, screenOf({ ...facts, columns: 0 }).columns, screenOf({ ...facts, columns: undefined }).columns, screenOf({ ...facts, columns: 3 }).columns]).toEqual([120, 80, 80, 40])
    expect(screenOf({ ...facts, tty: false }).columns).toBe(Infinity)
  })
  it.each([
    [{}, true, true], [{}, false, false], [{ NO_COLOR: '1' }, true, false], [{ NO_COLOR: '' }, true, true], [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true], [{ FORCE_COLOR: '0' }, true, false], [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
  ])('with %o (terminal: %s) has colours: %s', (variables, tty, colour) => {
    expect(screenOf({ ...facts, tty, variables }).colour).toBe(colour)
  })
  it.each([
    ['linux', { LANG: 'C.UTF-8' }, true], ['linux', { LANG: 'de_DE.utf8' }, true], ['linux', {}, false], ['linux', { LC_ALL: 'C', LANG: 'en_US.UTF-8' }, false],
    ['darwin', {}, true], ['win32', {}, false], ['win32', { WT_SESSION: 'x' }, true],
  ])('on %s with %o shows more than ASCII: %s', (platform, variables, unicode) => {
    expect(screenOf({ ...facts, platform, variables }).unicode).toBe(unicode)
  })
})
