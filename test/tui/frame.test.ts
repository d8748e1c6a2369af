import { describe, expect, it } from 'vitest'
import { ENTER, frameText, LEAVE, type Frame } from '../../src/tui/frame.ts'

const frame = (lines: readonly string[], columns = 10, rows = 3): Frame => ({ size: { columns, rows }, rows: lines.map(text => ({ text, width: text.length })) })
const visible = (text: string): string => text.replaceAll('\u001b[', '^')

describe('a frame', () => {
  it('at first is all of the screen, in one write that a terminal shows at once', () => {
    expect(visible(frameText(null, frame(['one', 'two'])))).toBe('^?2026h^2J^1;1Hone^0m^K^2;1Htwo^0m^K^3;1H^0m^K^?2026l')
  })
  it('afterwards is only the rows that changed', () => {
    expect(visible(frameText(frame(['one', 'two', 'three']), frame(['one', 'TWO', 'three'])))).toBe('^?2026h^2;1HTWO^0m^K^?2026l')
    expect(frameText(frame(['one']), frame(['one']))).toBe('')
    expect(visible(frameText(frame(['one', 'two']), frame(['one'])))).toBe('^?2026h^2;1H^0m^K^?2026l')
  })
  it('of another size is all of the screen again', () => {
    expect(visible(frameText(frame(['one']), frame(['one'], 11, 1)))).toBe('^?2026h^2J^1;1Hone^0m^K^?2026l')
  })
  it('erases nothing behind a full row: the cursor still stands on its last character', () => {
    expect(visible(frameText(frame(['']), frame(['0123456789'])))).toBe('^?2026h^1;1H0123456789^0m^?2026l')
  })
  it('gives back all that it takes', () => {
    for (const [, mode = ''] of ENTER.matchAll(/\?(\d+)[hl]/g)) expect(LEAVE).toContain(`?${mode}`)
    expect([ENTER.includes('?1049h'), LEAVE.includes('?1049l'), LEAVE.includes('?25h'), LEAVE.includes('?7h'), LEAVE.includes('?2004l'), LEAVE.startsWith('\u001b[?2026l')]).toEqual([true, true, true, true, true, true])
  })
})
