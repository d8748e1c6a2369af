// The demo's agent as a real process: what the outside sees of it must be what it sees of the genuine client.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claudeCode } from '../../../src/agents/claude-code/adapter.ts'
import { parseLine } from '../../../src/agents/claude-code/parse.ts'
import { startPuppet, type Puppet } from '../../../src/daemon/demo/puppet.ts'
import { transcriptOf } from '../../../src/daemon/demo/records.ts'
import { until } from '../../../src/daemon/demo/scene.ts'
import { startTicks } from '../../support/processes.ts'
import { hooks, stageInAHome, type TestStage } from './stage-in-a-home.ts'

let world: TestStage
let agents: Puppet[]
beforeEach(async () => {
  world = await stageInAHome()
  agents = []
  hooks(world.stage, {})
})
afterEach(async () => {
  await Promise.all(agents.map(agent => agent.end()))
  world.remove()
})

async function anAgent(): Promise<Puppet> {
  const agent = await startPuppet(world)
  agents.push(agent)
  return agent
}
const quiet = { signal: new AbortController().signal }
const soon = <T>(what: string, ask: () => T | null): Promise<T> => until({ clock: world.clock, ...quiet }, what, async () => ask())
const configHome = (): string => join(world.stage.root, '.claude')
const registered = (pid: number) => {
  const file = join(configHome(), 'sessions', `${pid}.json`)
  return existsSync(file) ? claudeCode.registry?.parse(`${pid}.json`, readFileSync(file, 'utf8')) ?? null : null
}
const SMALL = { output: 300, cacheWrite: 10, cacheRead: 20 }

describe('the demo agent', () => {
  it('is a session to the adapter by its executable and arguments, and no background session', async () => {
    const { pid } = await anAgent()
    const seen = await world.children.table.inspect(pid)
    expect(seen && claudeCode.process.role(seen)).toBe('session')
    expect(seen?.cwd).toBe(world.stage.project)
  })

  it.runIf(process.platform === 'linux')('registers itself with its true start time, and takes that away when it ends', async () => {
    const agent = await anAgent()
    expect(registered(agent.pid)).toMatchObject({ pid: agent.pid, session: agent.session, startTime: startTicks(agent.pid), cwd: world.stage.project, kind: 'foreground', status: 'busy' })
    expect(await agent.end()).toEqual({ code: 0, signal: null })
    expect(readdirSync(join(configHome(), 'sessions'))).toEqual([])
  })

  it('appends each response to its own log', async () => {
    const agent = await anAgent()
    await agent.act({ do: 'respond', usage: SMALL, tool: 'npm test' })
    await agent.act({ do: 'respond', usage: SMALL, tool: null })
    const lines = readFileSync(transcriptOf(configHome(), world.stage.project, agent.session), 'utf8').trimEnd().split('\n')
    expect(lines.map(line => parseLine(new TextEncoder().encode(line), { session: '', subagent: '' }, world.clock.now()).kind)).toEqual(['usage', 'usage'])
  })

  it('gives its hooks the client\'s payload and its own pid', async () => {
    const heard = join(world.home, 'heard')
    hooks(world.stage, { PreToolUse: `cat >> '${heard}'; echo " $CLAUDE_PID" >> '${heard}'` })
    const agent = await anAgent()
    await agent.act({ do: 'tool', command: 'npm test' })
    const [payload = '', pid] = readFileSync(heard, 'utf8').trim().split(/ (?=\d+$)/)
    expect(Number(pid)).toBe(agent.pid)
    expect(claudeCode.hooks?.decode('PreToolUse', JSON.parse(payload))).toMatchObject({ event: 'before-tool', session: agent.session, cwd: world.stage.project, tool: 'Bash', command: 'npm test' })
  })

  it('obeys a denied tool, a stopped turn and a blocked prompt, and makes no request then', async () => {
    hooks(world.stage, {
      UserPromptSubmit: `echo '{"decision":"block","reason":"spent"}'`,
      PreToolUse: `echo '{"hookSpecificOutput":{"permissionDecision":"deny","permissionDecisionReason":"save now"}}'`,
    })
    const agent = await anAgent()
    expect(await agent.act({ do: 'prompt', text: 'Go.' })).toMatchObject({ event: 'UserPromptSubmit', verdict: 'blocked', text: 'spent' })
    expect(await agent.act({ do: 'tool', command: 'npm test' })).toMatchObject({ event: 'PreToolUse', verdict: 'denied', text: 'save now' })
    expect(existsSync(transcriptOf(configHome(), world.stage.project, agent.session))).toBe(false)
    hooks(world.stage, { PostToolBatch: `echo '{"continue":false,"stopReason":"enough"}'` })
    expect(await agent.act({ do: 'tool', command: 'npm test' })).toMatchObject({ event: 'PostToolBatch', verdict: 'stopped', text: 'enough' })
  })

  it('hands on what a start hook tells the model', async () => {
    hooks(world.stage, { SessionStart: `echo '{"hookSpecificOutput":{"additionalContext":"$0.20 of $1.00"}}'` })
    expect((await anAgent()).told).toBe('$0.20 of $1.00')
  })

  it.runIf(process.platform === 'linux')('takes an interrupt, lives on and is idle then', async () => {
    const agent = await anAgent()
    expect(await world.children.signaller.send({ ...agent, exe: '' }, 'SIGINT')).toEqual({ sent: true })
    await soon('notice SIGINT', () => (agent.noticed.includes('SIGINT') ? true : null))
    expect(agent.ending()).toBeNull()
    expect(registered(agent.pid)?.status).toBe('idle')
  })

  it.runIf(process.platform === 'linux')('ends by SIGTERM as the client does: its end hook, no registry entry, 143', async () => {
    const ended = join(world.home, 'ended')
    hooks(world.stage, { SessionEnd: `touch '${ended}'` })
    const agent = await anAgent()
    await world.children.signaller.send({ ...agent, exe: '' }, 'SIGTERM')
    expect(await soon('end', () => agent.ending())).toEqual({ code: 143, signal: null })
    expect(existsSync(ended)).toBe(true)
    expect(registered(agent.pid)).toBeNull()
  })
})
