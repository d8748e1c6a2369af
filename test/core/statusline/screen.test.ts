import { describe, expect, it } from 'vitest'
import { statuslineScreen } from '../../../src/core/statusline/screen.ts'

describe('the screen of a status line', () => {
  it.each([['130', 126], ['24', 20], ['10', 20], ['', Infinity], [undefined, Infinity], ['wide', Infinity], ['-5', Infinity], ['99999', 1_000], ['0', Infinity]])('of COLUMNS=%s leaves %s', (COLUMNS, columns) => {
    expect(statuslineScreen({ COLUMNS }).columns).toBe(columns)
  })
  it('has colours unless somebody says no: there is no terminal to ask', () => {
    expect([statuslineScreen({}), statuslineScreen({ NO_COLOR: '' }), statuslineScreen({ TERM: 'xterm' })].map(screen => screen.colour)).toEqual([true, true, true])
    expect([statuslineScreen({ NO_COLOR: '1' }), statuslineScreen({ FORCE_COLOR: '0' }), statuslineScreen({ TERM: 'dumb' })].map(screen => screen.colour)).toEqual([false, false, false])
  })
  it('shows more than ASCII unless its locale cannot', () => {
    expect([{}, { LANG: 'en_GB.UTF-8' }, { LC_ALL: 'C.utf8', LANG: 'C' }].map(each => statuslineScreen(each).unicode)).toEqual([true, true, true])
    expect([{ LANG: 'C' }, { LC_ALL: 'POSIX', LANG: 'en_GB.UTF-8' }].map(each => statuslineScreen(each).unicode)).toEqual([false, false])
  })
})
