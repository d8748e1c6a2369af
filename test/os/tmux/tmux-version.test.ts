import { expect, it } from 'vitest'
import { versionFlaw } from '../../../src/os/tmux/tmux-version.ts'

it.each(['tmux 3.3', 'tmux 3.3a', 'tmux 3.5', 'tmux 4.0', 'tmux next-3.4', 'tmux master', 'tmux openbsd-7.4'])('takes %s', said => {
  expect(versionFlaw(`${said}\n`)).toBe('')
})
it.each([['tmux 3.2a', 'this is tmux 3.2a; purser needs tmux 3.3 or newer'], ['tmux 2.9', 'this is tmux 2.9; purser needs tmux 3.3 or newer'], ['screen 5', 'tmux does not say its version ("screen 5"); purser needs 3.3 or newer']])('does not take %s', (said, why) => {
  expect(versionFlaw(said)).toBe(why)
})
