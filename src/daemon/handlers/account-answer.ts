// An account as people and programs see it: what is configured, what was found, and what stands against using it.
import type { AccountAnswer } from '../../api/account-answers.ts'
import { keyOf, type Account } from '../../core/accounts/account.ts'
import { healthOf, windowsOf, type AccountRecord, type Health } from '../../core/accounts/health.ts'
import { windowLabel, type QuotaWindow } from '../../core/accounts/quota.ts'
import { unreachable } from '../../core/errors.ts'
import { isoText, type Instant } from '../../core/time.ts'
import { lookAtAccounts } from '../../flows/accounts.ts'
import { accountsOf, accountWorld, configuredAccounts, foundAccounts, sharedWith } from '../world/accounts.ts'
import type { World } from '../world/world.ts'

/** Configured accounts first, by agent; then homes that were found with a login in them. */
export async function accountAnswers(world: World): Promise<readonly AccountAnswer[]> {
  const now = world.clock.now()
  const accounts = [...configuredAccounts(world), ...foundAccounts(world)]
  const records = await lookAtAccounts(accountWorld(world), accounts, now)
  const { windows, inUse } = await world.stores.read(function* () {
    const used: string[] = []
    for (const agent of new Set(accounts.map(account => account.agent))) {
      const use = yield* world.stores.accounts.inUse(world.node, agent)
      if (use) used.push(`${use.agent} ${use.account}`)
    }
    return { windows: yield* world.stores.quota.all(world.node), inUse: used }
  })
  return accounts.map((account, index) => {
    const record = records[index] as AccountRecord
    const health = healthOf(record, windowsOf(windows, keyOf(account)), now)
    const sameAs = accounts.filter((other, at) => other !== account && other.agent === account.agent && record.found !== '' && records[at]?.found === record.found).map(({ id }) => id)
    return answerOf(world, account, { record, health, sameAs, inUse: inUse.includes(`${account.agent} ${account.name}`) })
  })
}

interface Known { readonly record: AccountRecord; readonly health: Health; readonly sameAs: readonly string[]; readonly inUse: boolean }

function answerOf(world: World, account: Account, { record, health, sameAs, inUse }: Known): AccountAnswer {
  const until = untilOf(health)
  return {
    id: account.id, agent: account.agent, account: account.name, home: account.home, role: account.role, configured: accountsOf(world).includes(account),
    state: health.state, because: becauseOf(health), until: until === null ? null : isoText(until),
    login: { kind: record.kind, expected: record.expected, found: record.found, organisation: record.organisation, sameAs },
    organisationAllowed: account.organisation, pinned: record.pinnedAt !== null, inUse, unattended: account.unattended, sharesWith: sharedWith(world, account).map(({ id }) => id),
  }
}

const untilOf = (health: Health): Instant | null => (health.state === 'exhausted' || health.state === 'throttled' ? health.until : null)

/** Why work may not go there, in a few words; '' when it may. */
export function becauseOf(health: Health): string {
  switch (health.state) {
    case 'ok': return ''
    case 'throttled': return 'too many requests in a minute'
    case 'exhausted': return `${listed(health.windows)} quota is spent`
    case 'unknown': return health.because === 'no_home' ? 'its home does not exist yet' : 'nobody has looked at it yet'
    case 'auth_broken': return health.because === 'no_login' ? 'nobody is signed in' : 'the client said that its login does not work'
    case 'quarantined': return 'another login is in its home than the one it was added with'
    case 'disabled': return `disabled by ${health.by}: ${health.reason}`
    default: return unreachable(health)
  }
}

const listed = (windows: readonly QuotaWindow[]): string => windows.map(windowLabel).join(' and ')
