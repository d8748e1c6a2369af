import { afterEach, expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/core/time.ts'
import { NOON, OpenWorld } from '../../support/open-world.ts'

let open: OpenWorld | undefined
afterEach(async () => { await open?.close(); open = undefined })

it('tells what each of the last minutes cost, and each session lately', async () => {
  open = await OpenWorld.open()
  await open.spend(
    { at: NOON }, { at: NOON - 59 * SECOND_MS }, { at: NOON - MINUTE_MS, session: 's2' }, { at: NOON - 5 * MINUTE_MS }, { at: NOON - 29 * MINUTE_MS, output: 20_000 }, { at: NOON - 30 * MINUTE_MS }, { at: NOON - HOUR_MS - 1 },
  )
  const { status, minutes, hour, rates, rateMinutes } = await open.handlers.top({})
  expect([minutes.length, minutes.at(-1), minutes.at(-2), minutes.at(-6), minutes[0], hour, rateMinutes]).toEqual([30, '2.00', '1.00', '1.00', '0.50', '5.50', 5])
  expect(rates.toSorted((a, b) => (a.session < b.session ? -1 : 1))).toEqual([{ agent: 'claude-code', session: 's1', cost: '2.00' }, { agent: 'claude-code', session: 's2', cost: '1.00' }])
  expect(status.today.cost).toBe((await open.handlers.status({})).today.cost)
})
