import { expect, it } from 'vitest'
import type { McpDoor } from '../../../src/api/mcp-door.ts'
import { FakeControlPlane } from '../../support/fake-control-plane.ts'
import { FakeWorld } from '../../support/fake-world.ts'

it('hands the server its own process, its folder and a way to ask that is new each time', async () => {
  let given: McpDoor | undefined
  const world = new FakeWorld({ daemon: new FakeControlPlane(), doors: { mcp: async door => { given = door; return 0 } } })
  expect(await world.run('mcp')).toBe(0)
  expect([world.out, given]).toMatchObject(['', { version: '0.1.0', asker: { pid: 4242, startTime: '395962' }, folder: '/home/ada/src/web-app' }])
  const door = given as McpDoor
  for (let time = 0; time < 2; time++) {
    const plane = door.connect()
    expect(await plane.call('budget.list', {})).toMatchObject({ budgets: [{ id: 'web-daily' }] })
    await plane.close()
  }
  expect(world.opened.filter(each => each === 'socket')).toHaveLength(2)
  door.log('purser mcp: oops')
  expect([world.out, world.err]).toEqual(['', 'purser mcp: oops\n'])
})
