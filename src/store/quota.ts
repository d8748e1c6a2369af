// Quota windows, the newest word that counts. Which one that is, core/accounts/quota decides before it is saved.
import type { Evidence, QuotaKey, QuotaWindow } from '../core/accounts/quota.ts'
import type { QuotaReading, QuotaStore } from '../core/accounts/quota-store.ts'
import { changes, int, maybeInt, row, rows, sql, text, type Row, type Work } from '../core/ledger/work.ts'
import { instant, type Instant } from '../core/time.ts'

const COLUMNS = 'agent, account, name, minutes, used_percent, exhausted, resets_at, observed_at, evidence, wake_at'
const get = sql(`select ${COLUMNS} from quota_window where node = :node and agent = :agent and account = :account and name = :window`)
const all = sql(`select ${COLUMNS} from quota_window where node = :node order by agent, account, name`)
const save = sql(`insert into quota_window (node, ${COLUMNS})
  values (:node, :agent, :account, :window, :minutes, :usedBasisPoints, :exhausted, :resetsAt, :observedAt, :evidence, :wakeAt)
  on conflict (node, agent, account, name) do update set minutes = excluded.minutes, used_percent = excluded.used_percent, exhausted = excluded.exhausted,
  resets_at = excluded.resets_at, observed_at = excluded.observed_at, evidence = excluded.evidence, wake_at = excluded.wake_at`)

const note = sql(`insert into quota_reading (node, agent, account, name, used_percent, exhausted, resets_at, observed_at, evidence)
  values (:node, :agent, :account, :window, :usedBasisPoints, :exhausted, :resetsAt, :observedAt, :evidence)`)
const readings = sql(`select used_percent, exhausted, resets_at, observed_at, evidence from quota_reading
  where node = :node and agent = :agent and account = :account and name = :window and observed_at >= :since order by observed_at desc, id desc limit :limit`)
const forgetReadings = sql('delete from quota_reading where observed_at < :before')

export class SqlQuota implements QuotaStore {
  *get(node: string, { agent, account, window }: QuotaKey): Work<QuotaWindow | null> {
    const found = yield* row(get, { node, agent, account, window })
    return found ? windowFrom(found) : null
  }

  *save(node: string, { exhausted, ...window }: QuotaWindow): Work<void> { yield* rows(save, { ...window, node, exhausted: exhausted ? 1 : 0 }) }

  *all(node: string): Work<readonly QuotaWindow[]> { return (yield* rows(all, { node })).map(windowFrom) }

  *note(node: string, { exhausted, ...window }: QuotaWindow): Work<void> { yield* rows(note, { ...window, node, exhausted: exhausted ? 1 : 0 }) }

  *readings(node: string, { agent, account, window }: QuotaKey, since: Instant, limit: number): Work<readonly QuotaReading[]> {
    return (yield* rows(readings, { node, agent, account, window, since, limit })).toReversed().map(from => ({
      usedBasisPoints: maybeInt(from.used_percent), exhausted: int(from.exhausted) !== 0, resetsAt: maybeInstant(from.resets_at), observedAt: instant(int(from.observed_at)), evidence: text(from.evidence) as Evidence,
    }))
  }

  *forgetReadings(before: Instant): Work<number> { return yield* changes(forgetReadings, { before }) }
}

function windowFrom(from: Row): QuotaWindow {
  return {
    agent: text(from.agent), account: text(from.account), window: text(from.name), minutes: maybeInt(from.minutes), usedBasisPoints: maybeInt(from.used_percent),
    exhausted: int(from.exhausted) !== 0, resetsAt: maybeInstant(from.resets_at), observedAt: instant(int(from.observed_at)),
    evidence: text(from.evidence) as Evidence, wakeAt: maybeInstant(from.wake_at),
  }
}

function maybeInstant(value: Row[string] | undefined): Instant | null {
  const at = maybeInt(value)
  return at === null ? null : instant(at)
}
