import { describe, expect, it } from 'vitest'
import { cutWhole, safeNotice } from '../../../src/core/machine/safe-notice.ts'
import { displayWidth } from '../../../src/core/text/display-width.ts'
import { aNotice } from '../../support/a-notice.ts'

const KEY = 'sk-ant-api03-abcdefghijklmnop'

describe('safeNotice', () => {
  it('leaves an honest notice as it is', () => {
    expect(safeNotice(aNotice())).toEqual(aNotice())
  })

  it('removes escapes and keys from title, body and facts', () => {
    const safe = safeNotice(aNotice({ title: `\u001b]0;x\u0007Budget ${KEY}`, body: `one ${KEY}\ntwo\u001b[2J\u202e`, facts: { branch: `main\u001b[31m ${KEY}` } }))
    expect(safe).toMatchObject({ title: 'Budget sk-ant-[redacted]', body: 'one sk-ant-[redacted]\ntwo', facts: { branch: 'main sk-ant-[redacted]' } })
  })

  it('finds a key that an escape sequence cuts in two', () => {
    const hidden = `${KEY.slice(0, 9)}\u001b[0m${KEY.slice(9, 20)}\u200b${KEY.slice(20)}`
    expect(JSON.stringify(safeNotice(aNotice({ title: hidden, body: hidden, facts: { a: hidden } })))).not.toMatch(/api03|ijklmnop/)
  })

  it('keeps a title on one line and a body within what every channel takes', () => {
    const safe = safeNotice(aNotice({ title: 'x\n'.repeat(500), body: '日'.repeat(5_000), facts: Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`f${index}`, 'y'.repeat(999)])) }))
    expect(displayWidth(safe.title)).toBeLessThanOrEqual(120)
    expect(safe.title).not.toContain('\n')
    expect(new TextEncoder().encode(safe.body).length).toBeLessThan(4_096)
    expect(Object.keys(safe.facts)).toHaveLength(32)
    expect(Math.max(...Object.values(safe.facts).map(value => value.length))).toBeLessThanOrEqual(200)
  })

  it('changes nothing when applied twice', () => {
    const once = safeNotice(aNotice({ title: `${KEY}\u001b[1m${'t'.repeat(300)}`, body: '👍'.repeat(3_000) }))
    expect(safeNotice(once)).toEqual(once)
  })
})

describe('cutWhole', () => {
  it('never leaves half a character', () => {
    expect(cutWhole('a👍b', 2)).toBe('a')
    expect(cutWhole('a👍b', 3)).toBe('a👍')
    expect(cutWhole('abc', 2)).toBe('ab')
  })
})
