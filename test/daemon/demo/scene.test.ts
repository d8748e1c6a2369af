import { describe, expect, it } from 'vitest'
import type { EventAnswer } from '../../../src/api/control-plane.ts'
import { beat, eventFeed, goOn, until } from '../../../src/daemon/demo/scene.ts'
import { FakeControlPlane } from '../../support/fake-control-plane.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const stopping = new AbortController()
stopping.abort()
const going = new AbortController().signal

describe('waiting in the demo', () => {
  it('ends with the first answer, and asks no more', async () => {
    const clock = new ManualClock()
    let asked = 0
    const found = until({ clock, signal: going }, 'answer', async () => (++asked === 3 ? 'there' : null))
    for (let round = 0; round < 2; round++) {
      await clock.sleeping(20)
      clock.advance(20)
    }
    expect(await found).toBe('there')
    expect(asked).toBe(3)
  })

  it('has a limit, and says what did not happen', async () => {
    const clock = new ManualClock()
    const waiting = until({ clock, signal: going }, 'lock the budget', async () => {
      clock.advance(6_000)
      return null
    })
    await expect(waiting).rejects.toThrow('purser did not lock the budget within 6 s')
  })

  it('is over at once after Ctrl-C, before anything further is asked', async () => {
    const clock = new ManualClock()
    let asked = 0
    await expect(until({ clock, signal: stopping.signal }, 'answer', async () => ++asked)).rejects.toThrow('interrupted')
    await expect(beat({ clock, signal: stopping.signal })).rejects.toThrow('interrupted')
    expect(() => goOn({ signal: stopping.signal })).toThrow('interrupted')
    expect(asked).toBe(0)
  })
})

describe('the events of the demo', () => {
  const event = (id: number, code: string): EventAnswer => ({ id, at: '2026-11-21T12:00:00.000Z', code, level: 'info', fields: {} })
  const feed = (all: readonly EventAnswer[]) => eventFeed({
    plane: new FakeControlPlane({ events: ({ after = 0 }) => ({ events: all.filter(({ id }) => id > after), last: all.at(-1)?.id ?? 0 }) }), clock: new ManualClock(), signal: going,
  })

  it('come each once and in order, whoever takes them', async () => {
    const events = feed([event(1, 'a'), event(2, 'b'), event(3, 'a'), event(4, 'c')])
    expect((await events.next('do a', ({ code }) => code === 'a')).id).toBe(1)
    expect((await events.next('do a again', ({ code }) => code === 'a')).id).toBe(3)
    expect((await events.rest()).map(({ id }) => id)).toEqual([4])
    expect(await events.rest()).toEqual([])
  })

  it('pass on what a look at one of them finds wrong', async () => {
    await expect(feed([event(1, 'a')]).next('do b', () => { throw new Error('signal failed') })).rejects.toThrow('signal failed')
  })
})
