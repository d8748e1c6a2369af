// A stage in a temporary home of the test, with the agent bundled from the sources under test. Whoever is started on it
// is registered, so that it may be signalled and nobody else.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownChildren, type OwnChildren } from '../../../src/daemon/demo/own-children.ts'
import type { PuppetFacts } from '../../../src/daemon/demo/puppet.ts'
import { buildStage, type Stage } from '../../../src/daemon/demo/stage.ts'
import { systemClock } from '../../../src/os/clock.ts'
import { processTable } from '../../../src/os/processes/process-table.ts'
import { guardFrom } from '../../../src/os/processes/signals.ts'
import { bundled } from '../../support/bundled.ts'
import { tempHome } from '../../support/home.ts'
import { registerPid } from '../../support/processes.ts'

export const AGENT = new URL('../../../src/daemon/demo/agent.ts', import.meta.url)
export const PLATFORM = process.platform === 'darwin' ? 'darwin' : 'linux'

export interface TestStage extends PuppetFacts { readonly children: OwnChildren; readonly home: string; remove(): void }

/** `program` stands in for the agent; without it the real one is built. */
export async function stageInAHome(program?: string): Promise<TestStage> {
  const home = tempHome('demo')
  const agentProgram = program === undefined ? await bundled(AGENT, home.path) : join(home.path, 'program.cjs')
  if (program !== undefined) writeFileSync(agentProgram, program)
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = home.path
  const stage = buildStage({ environment: { home: home.path, platform: PLATFORM, variables: { PATH: process.env['PATH'] } }, now: systemClock.now(), systemZone: 'UTC', agentProgram })
  process.env['TMPDIR'] = before
  const children = ownChildren(processTable(PLATFORM, () => true), guardFrom(process.env))
  const adopt: OwnChildren['adopt'] = async pid => {
    registerPid(pid)
    return await children.adopt(pid)
  }
  return { stage, children: { ...children, adopt }, clock: systemClock, home: home.path, remove: () => home.remove() }
}

/** Registers shell commands as hooks, as a settings file does. */
export function hooks(stage: Stage, commands: Readonly<Record<string, string>>): void {
  const registered = Object.fromEntries(Object.entries(commands).map(([event, command]) => [event, [{ hooks: [{ type: 'command', command }] }]]))
  mkdirSync(join(stage.root, '.claude'), { recursive: true })
  writeFileSync(join(stage.root, '.claude', 'settings.json'), JSON.stringify({ hooks: registered }))
}
