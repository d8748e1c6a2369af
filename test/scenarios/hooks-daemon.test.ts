// From the client's captured payload through the script, the daemon's own socket and the decision, to what the client
// would obey: every station real but the store, which is a list of locks.
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { claudeCodeHooks } from '../../src/agents/claude-code/hooks.ts'
import type { Handlers } from '../../src/api/control-plane.ts'
import { serve } from '../../src/api/server.ts'
import type { Lock } from '../../src/core/enforcement/lock.ts'
import { saveWorkFrom } from '../../src/core/enforcement/save-work.ts'
import { AppError } from '../../src/core/errors.ts'
import { instant } from '../../src/core/time.ts'
import { answerHook, type HookSighting, type HookState } from '../../src/flows/answer-hook.ts'
import { slotTaker } from '../../src/os/files/save-slots.ts'
import { aScope } from '../support/a-lock.ts'
import { buildHook } from '../support/hook-bundle.ts'
import { HookWorld, SILENT } from '../support/hook-world.ts'
import { tempHome, type TempHome } from '../support/home.ts'

interface Captured { readonly event: string; readonly pid: string; readonly payload: Record<string, unknown> }
const captured = readFileSync(new URL('../fixtures/hooks/payloads.jsonl', import.meta.url), 'utf8').trim().split('\n').map(line => JSON.parse(line) as Captured)
const one = (event: string): Captured => {
  const found = captured.find(each => each.event === event && !each.payload.agent_id)
  if (!found) throw new Error(`no captured ${event}`)
  return found
}

let built: TempHome
let sources: { script: string; program: string }
let world: HookWorld
let server: { close(): Promise<void> } | undefined
const sightings: HookSighting[] = []
const bugs: unknown[] = []
let locks: readonly Lock[] = []
let busy = false
beforeAll(async () => { built = tempHome('bundle'); sources = await buildHook(built.path) })
afterAll(() => built.remove())
beforeEach(async () => {
  world = new HookWorld(sources)
  sightings.length = 0; bugs.length = 0; locks = []; busy = false
  const take = slotTaker(world.locks)
  const state: HookState = {
    askerOf: async call => ({ scope: aScope({ project: call.cwd, session: call.session }), cwd: call.cwd, inRepository: true }),
    activeLocks: async () => { if (busy) throw new AppError('store_busy', 'busy'); return locks },
    standings: async () => [], saveWork: () => saveWorkFrom([]), take: async slot => take(slot), claimed: async () => null, reserve: async () => null, seen: sighting => { sightings.push(sighting) }, now: () => instant(Date.now()),
  }
  server = await serve({
    socket: world.socket, handlers: {} as unknown as Handlers, onBug: (_operation, error) => bugs.push(error),
    hook: request => answerHook({ name: 'claude-code', hooks: claudeCodeHooks }, request, state),
  })
})
afterEach(async () => { await server?.close(); await world.end() })

const hold = (folder: unknown): void => {
  const held = world.lock({ selector: { project: String(folder) } })
  locks = [held.lock]
  world.locked([held])
}
const run = ({ event, pid, payload }: Captured) => world.run(event, { payload, env: { CLAUDE_PID: pid } })

describe('a captured session under a lock', () => {
  it('is obeyed at every gate, and reported with its process', async () => {
    hold(one('SessionStart').payload.cwd)
    const said = Object.fromEntries(await Promise.all(['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolBatch', 'SessionEnd'].map(async event => [event, await run(one(event))] as const)))
    expect(JSON.parse(said.SessionStart?.stdout ?? '')).toMatchObject({ hookSpecificOutput: { additionalContext: expect.stringContaining('Locked: ') as string } })
    expect(JSON.parse(said.UserPromptSubmit?.stdout ?? '')).toMatchObject({ decision: 'block', suppressOriginalPrompt: true })
    expect(JSON.parse(said.PreToolUse?.stdout ?? '')).toMatchObject({ hookSpecificOutput: { permissionDecision: 'deny' } })
    expect(JSON.parse(said.PostToolBatch?.stdout ?? '')).toMatchObject({ hookSpecificOutput: { additionalContext: expect.stringContaining('about to be ended') as string } })
    expect(said.SessionEnd).toMatchObject(SILENT)
    expect(new Set(sightings.map(({ pid, session }) => `${pid} ${session}`))).toEqual(new Set(['23143 50836120-0379-4c76-9d23-24fa65c3bfd4']))
    expect(JSON.stringify(sightings)).not.toContain('CANARY')
    expect(bugs).toEqual([])
  })

  it('of another project goes on', async () => {
    hold('/home/dev/proj/hooks2')
    for (const each of captured) expect(await run(each), each.event).toMatchObject(SILENT)
  })

  it('keeps one count of its save-work calls, with the daemon and without it', async () => {
    hold(one('PreToolUse').payload.cwd)
    const commit: Captured = { ...one('PreToolUse'), payload: { ...one('PreToolUse').payload, tool_input: { command: 'git commit -am wip' } } }
    for (let time = 0; time < 3; time++) expect(await run(commit)).toMatchObject(SILENT)
    await server?.close()
    for (let time = 0; time < 3; time++) expect(await run(commit)).toMatchObject(SILENT)
    expect(JSON.parse((await run(commit)).stdout)).toMatchObject({ continue: false })
  })

  it('is held by the projection while the store is busy', async () => {
    hold(one('UserPromptSubmit').payload.cwd)
    busy = true
    expect(JSON.parse((await run(one('UserPromptSubmit'))).stdout)).toMatchObject({ decision: 'block' })
    expect(bugs).toEqual([])
  })
})
