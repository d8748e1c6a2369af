// Claims, one row per name. Every statement that touches a grant names token and process of its holder, so that whoever
// was overtaken writes nothing: the fence is part of the write.
import { fenceOf, type Claim, type Claimant, type Fence, type Grant, type HeldClaim, type Holder, type HolderProof, type Ticket } from '../core/claims/claim.ts'
import type { BoundSession, ClaimStore } from '../core/claims/claim-store.ts'
import type { Resource, ResourceKind } from '../core/claims/resource.ts'
import { changes, int, maybeText, row, rows, sql, text, type Row, type SqlValue, type Work } from '../core/ledger/work.ts'
import type { Seat } from '../core/machine/liveness.ts'
import type { ProcessIdentity } from '../core/machine/process-table.ts'
import type { SessionProof } from '../core/sessions/session-store.ts'
import { instant, type Instant } from '../core/time.ts'
import type { Database } from './database.ts'

const HOLDER = 'agent, session, generation, node, boot, namespace, pid, start_time, proof'
const COLUMNS = `name, kind, root, path, token, ${HOLDER}, strict, reason, ttl, acquired_at, renewed_at, expires_at`
const HOLDER_VALUES = ':agent, :session, :generation, :node, :boot, :namespace, :pid, :startTime, :proof'
const SET_HOLDER = 'agent = :agent, session = :session, generation = :generation, node = :node, boot = :boot, namespace = :namespace, pid = :pid, start_time = :startTime, proof = :proof'
// The row is the one that was read: this token, in this process, or in none.
const FENCED = 'name = :name and token = :token and node = :wasNode and boot = :wasBoot and pid = :wasPid and start_time = :wasStart'
const FREE = "agent = '', session = '', generation = 0, node = '', boot = '', namespace = '', pid = 0, start_time = '', proof = ''"

const enter = sql('select id from claim_gate where id = 1 for update')
const serverNow = sql('select cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint) as now')
const get = sql(`select ${COLUMNS} from claim where name = :name`)
const held = sql(`select ${COLUMNS} from claim where agent <> '' order by name`)
const all = sql(`select ${COLUMNS} from claim order by name limit :most`)
const heldBy = sql(`select ${COLUMNS} from claim where agent <> '' and node = :node order by name`)
const insert = sql(`insert into claim (${COLUMNS}) values (:name, :kind, :root, :path, 1, ${HOLDER_VALUES}, :strict, :reason, :ttl, :at, :at, :expiresAt) on conflict (name) do nothing`)
const regrant = sql(`update claim set token = token + 1, root = :root, ${SET_HOLDER}, strict = :strict, reason = :reason, ttl = :ttl, acquired_at = :at, renewed_at = :at, expires_at = :expiresAt where ${FENCED}`)
const renew = sql(`update claim set renewed_at = :at, expires_at = :expiresAt, reason = :reason, ttl = :ttl, strict = :strict where ${FENCED}`)
const hand = sql(`update claim set ${SET_HOLDER} where ${FENCED}`)
const clear = sql(`update claim set ${FREE}, strict = 0, reason = '', renewed_at = :at where ${FENCED}`)
const breakFrom = sql(`update claim set ${FREE}, token = token + 1, strict = 0, reason = '', renewed_at = :at where ${FENCED}`)
const generation = sql(`insert into claim_generation (agent, session, generation, node, boot, namespace, pid, start_time, at)
  values (:agent, :session, 1, :node, :boot, :namespace, :pid, :startTime, :at)
  on conflict (agent, session) do update set generation = case
    when claim_generation.node = excluded.node and claim_generation.boot = excluded.boot and claim_generation.namespace = excluded.namespace
      and claim_generation.pid = excluded.pid and claim_generation.start_time = excluded.start_time
    then claim_generation.generation else claim_generation.generation + 1 end,
  node = excluded.node, boot = excluded.boot, namespace = excluded.namespace, pid = excluded.pid, start_time = excluded.start_time, at = excluded.at
  returning generation`)
const boundTo = sql("select agent, id, account, cwd, start_time, proof, seen_at from session where pid = :pid and proof <> 'log' order by seen_at desc limit 8")
const TICKET = 'id, agent, session, node, boot, namespace, pid, start_time, proof, asking_pid, asking_start, resources, since, until, heard_at'
const tickets = sql(`select seq, ${TICKET} from claim_ticket order by seq`)
const queue = sql(`insert into claim_ticket (${TICKET})
  values (:id, :agent, :session, :node, :boot, :namespace, :pid, :startTime, :proof, :askingPid, :askingStart, :resources, :since, :until, :heardAt) on conflict (id) do nothing`)
const hear = sql('update claim_ticket set heard_at = :at where id = :id')
const leave = sql('delete from claim_ticket where id = :id')

export class SqlClaims implements ClaimStore {
  readonly #engine: Database['engine']
  constructor(engine: Database['engine']) { this.#engine = engine }

  *enter(): Work<void> { if (this.#engine === 'postgres') yield* rows(enter) }
  *now(ours: Instant): Work<Instant> { return this.#engine === 'postgres' ? instant(int((yield* row(serverNow))?.now)) : ours }

  *get(name: string): Work<Claim | null> {
    const found = yield* row(get, { name })
    return found ? claimFrom(found) : null
  }

  *held(): Work<readonly HeldClaim[]> { return (yield* rows(held)).map(claimFrom) as HeldClaim[] }
  *all(limit: number): Work<readonly Claim[]> { return (yield* rows(all, { most: limit })).map(claimFrom) }
  *heldBy({ node }: Pick<Seat, 'node'>): Work<readonly HeldClaim[]> { return (yield* rows(heldBy, { node })).map(claimFrom) as HeldClaim[] }

  *generation(claimant: Claimant, at: Instant): Work<number> {
    const { agent, session, node, boot, namespace, pid, startTime } = claimant
    return int((yield* row(generation, { agent, session, node, boot, namespace, pid, startTime, at }))?.generation)
  }

  *grant(resource: Resource, was: Claim | null, grant: Grant): Work<number | null> {
    const { strict, reason, ttlMs, acquiredAt, expiresAt } = grant
    const values = { root: resource.root, ...holderValues(grant.holder), strict: strict ? 1 : 0, reason, ttl: ttlMs, at: acquiredAt, expiresAt }
    if (was === null) return (yield* changes(insert, { ...values, name: resource.name, kind: resource.kind, path: resource.path })) === 1 ? 1 : null
    return (yield* changes(regrant, { ...values, ...fenced(fenceOf(was)) })) === 1 ? was.token + 1 : null
  }

  *renew(fence: Fence, { renewedAt, expiresAt, reason, ttlMs, strict }: Parameters<ClaimStore['renew']>[1]): Work<boolean> {
    return (yield* changes(renew, { ...fenced(fence), at: renewedAt, expiresAt, reason, ttl: ttlMs, strict: strict ? 1 : 0 })) === 1
  }

  *hand(fence: Fence, to: Holder): Work<boolean> { return (yield* changes(hand, { ...fenced(fence), ...holderValues(to) })) === 1 }
  *clear(fence: Fence, at: Instant): Work<boolean> { return (yield* changes(clear, { ...fenced(fence), at })) === 1 }
  *breakFrom(fence: Fence, at: Instant): Work<boolean> { return (yield* changes(breakFrom, { ...fenced(fence), at })) === 1 }

  *boundTo(pid: number): Work<readonly BoundSession[]> {
    return (yield* rows(boundTo, { pid })).map(from => ({
      agent: text(from.agent), id: text(from.id), account: text(from.account), cwd: text(from.cwd), startTime: maybeText(from.start_time), proof: text(from.proof) as SessionProof, seenAt: instant(int(from.seen_at)),
    }))
  }

  *tickets(): Work<readonly Ticket[]> { return (yield* rows(tickets)).map(ticketFrom) }

  *queue({ id, claimant, asking, resources, since, until, heardAt }: Omit<Ticket, 'seq'>): Work<void> {
    const { agent, session, node, boot, namespace, pid, startTime, proof } = claimant
    yield* rows(queue, { id, agent, session, node, boot, namespace, pid, startTime, proof, askingPid: asking.pid, askingStart: asking.startTime, resources: JSON.stringify(resources), since, until, heardAt })
  }

  *hear(id: string, at: Instant): Work<void> { yield* rows(hear, { id, at }) }
  *leave(id: string): Work<boolean> { return (yield* changes(leave, { id })) === 1 }
}

const fenced = ({ name, token, holder }: Fence): Record<string, SqlValue> =>
  ({ name, token, wasNode: holder.node, wasBoot: holder.boot, wasPid: holder.pid, wasStart: holder.startTime })

const holderValues = ({ agent, session, generation: count, node, boot, namespace, pid, startTime, proof }: Holder): Record<string, SqlValue> =>
  ({ agent, session, generation: count, node, boot, namespace, pid, startTime, proof })

function claimFrom(from: Row): Claim {
  const resource: Resource = { name: text(from.name), kind: text(from.kind) as ResourceKind, root: text(from.root), path: text(from.path) }
  const token = int(from.token)
  if (text(from.agent) === '') return { resource, token, grant: null }
  return {
    resource, token,
    grant: {
      holder: { ...claimantFrom(from), generation: int(from.generation) }, strict: int(from.strict) === 1, reason: text(from.reason), ttlMs: int(from.ttl),
      acquiredAt: instant(int(from.acquired_at)), renewedAt: instant(int(from.renewed_at)), expiresAt: instant(int(from.expires_at)),
    },
  }
}

const claimantFrom = (from: Row): Claimant => ({
  agent: text(from.agent), session: text(from.session), node: text(from.node), boot: text(from.boot), namespace: text(from.namespace),
  pid: int(from.pid), startTime: text(from.start_time), proof: text(from.proof) as HolderProof,
})

function ticketFrom(from: Row): Ticket {
  const asking: ProcessIdentity = { pid: int(from.asking_pid), startTime: text(from.asking_start) }
  return {
    id: text(from.id), seq: int(from.seq), claimant: claimantFrom(from), asking, resources: JSON.parse(text(from.resources)) as Resource[],
    since: instant(int(from.since)), until: instant(int(from.until)), heardAt: instant(int(from.heard_at)),
  }
}
