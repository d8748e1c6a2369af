import { describe, expect, it } from 'vitest'
import { failedNotice, lowerNotice, reorgNotice, syncedNotice } from '../../../src/core/external/notice.ts'
import { nanoUsd } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'

const AT = instant(Date.UTC(2026, 10, 21))
const text = ({ title, body }: { title: string; body: string }): string => `${title}\n${body}`

describe('notices of spend outside of the logs', () => {
  it('say how much more it is, and where to look', () => {
    const notice = syncedNotice({ source: 'bill', entries: 2, cost: nanoUsd(12_500_000_000n), lower: 0, ahead: 1, restarted: 0 }, AT)
    expect(notice).toMatchObject({ code: 'external.synced', level: 'info', facts: { source: 'bill', entries: '2', cost: '12.50', ahead: '1' } })
    expect(text(notice)).toBe('bill: $12.50 more was spent outside of the logs\nSee it: purser external show bill')
  })

  it('say what a lower reading means and what to type when it began anew', () => {
    expect(text(lowerNotice({ source: 'bill', subject: 'november', mark: '500 USD', latest: '300 USD' }, AT))).toBe('bill shows less than before\nnovember: 300 USD, and it was 500 USD. Nothing was taken off; it counts again from 500 USD on.\nIf it began anew: purser external reset bill --reason "..."')
  })

  it('say once why a source cannot be read, keyed by since when', () => {
    const first = failedNotice({ source: 'bill', why: 'node.example is not listening', since: AT }, AT)
    expect(first).toMatchObject({ code: 'external.failed', level: 'warn' })
    expect(failedNotice({ source: 'bill', why: 'other words', since: AT }, instant(AT + 1)).key).toBe(first.key)
    expect(text(first)).toContain('What was read before stays counted. Try it: purser external sync bill')
  })

  it('say how deep a chain was reorganised, and what to set', () => {
    expect(text(reorgNotice({ source: 'chain', block: 90, depth: 1, events: 3 }, AT))).toContain('After block 90 it is another chain; 1 block and 3 events are read again')
  })
})
