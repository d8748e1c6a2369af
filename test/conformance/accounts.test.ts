// What is known of accounts, alike on every engine.
import { afterEach, describe, expect, it } from 'vitest'
import { newRecord, type AccountRecord } from '../../src/core/accounts/health.ts'
import { instant } from '../../src/core/time.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const AT = instant(Date.UTC(2026, 10, 21, 12))
const KEY = { agent: 'claude-code', account: '~/.claude-work' }
const whole: AccountRecord = {
  ...KEY, expected: 'e', found: 'f', kind: 'oauth', organisation: true, homeExists: true, signIn: 's', lookedAt: AT, broken: { at: AT, signIn: 's0', evidence: 'log' },
  throttledUntil: instant(AT + 1), disabled: { at: AT, by: 'ada', reason: 'on leave' }, pinnedAt: instant(AT + 2),
}

describe.each(ENGINES)('accounts on $name', engine => {
  let open: OpenStores
  afterEach(async () => { await open.close() })

  it('come back as they were saved, nothing known included', async () => {
    open = await engine.open()
    const { stores } = open
    await stores.transaction(function* () {
      yield* stores.accounts.save('n1', newRecord({ ...KEY, account: '~/.claude' }))
      yield* stores.accounts.save('n1', { ...whole, found: 'old' })
      yield* stores.accounts.save('n1', whole)
      yield* stores.accounts.save('n2', newRecord(KEY))
    })
    expect(await stores.read(() => stores.accounts.get('n1', KEY))).toEqual(whole)
    expect(await stores.read(() => stores.accounts.all('n1'))).toEqual([newRecord({ ...KEY, account: '~/.claude' }), whole])
    await stores.transaction(() => stores.accounts.forget('n1', KEY))
    expect(await stores.read(() => stores.accounts.get('n1', KEY))).toBeNull()
    expect(await stores.read(() => stores.accounts.get('n2', KEY))).toEqual(newRecord(KEY))
  })

  it('are put into use by whoever names the generation in force, and by nobody else', async () => {
    open = await engine.open()
    const { stores } = open
    const use = (account: string, generation: number) => stores.transaction(() => stores.accounts.use('n1', { agent: 'claude-code', account, generation, at: AT, by: 'ada' }))
    expect(await stores.read(() => stores.accounts.inUse('n1', 'claude-code'))).toBeNull()
    expect(await use('~/.claude', 0)).toBe(true)
    expect(await use('~/.other', 0)).toBe(false)
    expect(await use('~/.claude-work', 1)).toBe(true)
    expect(await use('~/.other', 1)).toBe(false)
    expect(await stores.read(() => stores.accounts.inUse('n1', 'claude-code'))).toEqual({ agent: 'claude-code', account: '~/.claude-work', generation: 2, at: AT, by: 'ada' })
  })
})
