// Whatever attempt it is, a task's client starts with the permission checks it was added with, and never without any.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import { dispatchPorts } from '../../../src/daemon/world/dispatch.ts'
import type { Task } from '../../../src/core/tasks/task.ts'
import { tempHome, type TempHome } from '../../support/home.ts'
import { OpenWorld } from '../../support/open-world.ts'

const AGENTS = [...KNOWN_AGENTS.values()].flatMap(({ name, launch }) => (launch?.headless ? [{ name, program: launch.programs[0] ?? '', modes: launch.headless.modes }] : []))
const WITHOUT_CHECKS = /bypass|skip|danger|yolo|full-access|full-auto/i
let home: TempHome, open: OpenWorld
beforeAll(async () => {
  home = tempHome('modes')
  const bin = join(home.path, 'bin')
  mkdirSync(bin)
  for (const { program } of AGENTS) {
    writeFileSync(join(bin, program), '#!/bin/sh\n')
    chmodSync(join(bin, program), 0o755)
  }
  open = await OpenWorld.open({ role: 'daemon', home, variables: { PATH: bin } })
})
afterAll(async () => {
  await open.close()
  home.remove()
})
const plan = async (agent: string, mode: string, minted: string) => {
  const { task } = await open.handlers['task.add']({ text: 'x', folder: open.project(), agent, mode })
  const stored = await open.world.stores.read(() => open.world.stores.queue.get(task.id)) as Task
  const planned = dispatchPorts(open.world, { again: () => undefined, fault: () => undefined }).plan(stored, { minted, account: '' })
  if (!planned.ok) throw new Error(planned.because)
  return planned.args.map(word => (word === minted ? 'MINTED' : word))
}

it('knows agents that work without a person', () => {
  expect(AGENTS.map(({ name }) => name)).toEqual(['claude-code', 'codex'])
})
describe.each(AGENTS)('a task of $name', ({ name, modes }) => {
  it.each(['', ...modes])('in the mode "%s" starts with the same words at every attempt', async mode => {
    const [first, second] = [await plan(name, mode, '00000001-0000-4000-8000-000000000000'), await plan(name, mode, '00000002-0000-4000-8000-000000000000')]
    expect(second).toEqual(first)
    if (mode !== '') expect(first).toContain(mode)
    expect(first.filter(word => WITHOUT_CHECKS.test(word))).toEqual([])
  })
  it.each(['bypassPermissions', 'danger-full-access', 'yolo', '--dangerously-skip-permissions'])('is not taken in the mode %s', async mode => {
    await expect(open.handlers['task.add']({ text: 'x', folder: open.project(), agent: name, mode })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})
