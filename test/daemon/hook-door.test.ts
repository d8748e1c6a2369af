import { afterEach, describe, expect, it } from 'vitest'
import { hookDoor, type HookDoor } from '../../src/daemon/hook-door.ts'
import { aProcess } from '../support/fake-processes.ts'
import { DOLLAR, OpenWorld } from '../support/open-world.ts'

const HOUR = 3_600_000

describe("the daemon's door for hooks", () => {
  let open: OpenWorld | undefined
  const errors: unknown[] = []
  afterEach(async () => { await open?.close(); open = undefined; errors.length = 0 })
  const opened = async (config = 'zone = "UTC"\n'): Promise<{ open: OpenWorld; door: HookDoor }> => {
    open = await OpenWorld.open({ role: 'daemon', config })
    return { open, door: hookDoor(open.world, (_, error) => errors.push(error)) }
  }
  const call = (event: string, more: Record<string, unknown> = {}, pid = 4711) => ({
    agent: 'claude-code', event, pid,
    body: JSON.stringify({ session_id: 's1', transcript_path: `${open?.home.path}/.claude/projects/-web/s1.jsonl`, cwd: open?.project(), hook_event_name: event, prompt: 'CANARY', ...more }),
  })
  const session = (id = 's1') => open?.world.stores.read(() => (open as OpenWorld).world.stores.sessions.get('claude-code', id))

  it('says nothing where nothing is locked, and remembers that hooks are alive', async () => {
    const { door, open: { world, clock } } = await opened()
    expect(await door.answer(call('PreToolUse', { tool_name: 'Bash', tool_input: { command: 'ls' } }))).toBeNull()
    expect(world.running.hookHeardAt).toBe(clock.now())
  })

  it('blocks a prompt under a lock, and no prompt of a sibling folder', async () => {
    const { door, open: { handlers } } = await opened()
    await open?.spend({})
    await handlers['budget.set']({ id: 'web', project: `${open?.project()}`, limit: '0.50', onBreach: 'deny' })
    expect(JSON.parse((await door.answer(call('UserPromptSubmit')))?.stdout ?? '')).toMatchObject({ decision: 'block' })
    expect(await door.answer(call('UserPromptSubmit', { cwd: open?.project('web2') }))).toBeNull()
  })

  it('binds a session to the process that speaks, when that is this user\'s agent', async () => {
    const { door, open: { table } } = await opened()
    for (const change of [{ uid: 1001 }, { name: 'bash', exe: '/bin/bash', argv: ['bash'] }]) {
      table.processes.splice(0, 9, aProcess(change))
      await door.answer(call('SessionStart', { source: 'startup' }))
      await door.idle()
      expect(await session(), JSON.stringify(change)).toBeNull()
    }
    table.processes.splice(0, 9, aProcess())
    await door.answer(call('SessionStart', { source: 'startup' }))
    await door.idle()
    expect(await session()).toMatchObject({ pid: 4711, startTime: '395962', proof: 'hook', cwd: open?.project() })
    await door.answer(call('SessionEnd', { reason: 'exit' }))
    await door.idle()
    expect((await session())?.pid).toBeNull()
  })

  it('keeps no word of a prompt', async () => {
    const { door, open: { table, world } } = await opened()
    table.processes.push(aProcess())
    await door.answer(call('UserPromptSubmit'))
    await door.idle()
    expect(JSON.stringify(await world.stores.read(() => world.stores.sessions.get('claude-code', 's1')))).not.toContain('CANARY')
    await expect(door.answer({ ...call('UserPromptSubmit'), body: 'CANARY {' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.not.stringContaining('CANARY') as string })
  })

  it('tells a session that its budget is nearly spent, as of now', async () => {
    const { door, open: { handlers, clock } } = await opened()
    await open?.spend({ output: 19 * DOLLAR })
    await handlers['budget.set']({ id: 'all', window: '5h', limit: '20', onBreach: 'deny' })
    expect((await door.answer(call('UserPromptSubmit')))?.stdout).toContain('19')
    clock.advance(6 * HOUR)
    expect(await door.answer(call('UserPromptSubmit', { session_id: 's2' }))).toBeNull()
  })

  it('refuses an agent it has no hooks for', async () => {
    const { door } = await opened()
    await expect(door.answer({ ...call('Stop'), agent: 'gemini' })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('reports a sighting that cannot be stored, and answers all the same', async () => {
    const { door, open: { world, table } } = await opened()
    table.inspect = async () => { throw new Error('no /proc') }
    expect(await door.answer(call('UserPromptSubmit'))).toBeNull()
    await door.idle()
    expect([errors.length, world.running.hookHeardAt !== null]).toEqual([1, true])
  })
})
