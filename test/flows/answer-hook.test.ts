import { describe, expect, it } from 'vitest'
import { claudeCodeHooks } from '../../src/agents/claude-code/hooks.ts'
import type { Slot } from '../../src/core/enforcement/judge-hook.ts'
import type { Lock } from '../../src/core/enforcement/lock.ts'
import type { Standing } from '../../src/core/enforcement/lock-text.ts'
import { saveWorkFrom } from '../../src/core/enforcement/save-work.ts'
import { AppError, codeOf, messageOf } from '../../src/core/errors.ts'
import { parseUsd } from '../../src/core/money.ts'
import { answerHook, type HookSighting, type HookState } from '../../src/flows/answer-hook.ts'
import { aLock, aScope, NOON } from '../support/a-lock.ts'

const ADAPTER = { name: 'claude-code', hooks: claudeCodeHooks }
const request = (event: string, more: Record<string, unknown> = {}) => ({ event, pid: 4711, body: JSON.stringify({ session_id: 's1', cwd: '/home/dev/web', transcript_path: '/home/dev/.claude/projects/x/s1.jsonl', ...more }) })

/** A daemon's state with these locks; slots are counted in memory, as the port says. */
class World implements HookState {
  readonly sightings: HookSighting[] = []
  readonly taken: Slot[] = []
  locks: readonly Lock[] = []
  near: readonly Standing[] = []
  fault: Error | null = null
  async askerOf({ cwd, session }: { cwd: string; session: string }) { return { scope: aScope({ project: cwd, session }), cwd, inRepository: true } }
  async activeLocks() { if (this.fault) throw this.fault; return this.locks }
  async standings() { return this.near }
  saveWork() { return saveWorkFrom([]) }
  async take(slot: Slot) { this.taken.push(slot); return this.taken.filter(one => one.kind === slot.kind && one.session === slot.session).length <= slot.max }
  seen(sighting: HookSighting) { this.sightings.push(sighting) }
  claimedBy: string | null = null
  async claimed() { return this.claimedBy }
  noRoom: string | null = null
  readonly reserved: string[] = []
  async reserve({ event, subagent }: { event: string; subagent: string }) { this.reserved.push(`${event} ${subagent}`); return this.noRoom }
  now() { return NOON }
}
const said = (answer: { stdout: string } | null): Record<string, unknown> | null => answer && JSON.parse(answer.stdout) as Record<string, unknown>

describe('a hook call', () => {
  it('without a lock is answered with nothing, and reported with ids and places only', async () => {
    const world = new World()
    expect(await answerHook(ADAPTER, request('UserPromptSubmit', { prompt: 'CANARY' }), world)).toBeNull()
    expect(world.sightings).toEqual([{ agent: 'claude-code', event: 'prompt', session: 's1', subagent: '', pid: 4711, cwd: '/home/dev/web', transcript: '/home/dev/.claude/projects/x/s1.jsonl', at: NOON }])
  })

  it('under a lock of its project is stopped; a sibling project is not', async () => {
    const world = new World()
    world.locks = [aLock()]
    expect(said(await answerHook(ADAPTER, request('UserPromptSubmit'), world))).toMatchObject({ decision: 'block' })
    expect(await answerHook(ADAPTER, request('UserPromptSubmit', { cwd: '/home/dev/web2' }), world)).toBeNull()
  })

  it('asks for the money of each request before it is sent, and for nothing else', async () => {
    const world = new World()
    for (const event of ['SessionStart', 'UserPromptSubmit', 'PostToolBatch', 'SessionEnd', 'Stop']) await answerHook(ADAPTER, request(event), world)
    await answerHook(ADAPTER, request('PostToolBatch', { agent_id: 'a1' }), world)
    for (const tool of ['Bash', 'Agent', 'Task', 'AgentSmith']) await answerHook(ADAPTER, request('PreToolUse', { tool_name: tool }), world)
    expect(world.reserved).toEqual(['session-start ', 'prompt ', 'after-tools ', 'after-tools a1', 'before-tool ', 'before-tool '])
  })

  it('without room is not sent: a prompt is blocked, a turn ends, a subagent is not started and the turn goes on', async () => {
    const world = new World()
    world.noRoom = 'no room'
    expect(said(await answerHook(ADAPTER, request('UserPromptSubmit'), world))).toMatchObject({ decision: 'block', reason: 'no room' })
    expect(said(await answerHook(ADAPTER, request('PostToolBatch'), world))).toEqual({ continue: false, stopReason: 'no room' })
    const denied = said(await answerHook(ADAPTER, request('PreToolUse', { tool_name: 'Agent' }), world))
    expect(denied).toEqual({ hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason: 'no room' } })
  })

  it('under a lock holds nothing for a request that is refused already', async () => {
    const world = new World()
    world.locks = [aLock()]
    await answerHook(ADAPTER, request('UserPromptSubmit'), world)
    expect(world.reserved).toEqual([])
  })

  it('saves its work at most six times, and then its turn ends', async () => {
    const world = new World()
    world.locks = [aLock()]
    const commit = request('PreToolUse', { tool_name: 'Bash', tool_input: { command: 'git commit -am wip' } })
    for (let time = 0; time < 6; time++) expect(await answerHook(ADAPTER, commit, world)).toBeNull()
    expect(said(await answerHook(ADAPTER, commit, world))).toMatchObject({ continue: false })
  })

  it('is denied eight times without ending the turn, then the turn ends', async () => {
    const world = new World()
    world.locks = [aLock()]
    const make = request('PreToolUse', { tool_name: 'Bash', tool_input: { command: 'make' } })
    for (let time = 0; time < 8; time++) expect(said(await answerHook(ADAPTER, make, world))).not.toHaveProperty('continue')
    expect(said(await answerHook(ADAPTER, make, world))).toMatchObject({ continue: false, hookSpecificOutput: { permissionDecision: 'deny' } })
  })

  it('near the limit is advised once in a turn', async () => {
    const world = new World()
    world.near = [{ budget: 'web-daily', per: '', perValue: '', window: 'day', spent: parseUsd('19.5'), limit: parseUsd('20') }]
    expect(JSON.stringify(said(await answerHook(ADAPTER, request('PostToolBatch'), world)))).toContain('nearly spent')
    expect(await answerHook(ADAPTER, request('PostToolBatch'), world)).toBeNull()
  })

  it('that only reports touches no state', async () => {
    const world = new World()
    world.fault = new AppError('store_busy', 'busy')
    expect(await answerHook(ADAPTER, request('SessionEnd'), world)).toBeNull()
    expect(world.sightings).toHaveLength(1)
  })

  it('passes a fault of the store on, so that the script decides by the projection', async () => {
    const world = new World()
    world.fault = new AppError('store_busy', 'busy')
    await expect(answerHook(ADAPTER, request('UserPromptSubmit'), world)).rejects.toMatchObject({ code: 'store_busy' })
  })

  it.each(['', 'CANARY', '[]', '{"session_id":"s"}', '{"prompt":"CANARY"'])('with the body %j is refused, and the refusal quotes nothing of it', async body => {
    const world = new World()
    const error: unknown = await answerHook(ADAPTER, { event: 'UserPromptSubmit', pid: 0, body }, world).catch((thrown: unknown) => thrown)
    expect(codeOf(error)).toBe('invalid_input')
    expect(messageOf(error) + String((error as AppError).cause)).not.toContain('CANARY')
    expect(world.sightings).toEqual([])
  })
})
