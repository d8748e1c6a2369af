import { afterEach, describe, expect, it } from 'vitest'
import { holdLease, type LeaseWorld } from '../../src/daemon/lease.ts'
import { Scope } from '../../src/daemon/scope.ts'
import { leaseHolder, takeLease } from '../../src/flows/lease.ts'
import { bootId } from '../../src/os/processes/boot-id.ts'
import { openTestSqlite, type OpenStores } from '../support/databases.ts'
import { aProcess, FakeTable } from '../support/fake-processes.ts'

describe('the lease', () => {
  let open: OpenStores | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  async function world(over: Partial<LeaseWorld> = {}): Promise<LeaseWorld> {
    open = await openTestSqlite()
    return { stores: open.stores, processes: new FakeTable(), version: '0.1.0', pidExists: () => false, ...over }
  }
  const other = (over = {}) => ({ pid: 999, startTime: '5', boot: bootId(), version: '0.0.9', ...over })

  it('is held until the scope closes', async () => {
    const own = await world(), scope = new Scope()
    await holdLease(own, scope)
    expect(await leaseHolder(own.stores)).toMatchObject({ version: '0.1.0', boot: bootId() })
    await scope.close()
    expect(await leaseHolder(own.stores)).toBeNull()
  })

  it('is refused while another lives, and taken over once it is proven dead', async () => {
    const table = new FakeTable()
    const own = await world({ processes: table })
    table.processes.push(aProcess({ pid: 999, startTime: '5' }))
    await takeLease(own.stores, other(), async () => true)
    const scope = new Scope()
    await expect(holdLease(own, scope)).rejects.toMatchObject({ code: 'already_running' })
    for (const dead of [other({ startTime: '4' }), other({ boot: 'earlier' }), other({ pid: 998 })]) {
      await own.stores.transaction(() => own.stores.meta.set('daemon', JSON.stringify(dead)))
      const taking = new Scope()
      await holdLease(own, taking)
      await taking.close()
    }
    await scope.close()
  })

  it('counts a holder as alive where the process table does not tell', async () => {
    const table = Object.assign(new FakeTable(), { shortfall: 'start times' })
    const own = await world({ processes: table, pidExists: pid => pid === 999 })
    await takeLease(own.stores, other(), async () => true)
    await expect(holdLease(own, new Scope())).rejects.toMatchObject({ code: 'already_running' })
  })
})
