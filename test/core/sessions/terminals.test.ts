import { expect, it } from 'vitest'
import { isStamp, isTerminalName } from '../../../src/core/sessions/terminals.ts'

it('takes plain names, and none that tmux would read as something else', () => {
  expect(['purser-10', 'main', '_x', 'A'].every(isTerminalName)).toBe(true)
  for (const name of ['', '-x', 'a.b', 'a:b', '=a', '@1', '$1', '%1', 'a b', 'a;', 'ä', '#(x)', 'x'.repeat(65)]) expect([name, isTerminalName(name)]).toEqual([name, false])
})
it('takes stamps of letters and digits alone', () => {
  expect(isStamp('0123456789abcdef')).toBe(true)
  for (const stamp of ['', '0123', '0123456789abcdef}', 'X'.repeat(16)]) expect([stamp, isStamp(stamp)]).toEqual([stamp, false])
})
