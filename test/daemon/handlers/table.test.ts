import { afterEach, describe, expect, it } from 'vitest'
import { planeOf } from '../../../src/daemon/handlers/table.ts'
import { OpenWorld } from '../../support/open-world.ts'
import { samples } from '../../support/sample-answers.ts'

describe('the table of operations', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })

  it('has a handler for every operation of the contract, and no other', async () => {
    open = await OpenWorld.open()
    expect(Object.keys(open.handlers).sort()).toEqual(Object.keys(samples).sort())
  })

  it('is a control plane in this very process: the same answers, the same refusals, closed once by its owner', async () => {
    open = await OpenWorld.open()
    let closed = 0
    const plane = planeOf(open.handlers, async () => { closed++ })
    expect(await plane.call('budget.list', {})).toEqual(await open.handlers['budget.list']({}))
    await expect(plane.call('budget.show', { id: 'x' })).rejects.toMatchObject({ code: 'not_found' })
    await plane.close()
    expect(closed).toBe(1)
  })
})
