// From a hook's payload to money that is held, on the real stores, logs and rate card: what is asked, what is waited for,
// what a person reads. A request of claude-opus-4-5 costs at most $3.60: 200,000 tokens at $10, 64,000 at $25 a million.
import { afterEach, describe, expect, it } from 'vitest'
import { hookDoor, type HookDoor } from '../../src/daemon/hook-door.ts'
import { endCalls } from '../../src/flows/reserve/end-calls.ts'
import { callSight, callWorld } from '../../src/daemon/world/calls.ts'
import { aProcess } from '../support/fake-processes.ts'
import { DOLLAR, NOON, OpenWorld } from '../support/open-world.ts'

const budget = (lines = '', limit = '20'): string => `zone = "UTC"\n[[budget]]\nid = "web"\nlimit = "${limit}"\non_breach = "deny"\nreserve = "hooks"\n${lines}\n`
const OPUS = 'claude-opus-4-5'

describe('a hook that asks for the money of a request', () => {
  let open: OpenWorld, door: HookDoor
  afterEach(async () => { await door.idle(); await open.close() })
  const opened = async (config = budget()): Promise<void> => {
    open = await OpenWorld.open({ role: 'daemon', config })
    open.table.processes.push(aProcess())
    door = hookDoor(open.world, (_, error) => { throw error })
  }
  const call = (event: string, more: Record<string, unknown> = {}) => ({
    agent: 'claude-code', event, pid: 4711,
    body: JSON.stringify({ session_id: 's1', transcript_path: `${open.home.path}/.claude/projects/-web/s1.jsonl`, cwd: open.project(), hook_event_name: event, ...more }),
  })
  const ask = (event: string, more: Record<string, unknown> = {}) => door.answer(call(event, more))
  /** The same, while its clock goes on for as long as it waits. */
  const askPatiently = async (event: string, more: Record<string, unknown> = {}): Promise<Awaited<ReturnType<typeof ask>>> => {
    const answer = ask(event, more), ended = answer.then(() => true)
    while (!(await Promise.race([open.clock.sleeping(60).then(() => false), ended]))) open.clock.advance(60)
    return answer
  }
  const starts = (more: Record<string, unknown> = {}) => ask('SessionStart', { source: 'startup', model: OPUS, ...more })
  const held = async () => (await open.handlers['budget.show']({ id: 'web' })).budgets[0]?.reserved
  const said = (answer: { readonly stdout: string } | null): Record<string, string> => JSON.parse(answer?.stdout ?? '{}') as Record<string, string>

  it('holds the most it may cost by the model its client named, and lets it go once its answer is read', async () => {
    await opened()
    await starts()
    expect([await ask('UserPromptSubmit'), await held()]).toEqual([null, '3.60'])
    open.clock.advance(1_000)
    await open.spend({ at: open.clock.now() })
    expect(await held()).toBe('0.00')
    expect((await open.handlers['budget.show']({ id: 'web' })).budgets[0]).toMatchObject({ spent: '1.00', class: 'R' })
  })

  it('refuses what does not fit in the client\'s own form, with what is left and what to type', async () => {
    await opened(budget('', '5'))
    await starts()
    await ask('UserPromptSubmit')
    const answer = said(await ask('UserPromptSubmit', { session_id: 's2' }))
    expect(answer).toMatchObject({ decision: 'block', suppressOriginalPrompt: true })
    expect(answer.reason).toMatch(/^purser: budget web has \$1\.40 left, with \$3\.60 held for requests under way, and the next request may cost up to \$\d/)
    expect(answer.reason).toContain('purser budget top-up web')
    await open.handlers['budget.topUp']({ id: 'more', budget: 'web', amount: '30', by: 'dev' })
    expect(await ask('UserPromptSubmit', { session_id: 's2' })).toBeNull()
  })

  it('waits for an answer that is written and not read yet, before it says that nothing is left', async () => {
    await opened(budget('', '5'))
    await starts()
    await ask('UserPromptSubmit')
    open.clock.advance(1_000)
    open.log({ at: open.clock.now() })
    open.clock.advance(50)
    const answer = ask('PostToolBatch')
    await Promise.race([open.clock.sleeping(60), answer])
    await open.handlers.index({})
    open.clock.advance(60)
    expect([await answer, await held()]).toEqual([null, '3.60'])
  })

  it('waits no longer than the script does', async () => {
    await opened(budget('', '5'))
    await starts()
    await ask('UserPromptSubmit')
    open.log({ at: open.clock.now() + 10 })
    expect(said(await askPatiently('PostToolBatch'))).toMatchObject({ continue: false })
    expect(open.clock.now() - NOON).toBeLessThan(1_500)
  })

  it('lets go of what its session was given and did not use, as soon as that session asks again', async () => {
    await opened(budget('', '5'))
    await starts()
    await ask('UserPromptSubmit')
    open.log({ at: NOON - 60_000 })
    await open.handlers.index({})
    open.clock.advance(60_000)
    expect([await askPatiently('UserPromptSubmit'), await held()]).toEqual([null, '3.60'])
  })

  it('holds for a subagent before it starts, and denies the tool alone where that does not fit', async () => {
    await opened(budget('', '30'))
    await starts()
    expect(await ask('PreToolUse', { tool_name: 'Agent', tool_input: { prompt: 'x' } })).toBeNull()
    const dearest = await held()
    expect(Number(dearest)).toBeGreaterThan(15)
    const answer = JSON.parse((await askPatiently('PreToolUse', { tool_name: 'Agent' }))?.stdout ?? '{}') as { continue?: boolean; hookSpecificOutput?: Record<string, string> }
    expect([answer.continue, answer.hookSpecificOutput?.permissionDecision, answer.hookSpecificOutput?.permissionDecisionReason]).toEqual([undefined, 'deny', expect.stringContaining('no subagent is started')])
    expect([await ask('PreToolUse', { tool_name: 'Bash', tool_input: { command: 'ls' } }), await held()]).toEqual([null, dearest])
  })

  it('takes the status line\'s word for the model over what the session began with', async () => {
    await opened()
    await starts({ model: 'claude-haiku-4-5' })
    open.world.running.lines.set('claude-code/s1', { model: 'Opus', modelId: OPUS, contextPercent: null, cost: null, at: open.clock.now() })
    await ask('UserPromptSubmit')
    expect(await held()).toBe('3.60')
  })

  it('says nothing of another project, and of a rule that does not reserve', async () => {
    await opened(`${budget('project = "other"')}[[budget]]\nid = "plain"\nlimit = "1"\non_breach = "deny"\n`)
    expect([await ask('UserPromptSubmit'), await held()]).toEqual([null, '0.00'])
  })

  it('while logs of before are read, goes by the fail mode', async () => {
    await opened(budget('fail_mode = "closed"'))
    open.world.running.catchingUp = true
    expect(said(await ask('UserPromptSubmit')).reason).toContain('while logs of before are read')
    await door.idle()
    await open.close()
    await opened(budget())
    open.world.running.catchingUp = true
    expect([await ask('UserPromptSubmit'), await held()]).toEqual([null, '0.00'])
  })

  describe('and then', () => {
    const sweep = () => endCalls(callWorld(open.world), callSight(open.world))
    const NOTHING = { settled: 0, released: 0, kept: 0, expired: 0 }
    const asked = async (): Promise<void> => { await opened(); await starts(); await ask('UserPromptSubmit'); await door.idle(); open.clock.advance(2_000) }

    it('fails, as its log says, gives its money back', async () => {
      await asked()
      open.appendLine('web', 's1', JSON.stringify({ type: 'assistant', isApiErrorMessage: true, timestamp: new Date(NOON + 1_000).toISOString(), message: { model: '<synthetic>' } }))
      expect(await sweep()).toEqual(NOTHING)
      await open.handlers.index({})
      expect([await sweep(), await held()]).toEqual([{ ...NOTHING, released: 1 }, '0.00'])
    })

    it('is idle, as its registry says, gives its money back; busy, it does not', async () => {
      await asked()
      open.log({ at: NOON - 60_000 })
      await open.handlers.index({})
      open.register({ pid: 4711, status: 'busy' })
      expect(await sweep()).toEqual(NOTHING)
      open.register({ pid: 4711, status: 'idle' })
      expect([await sweep(), await held()]).toEqual([{ ...NOTHING, released: 1 }, '0.00'])
    })

    it('is killed keeps its money, and whoever is refused reads how to give it back', async () => {
      await asked()
      open.log({ at: NOON - 60_000, output: 14 * DOLLAR })
      await open.handlers.index({})
      open.table.processes.splice(0, 9)
      expect([await sweep(), await sweep(), await held()]).toEqual([{ ...NOTHING, kept: 1 }, NOTHING, '3.60'])
      expect(said(await ask('UserPromptSubmit', { session_id: 's2' })).reason).toMatch(/purser budget release --id call-[0-9a-f-]{36}$/)
    })
  })
})
