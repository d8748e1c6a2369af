// One contestant in a race for names: a process of its own that lives through all rounds, waits at a barrier and takes as
// itself. A line in is a deed, a line out what came of it: the token, or `-`.
import { createInterface } from 'node:readline'
import { fenceOf, isHeld, type HeldClaim } from '../../src/core/claims/claim.ts'
import { codeOf } from '../../src/core/errors.ts'
import { rows, sql } from '../../src/core/ledger/work.ts'
import { instant } from '../../src/core/time.ts'
import type { ClaimPorts } from '../../src/flows/arbitrate/ports.ts'
import { releaseClaims } from '../../src/flows/arbitrate/give-back.ts'
import { identify } from '../../src/flows/arbitrate/identify.ts'
import { takeClaims } from '../../src/flows/arbitrate/take.ts'
import { systemClock } from '../../src/os/clock.ts'
import { bootId } from '../../src/os/processes/boot-id.ts'
import { linuxProcesses } from '../../src/os/processes/linux.ts'
import { pidExists } from '../../src/os/processes/signals.ts'
import { openTestPostgresAt, openTestSqlite } from './databases.ts'
import { looopLock, properLock, type Lock } from './rival-locks.ts'

const { RIVAL = 'purser', STORE = '', MIGRATIONS, NODE_NAME = 'n1', CLOCK_BEHIND_MS = '0', AGAIN_MS = '20' } = process.env

/** Our own, on a database that all contestants share: no daemon in between that could put them in order. */
interface PurserLock extends Lock {
  hold(names: readonly string[]): Promise<void>
  /** Reads the row and finds that it is this process', as any program does before it writes; what it read is remembered. */
  check(name: string): Promise<boolean>
  /** The write that the check was for: with the token in its statement, or without. Tells whether it hit. */
  write(name: string, fenced: boolean): Promise<boolean>
  close(): Promise<void>
}

const unfenced = sql('update claim set reason = :reason where name = :name')

async function purserLock(): Promise<PurserLock> {
  const open = STORE.startsWith('postgres') ? await openTestPostgresAt(STORE, MIGRATIONS) : await openTestSqlite(STORE, MIGRATIONS)
  const processes = linuxProcesses()
  const self = await processes.self(), { namespace } = self
  const ports: ClaimPorts = {
    stores: open.stores, clock: { ...systemClock, now: () => instant(systemClock.now() - Number(CLOCK_BEHIND_MS)) }, processes, pidExists, agents: [], witnessesOf: async () => [], runOf: async () => null,
    terminalLeader: () => 0, self: async () => self, seat: async () => ({ node: NODE_NAME, boot: bootId(), namespace }), changed: async () => undefined,
  }
  const asker = await identify(ports, { pid: process.pid, as: 'process' })
  if (!asker.proven) throw new Error(asker.because)
  const take = async (names: readonly string[]): Promise<string | null> => {
    const resources = names.map(name => ({ name, kind: 'free', root: '', path: '' }) as const)
    const found = await takeClaims(ports, { resources, claimant: asker.claimant, asking: asker.asking, strict: false, reason: null, ttlMs: 60_000, wait: null })
    return found.result === 'taken' ? String(found.claims[0]?.claim.token) : null
  }
  const checked = new Map<string, HeldClaim>()
  return {
    check: async name => {
      const claim = await open.stores.read(() => open.stores.claims.get(name))
      if (!claim || !isHeld(claim) || claim.grant.holder.pid !== process.pid) return false
      checked.set(name, claim)
      return true
    },
    write: (name, fenced) => open.stores.transaction(function* () {
      const claim = checked.get(name) as HeldClaim
      if (fenced) return yield* open.stores.claims.renew(fenceOf(claim), { ...claim.grant, reason: `written by ${process.pid}` })
      yield* rows(unfenced, { name, reason: `written by ${process.pid}` })
      return true
    }),
    take: name => take([name]),
    hold: async names => { if ((await take(names)) === null) throw new Error('somebody has one of them') },
    release: async name => { await releaseClaims(ports, { ...asker, resources: [{ name, kind: 'free', root: '', path: '' }], tokens: new Map() }) },
    close: () => open.close(),
  }
}

/** Blocks until the instant of the clock that all processes of a machine share; spins for its last part of a millisecond. */
function barrier(at: bigint): void {
  const cell = new Int32Array(new SharedArrayBuffer(4))
  for (let left = at - process.hrtime.bigint(); left > 0n; left = at - process.hrtime.bigint()) if (left > 500_000n) Atomics.wait(cell, 0, 0, Number(left - 300_000n) / 1e6)
}

// Fifty that ask without a pause keep two cores from the one that gives back.
const pause = (): Promise<void> => new Promise(resolve => { setTimeout(resolve, Number(AGAIN_MS)) })

/** A machine with more to do than it can does not let the one that writes go on for ten seconds: that is no verdict. */
async function untilHeard<T>(deed: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await deed()
    } catch (error) {
      if (codeOf(error) !== 'store_busy') throw error
    }
  }
}

async function main(): Promise<void> {
  const ours = RIVAL === 'purser' ? await purserLock() : null
  const lock: Lock = ours ?? (RIVAL === 'looop' ? looopLock(STORE) : properLock(STORE))
  let stopped = false
  const deeds: Readonly<Record<string, (name: string, at: bigint) => Promise<string | null>>> = {
    take: (name, at) => { barrier(at); return untilHeard(() => lock.take(name)) },
    // Until somebody has it: whoever has to be told that it is over is told by `stop`.
    until: async (name, at) => {
      stopped = false
      barrier(at)
      for (;;) {
        const token = await untilHeard(() => lock.take(name))
        if (token !== null || stopped) return token
        await pause()
      }
    },
    release: async (name, at) => { barrier(at); await untilHeard(() => lock.release(name)); return null },
    check: async name => ((await ours?.check(name)) ? 'mine' : null),
    write: async name => ((await ours?.write(name, true)) ? 'hit' : null),
    overwrite: async name => ((await ours?.write(name, false)) ? 'hit' : null),
    hold: async (prefix, count) => {
      const names = Array.from({ length: Number(count) }, (_, at) => `${prefix}${at}`)
      if (ours) await untilHeard(() => ours.hold(names))
      else for (const name of names) await lock.take(name)
      return null
    },
  }
  process.stdout.write('ready\n')
  for await (const line of createInterface({ input: process.stdin })) {
    const [deed = '', name = '', at = '0'] = line.split(' ')
    if (deed === 'stop') stopped = true
    else void deeds[deed]?.(name, BigInt(at)).then(token => process.stdout.write(`${token ?? '-'}\n`))
  }
  await ours?.close()
}

void main()
