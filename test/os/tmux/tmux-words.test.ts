import { expect, it } from 'vitest'
import { exactly, paneCommand, paneOf, tmuxWord } from '../../../src/os/tmux/tmux-words.ts'

it('keeps a word that tmux would take for the end of a command', () => {
  expect(['a', 'a;', ';', 'a\\;', 'a;b', ''].map(tmuxWord)).toEqual(['a', 'a\\;', '\\;', 'a\\\\;', 'a;b', ''])
})
it('runs a program by words alone, a single one too, and without the address of our server', () => {
  expect(paneCommand(['claude'])).toEqual(['/bin/sh', '-c', 'unset TMUX TMUX_PANE; exec "$@"', 'sh', 'claude'])
  expect(paneCommand(['a', 'b;']).slice(4)).toEqual(['a', 'b\\;'])
})
it('names sessions and their panes exactly', () => {
  expect([exactly('x-1'), paneOf('x-1')]).toEqual(['=x-1', '=x-1:'])
})
