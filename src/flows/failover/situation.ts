// Everything the guards ask about the accounts of one agent, looked at now.
import { keyOf, inOrder, type Account } from '../../core/accounts/account.ts'
import { windowsOf } from '../../core/accounts/health.ts'
import { isOver, windowLabel, type QuotaWindow } from '../../core/accounts/quota.ts'
import type { Candidate } from '../../core/failover/candidate.ts'
import { episodeOf, type Situation } from '../../core/failover/decide.ts'
import type { AccountUse } from '../../core/accounts/account-store.ts'
import type { Saga } from '../../core/failover/saga.ts'
import { isoText, type Instant } from '../../core/time.ts'
import { lookAtAccounts } from '../accounts.ts'
import type { FailoverPorts } from './ports.ts'

// An account that is left once in five minutes for a week is left two thousand times; the guards ask for the last of each.
const DEPARTURES_MAX = 200
const SAGAS_MAX = 200

export interface Looked {
  readonly situation: Situation
  readonly inUse: AccountUse | null
  /** The name of this exhaustion; what was done about it begins with it. */
  readonly episode: string
  /** Moves of this very exhaustion, the newest first. */
  readonly before: readonly Saga[]
}

export interface Wanted { readonly agent: string; readonly from: string; readonly needsConversations: boolean }

/** null where the configuration does not name the account. */
export async function lookAtSituation(ports: FailoverPorts, { agent, from, needsConversations }: Wanted): Promise<Looked | null> {
  const accounts = inOrder(ports.accounts(), agent)
  const left = accounts.find(({ name }) => name === from)
  if (!left) return null
  const now = ports.clock.now()
  const records = await lookAtAccounts({ stores: ports.stores, node: ports.node, lookAt: ports.lookAt }, accounts, now)
  const { failover, quota, accounts: chosen } = ports.stores
  const [windows, departures, inUse, recent] = await ports.stores.read(function* () {
    return [yield* quota.all(ports.node), yield* failover.departures(ports.node, agent, DEPARTURES_MAX), yield* chosen.inUse(ports.node, agent), yield* failover.recent(ports.node, SAGAS_MAX)] as const
  })
  const candidates = accounts.map((account, index): Candidate => ({ account, record: records[index] as Candidate['record'], windows: windowsOf(windows, keyOf(account)), shares: account === left || ports.shares(left, account) }))
  const own = candidates.find(({ account }) => account === left) as Candidate
  const { cooldownMs, waitMs } = ports.settings()
  const situation: Situation = { from: own, candidates, model: '', departures, cooldownMs, waitMs, needsConversations, unattended: false, tried: [], now }
  const episode = episodeOf(situation)
  const before = recent.filter(saga => saga.agent === agent && (saga.episode === episode || saga.episode.startsWith(`${episode} > `)))
  return { situation: { ...situation, tried: before.filter(({ state }) => state === 'aborted').map(({ to }) => to) }, inUse, episode, before }
}

/** What is known of an account's quotas, for the record of a move: which, how full, who said so and when. */
export const evidenceOf = ({ windows }: Candidate, now: Instant): readonly string[] => windows.filter(window => !isOver(window, now)).map(evidenceText)

function evidenceText(window: QuotaWindow): string {
  const used = window.exhausted ? 'spent' : window.usedBasisPoints === null ? 'not known' : `${Math.floor(window.usedBasisPoints / 100)} % used`
  return `${windowLabel(window)} ${used}, by ${window.evidence} at ${isoText(window.observedAt)}${window.resetsAt === null ? '' : `, resets ${isoText(window.resetsAt)}`}`
}

export const nameOfAccount = (accounts: readonly Account[], agent: string, name: string): string => accounts.find(each => each.agent === agent && each.name === name)?.id ?? name
