import { describe, expect, it } from 'vitest'
import { noticeFrom, noticeText, outboxRows } from '../../../src/core/machine/outbox.ts'
import { instant } from '../../../src/core/time.ts'
import { aNotice } from '../../support/a-notice.ts'

const NOW = instant(Date.UTC(2026, 10, 21))

describe('outboxRows', () => {
  it('makes one row per channel that wants the level, with an id that the same notice always has', () => {
    const channels = [{ channel: 'desktop', minLevel: 'info' }, { channel: 'ntfy:1', minLevel: 'warn' }, { channel: 'slack:2', minLevel: 'error' }] as const
    const rows = outboxRows(aNotice({ level: 'warn', key: 'k' }), channels, NOW)
    expect(rows.map(row => row.id)).toEqual(['desktop k', 'ntfy:1 k'])
    expect(rows[0]).toEqual({ id: 'desktop k', channel: 'desktop', level: 'warn', body: noticeText(aNotice({ level: 'warn', key: 'k' })), dueAt: NOW })
    expect(outboxRows(aNotice({ level: 'warn', key: 'k' }), channels, NOW)).toEqual(rows)
  })

  it('makes none without channels', () => {
    expect(outboxRows(aNotice(), [], NOW)).toEqual([])
  })
})

describe('noticeFrom', () => {
  it('reads what noticeText wrote', () => {
    expect(noticeFrom(noticeText(aNotice()))).toEqual(aNotice())
  })

  it('takes only the fields of a notice, and only text among its facts', () => {
    const odd = JSON.stringify({ ...aNotice(), prompt: 'CANARY', facts: { a: 'x', b: 5, c: null } })
    expect(noticeFrom(odd)).toEqual(aNotice({ facts: { a: 'x' } }))
    expect(noticeFrom(JSON.stringify({ ...aNotice(), facts: undefined }))).toEqual(aNotice({ facts: {} }))
  })

  it.each(['', 'null', '5', '[]', '{', '{}', ...['key', 'code', 'title', 'body', 'level', 'at'].map(field => JSON.stringify({ ...aNotice(), [field]: null })), JSON.stringify({ ...aNotice(), level: 'loud' }), JSON.stringify({ ...aNotice(), at: 1.5 })])('takes %s for damaged', text => {
    expect(noticeFrom(text)).toBeNull()
  })
})
