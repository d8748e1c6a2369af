import { describe, expect, it } from 'vitest'
import { FAILOVER_KEYS } from '../../src/config/failover-keys.ts'

describe('the keys of failover', () => {
  it('take what people say for a mode, and nothing else', () => {
    expect(FAILOVER_KEYS.mode.read('automatic')).toEqual({ value: 'auto' })
    expect(FAILOVER_KEYS.mode.read('never')).toEqual({ value: 'off' })
    expect(FAILOVER_KEYS.mode.read('always')).toMatchObject({ wrong: expect.stringContaining('one of "off", "notify", "ask", "auto"') })
  })
  it('take a day for consent', () => {
    expect(FAILOVER_KEYS.consent.read('2026-02-30')).toHaveProperty('wrong')
    expect(FAILOVER_KEYS.consent.read(true)).toHaveProperty('wrong')
    expect(FAILOVER_KEYS.consent.read('')).toEqual({ value: '' })
  })
  it('take one line to type, or none', () => {
    expect(FAILOVER_KEYS.message.read('')).toEqual({ value: '' })
    expect(FAILOVER_KEYS.message.read('Go on.\n/permissions')).toMatchObject({ wrong: 'holds control characters' })
    expect(FAILOVER_KEYS.message.read('a'.repeat(501))).toMatchObject({ wrong: 'is longer than 500 characters' })
  })
})
