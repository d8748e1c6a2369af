import { afterEach, beforeEach, expect, it } from 'vitest'
import { aProcess } from '../../support/fake-processes.ts'
import { OpenWorld } from '../../support/open-world.ts'

let world: OpenWorld
beforeEach(async () => {
  world = await OpenWorld.open()
  world.table.processes.push(aProcess({ pid: 4711, parent: 900 }), aProcess({ pid: 4712, parent: 4711, name: 'node', exe: '/usr/bin/node', argv: ['node', 'server.cjs'] }), aProcess({ pid: 900, name: 'bash', exe: '/bin/bash', argv: ['-bash'] }))
})
afterEach(async () => { await world.close() })

it('is the agent session above, by its process, and where it works', async () => {
  expect(await world.handlers['caller']({ asker: { pid: 4712 }, cwd: world.home.path })).toMatchObject({ proven: true, agent: 'claude-code', pid: 4711, proof: 'process', project: world.home.path, branch: '' })
})

it('is nobody where nothing proves it, with a reason', async () => {
  expect(await world.handlers['caller']({ asker: { pid: 99_999_999 }, cwd: world.home.path })).toMatchObject({ proven: false, because: 'there is no process 99999999 here', project: world.home.path })
  expect(await world.handlers['caller']({ asker: { pid: 4712, startTime: '1' }, cwd: world.home.path })).toMatchObject({ proven: false })
  expect(await world.handlers['caller']({ asker: { pid: 4712, session: 'somebody' }, cwd: world.home.path })).toMatchObject({ proven: false, because: expect.stringContaining('somebody') as string })
})

it('is asked with a process and a folder', async () => {
  await expect(world.handlers['caller']({ asker: { pid: 0 }, cwd: '/' })).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(world.handlers['caller']({ asker: { pid: 4712 }, cwd: 'src' })).rejects.toMatchObject({ code: 'invalid_input' })
})
