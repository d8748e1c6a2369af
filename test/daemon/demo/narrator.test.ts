import { describe, expect, it } from 'vitest'
import { plainLine, type Line } from '../../../src/core/text/line.ts'
import { meter, narrator, type Narrator } from '../../../src/daemon/demo/narrator.ts'

function spoken(columns: number, speak: (voice: Narrator) => void): string[] {
  const lines: string[] = []
  speak(narrator({ columns, write: (line: Line) => { lines.push(plainLine(line)) }, elapsedMs: () => 2_740 }))
  return lines
}

describe('the narrator', () => {
  it('puts time, subject and text into columns of their own', () => {
    expect(spoken(Infinity, voice => voice.say('lock', 'L1: spent'))).toEqual(['  2.7s  lock      L1: spent'])
  })

  it('goes on below its text when a line is too long for the screen', () => {
    const lines = spoken(60, voice => voice.say('lock', 'one two three four five six seven eight nine ten eleven twelve'))
    expect(lines.length).toBeGreaterThan(1)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60)
    for (const line of lines.slice(1)) expect(line).toMatch(/^ {18}\S/)
  })

  it('wraps nothing for a pipe', () => {
    expect(spoken(Infinity, voice => voice.quote('word '.repeat(200).trim()))).toHaveLength(1)
  })

  it('shows no time beside a line that goes on with the one before', () => {
    expect(spoken(80, voice => voice.say('', 'and so on'))).toEqual([`${' '.repeat(18)}and so on`])
  })

  it('lets no escape of a quoted text reach the screen', () => {
    expect(spoken(80, voice => voice.quote('a\u001b[2Jb'))[0]).not.toContain('\u001b')
  })
})

describe('the meter', () => {
  const shown = (spent: bigint, limit: bigint): string => plainLine(meter(spent, limit))
  it('is full only when the limit is reached', () => {
    expect(shown(0n, 100n)).toBe(`${'░'.repeat(20)}   0%`)
    expect(shown(99n, 100n)).toBe(`${'█'.repeat(19)}░  99%`)
    expect(shown(100n, 100n)).toBe(`${'█'.repeat(20)} 100%`)
  })
  it('does not grow past its columns when more is spent', () => {
    expect(shown(250n, 100n)).toBe(`${'█'.repeat(20)} 250%`)
    expect(shown(1n, 0n)).toBe(`${'█'.repeat(20)} 100%`)
  })
})
