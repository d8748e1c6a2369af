import { describe, expect, it } from 'vitest'
import type { EventAnswer } from '../../src/api/control-plane.ts'
import { lastEvent, printEvents } from '../../src/cli/follow.ts'
import { FakeControlPlane } from '../support/fake-control-plane.ts'
import { ManualClock } from '../support/manual-clock.ts'

const event = (id: number): EventAnswer => ({ id, at: '2026-11-21T13:02:11.000Z', code: 'x', level: 'info', fields: {} })

/** An audit trail that grows when told to. */
function trail(count: number) {
  const events = Array.from({ length: count }, (_, index) => event(index + 1))
  const plane = new FakeControlPlane({ events: ({ after = 0, limit = 100 }) => ({ events: events.filter(({ id }) => id > after).slice(0, limit), last: events.length }) })
  return { events, plane }
}

describe('the audit trail', () => {
  it('is printed whole, page by page, in order', async () => {
    const { plane } = trail(2_500)
    const printed: number[] = []
    await printEvents({ plane, after: 0, follow: false, stop: new AbortController().signal, clock: new ManualClock(), print: ({ id }) => printed.push(id) })
    expect(printed).toEqual(Array.from({ length: 2_500 }, (_, index) => index + 1))
    expect(plane.names).toHaveLength(3)
  })
  it('is followed without a gap or a repeat until told to stop', async () => {
    const { plane, events } = trail(1)
    const clock = new ManualClock()
    const stop = new AbortController()
    const printed: number[] = []
    const done = printEvents({ plane, after: 0, follow: true, stop: stop.signal, clock, print: ({ id }) => printed.push(id) })
    for (const next of [2, null, 3]) {
      await clock.sleeping(250)
      if (next !== null) events.push(event(next))
      clock.advance(250)
    }
    await clock.sleeping(250)
    stop.abort()
    expect(await done).toBe(3)
    expect(printed).toEqual([1, 2, 3])
  })
  it('knows its newest id', async () => {
    expect(await lastEvent(trail(7).plane)).toBe(7)
  })
})
