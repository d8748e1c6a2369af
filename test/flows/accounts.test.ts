import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Account } from '../../src/core/accounts/account.ts'
import { healthOf, type AccountRecord } from '../../src/core/accounts/health.ts'
import type { FoundLogin } from '../../src/core/accounts/identity.ts'
import { instant, type Instant } from '../../src/core/time.ts'
import { changeAccount, lookAtAccounts, noteLoginWords, type AccountWorld, type LoginWord } from '../../src/flows/accounts.ts'
import { openTestSqlite, type OpenStores } from '../support/databases.ts'

const NOON = instant(Date.UTC(2026, 10, 21, 12))
const account = (id: string): Account => ({ id, agent: 'claude-code', home: `/h/.${id}`, name: `~/.${id}`, role: 'standby', organisation: false, unattended: '' })
const main = account('main'), work = account('work')

let open: OpenStores
let logins: Record<string, Partial<FoundLogin>>
let world: AccountWorld
beforeEach(async () => {
  open = await openTestSqlite()
  logins = {}
  world = {
    stores: open.stores, node: 'n1',
    lookAt: (agent, home) => (agent === 'claude-code' ? { fingerprint: 'ann', kind: 'oauth', organisation: false, signIn: '1@1', homeExists: true, lookedAt: NOON, ...logins[home] } : null),
  }
})
afterEach(async () => { await open.close() })

const look = async (...accounts: readonly Account[]): Promise<readonly AccountRecord[]> => lookAtAccounts(world, accounts, NOON)
const codes = async (): Promise<string[]> => (await open.stores.read(() => open.stores.events.since(0, 100))).map(({ code }) => code)
const stateOf = (record: AccountRecord | undefined): string => (record ? healthOf(record, [], NOON).state : 'none')
const hear = (...words: readonly LoginWord[]): Promise<void> => open.stores.transaction(() => noteLoginWords(open.stores, 'n1', words))
const refusal = (at: Instant = NOON): LoginWord => ({ agent: 'claude-code', account: '~/.work', what: 'refused', at, evidence: 'log' })

describe('a look at accounts', () => {
  it('takes the first login it finds for the right one, and tells when another comes and when it is back', async () => {
    expect((await look(main, work)).map(stateOf)).toEqual(['ok', 'ok'])
    logins['/h/.work'] = { fingerprint: 'bob' }
    expect((await look(main, work)).map(stateOf)).toEqual(['ok', 'quarantined'])
    await look(work)
    logins = {}
    expect((await look(work)).map(stateOf)).toEqual(['ok'])
    expect(await codes()).toEqual(['account.identity_changed', 'account.identity_matches'])
  })
  it('writes nothing while nothing changes', async () => {
    await look(work)
    const stored = await open.stores.read(() => open.stores.accounts.get('n1', { agent: 'claude-code', account: '~/.work' }))
    logins['/h/.work'] = { lookedAt: instant(NOON + 5_000) }
    await look(work)
    expect(await open.stores.read(() => open.stores.accounts.get('n1', { agent: 'claude-code', account: '~/.work' }))).toEqual(stored)
  })
  it('tells who signed out and in', async () => {
    await look(work)
    logins['/h/.work'] = { fingerprint: '', kind: '', signIn: '' }
    expect((await look(work)).map(stateOf)).toEqual(['auth_broken'])
    logins = {}
    expect((await look(work)).map(stateOf)).toEqual(['ok'])
    expect(await codes()).toEqual(['account.signed_out', 'account.signed_in'])
  })
})

describe('what a client says of its login', () => {
  it('breaks the account once, until somebody signs in', async () => {
    await look(work)
    await hear(refusal(), refusal(instant(NOON + 1)))
    expect((await look(work)).map(stateOf)).toEqual(['auth_broken'])
    logins['/h/.work'] = { signIn: '2@2' }
    expect((await look(work)).map(stateOf)).toEqual(['ok'])
    expect(await codes()).toEqual(['account.login_refused', 'account.signed_in'])
  })
  it('of a throttle is no breach of anything', async () => {
    await look(work)
    await hear({ ...refusal(), what: 'throttled' })
    expect((await look(work)).map(stateOf)).toEqual(['throttled'])
    expect(await codes()).toEqual([])
  })
})

describe('what a person decides', () => {
  const change = (of: Account, what: Parameters<typeof changeAccount>[2]) => changeAccount(world, of, what, NOON)
  it('holds until a person decides otherwise, with who and why', async () => {
    await look(work)
    expect(stateOf(await change(work, { what: 'disable', by: 'ada', reason: 'on leave' }))).toBe('disabled')
    expect((await look(work)).map(stateOf)).toEqual(['disabled'])
    expect(stateOf(await change(work, { what: 'enable', by: 'ada' }))).toBe('ok')
    expect(await codes()).toEqual(['account.disabled', 'account.enabled'])
  })
  it('pins one account of an agent at a time', async () => {
    await look(main, work)
    await change(main, { what: 'pin', by: 'ada' })
    await change(work, { what: 'pin', by: 'ada' })
    expect((await look(main, work)).map(({ pinnedAt }) => pinnedAt)).toEqual([null, NOON])
    await change(work, { what: 'unpin', by: 'ada' })
    expect((await look(work))[0]?.pinnedAt).toBeNull()
  })
  it('accepts the login that is there', async () => {
    await look(work)
    logins['/h/.work'] = { fingerprint: 'bob' }
    await look(work)
    expect(stateOf(await change(work, { what: 'accept', by: 'ada' }))).toBe('ok')
  })
})
