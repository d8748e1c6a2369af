// A queue under everything at once: turns, ends, crashes at every point, restarts, cancellations, retries and time, in any
// order. However it went: one client of a task at a time, each attempt begun once, and nothing lost or held in the end.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bell, claimPorts } from '../../../src/daemon/world/claims.ts'
import { filesOf } from '../../../src/daemon/world/dispatch.ts'
import { keepClaims } from '../../../src/flows/arbitrate/upkeep.ts'
import { DispatchWorld, POINTS } from '../../support/dispatch-world.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const RUNS = { name: 'queues worked off in any order', quick: 12, full: 400 }
const MINUTE = 60_000
const TASKS = 3

type Step = { readonly do: 'turn' | 'restart' | 'minute' } | { readonly do: 'die'; readonly at: (typeof POINTS)[number] } | { readonly do: 'end'; readonly task: number; readonly code: number | null } | { readonly do: 'cancel' | 'retry'; readonly task: number } | { readonly do: 'verdict'; readonly says: string | null }
const aTask = fc.integer({ min: 0, max: TASKS - 1 })
const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>({ do: 'turn' }) }, { weight: 5, arbitrary: fc.record({ do: fc.constant('end' as const), task: aTask, code: fc.constantFrom(0, 0, 1, null) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('die' as const), at: fc.constantFrom(...POINTS) }) }, { weight: 2, arbitrary: fc.constant<Step>({ do: 'minute' }) }, { weight: 1, arbitrary: fc.constant<Step>({ do: 'restart' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'retry' as const), task: aTask }) }, { weight: 1, arbitrary: fc.record({ do: fc.constant('verdict' as const), says: fc.constantFrom('', 'no', null) }) },
)

it('is worked off whatever happens in whatever order', { timeout: roundsTimeoutMs(60_000, RUNS) }, async () => {
  await fc.assert(fc.asyncProperty(fc.array(aStep, { minLength: 5, maxLength: 40 }), async steps => {
    const world = await DispatchWorld.open({ config: 'zone = "UTC"\n[tasks]\nper_project = 2\n[pool]\nmax = 2\n[[budget]]\nid = "daily"\nlimit = "10"\nwindow = "day"\non_breach = "deny"\n' })
    try {
      const ids = [await world.add({ claims: ['deploy'], verify: ['true'] }), await world.add({ claims: ['deploy', 'assets'], priority: 1 }), await world.add({ attempts: 1 })]
      for (const step of steps) {
        await act(world, ids, step)
        for (const id of ids) {
          expect(world.alive(id).length).toBeLessThanOrEqual(1)
          // Each attempt that counts was let go exactly once, and none that does not count ever was, save the one whose end was cut off.
          const attempts = (await world.attempts(id)).filter(({ letGoAt }) => letGoAt !== null)
          expect(new Set(world.begun(id).map(({ attempt }) => attempt)).size).toBe(world.begun(id).length)
          for (const { attempt } of world.begun(id)) expect(attempts.map(each => each.id)).toContain(attempt)
        }
      }
      await calm(world, ids)
      for (const id of ids) expect(['done', 'dead', 'cancelled']).toContain(await world.state(id))
      expect(world.clients.filter(({ code }) => code === undefined)).toEqual([])
      expect((await world.open.world.stores.read(() => world.open.world.stores.claims.held())).length).toBe(0)
      expect((await world.open.handlers['budget.list']({})).budgets.find(({ id }) => id === 'daily')?.reserved).toBe('0.00')
      const dead = (await Promise.all(ids.map(async id => [id, await world.state(id)] as const))).filter(([, state]) => state === 'dead').map(([id]) => id)
      expect(filesOf(world.open.world).withText().toSorted()).toEqual(dead.toSorted())
    } finally {
      await world.close()
    }
  }), { numRuns: rounds(RUNS) })
})

async function act(world: DispatchWorld, ids: readonly string[], step: Step): Promise<void> {
  switch (step.do) {
    case 'turn': return turned(world)
    case 'restart': return world.restart()
    case 'minute': return world.open.clock.advance(5 * MINUTE)
    case 'die': world.dies = step.at; return
    case 'verdict': world.verdict = step.says; return
    case 'end': {
      const working = world.begun(ids[step.task] ?? '').find(({ code }) => code === undefined)
      if (working) world.end(working, step.code)
      return
    }
    case 'cancel': case 'retry': {
      // Refused where it does not fit, which is an answer too.
      await world.open.handlers[`task.${step.do}`]({ id: ids[step.task] ?? '', by: 'ada' }).catch(() => undefined)
    }
  }
}

/** A turn that dies ends its daemon; another one takes over. */
async function turned(world: DispatchWorld): Promise<void> {
  try {
    await world.turns(2)
  } catch (error) {
    expect(String(error)).toContain('died at')
    world.restart()
  }
}

/** Nothing bad happens any more: everything comes to its end. */
async function calm(world: DispatchWorld, ids: readonly string[]): Promise<void> {
  world.restart()
  world.verdict = ''
  for (let turn = 0; turn < 40; turn++) {
    await world.turns(2)
    await keepClaims(claimPorts(world.open.world, bell(world.open.world)))
    for (const id of ids) for (const client of world.begun(id)) if (client.code === undefined) world.end(client, 0)
    if ((await Promise.all(ids.map(id => world.state(id)))).every(state => ['done', 'dead', 'cancelled'].includes(state)) && world.clients.every(({ code }) => code !== undefined)) return
    world.open.clock.advance(20 * MINUTE)
  }
}
