// What the genuine clients other than Claude Code write is read to the token of what was billed to them: by their own
// logs, in their own homes, after turns, resumed turns, forks and subagents. `scripts/clients.mjs` says which are there.
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import type { ReportAnswer } from '../../src/api/report-answer.ts'
import { AGENT_CLIENTS } from './agent-clients.ts'
import { SCENARIO_MS_MAX, used, World } from './agent-world.ts'
import { evidence } from './built-purser.ts'

/** Reads the logs and holds the report against the bill; answers the report. */
async function expectBilled({ purser, api, billed }: World): Promise<ReportAnswer> {
  const index = await purser.run('index')
  expect(index.code, index.stderr).toBe(0)
  const report = await purser.json<ReportAnswer>('report', 'session')
  expect({ responses: report.total.responses, tokens: report.total.tokens }).toEqual(billed())
  expect(report.total).toMatchObject({ partial: 0, estimated: 0 })
  expect(api.strangers()).toEqual([])
  return report
}

/** The one session there is. */
async function onlySession(world: World): Promise<string> {
  const { rows = [] } = await expectBilled(world)
  expect(rows).toHaveLength(1)
  return rows[0]?.session ?? ''
}

/** Runs a first turn; answers its session. */
async function firstSession(world: World): Promise<string> {
  await world.run(world.client.start(world.turn('first', used(1_000, 0, 100, 10), used(20, 1_100, 30, 0))))
  return onlySession(world)
}

function record({ client, installed, purser, billed }: World, scenario: string, facts: object = {}): void {
  const logs = readdirSync(purser.home, { recursive: true, encoding: 'utf8' }).filter(name => client.logs.test(name)).map(name => path.join(purser.home, name)).sort()
  expect(logs).not.toEqual([])
  evidence(scenario, { agent: client.agent, client: installed.version, ...billed(), ...facts }, logs)
}

it.for(AGENT_CLIENTS)('reads $agent token for token, under its project and model, once however often it is read', { timeout: SCENARIO_MS_MAX }, async (client, { skip }) => {
  const world = await World.of(client, skip)
  await world.run(client.start(world.turn('first', used(1_111, 2_222, 333, 44), used(55, 6_666, 77, 8))))
  const { total } = await expectBilled(world)
  expect(total.responses).toBe(2)
  expect(world.api.calls().filter(call => !call.main).length).toBeLessThanOrEqual(client.unlogged)
  const { rows = [] } = await world.purser.json<ReportAnswer>('report', 'model', '--by', 'project,agent')
  expect(rows.map(row => ({ project: row.project, agent: row.agent, model: row.model }))).toEqual([{ project: world.folder, agent: client.agent, model: world.api.calls().find(call => call.main)?.model }])
  expect((await expectBilled(world)).total).toEqual(total)
  record(world, 'a turn', { cost: total.cost, atLeast: total.atLeast, unlogged: client.unlogged })
})

it.for(AGENT_CLIENTS.filter(client => client.resume))('counts $agent once when a session is taken up again', { timeout: SCENARIO_MS_MAX }, async (client, { skip }) => {
  const world = await World.of(client, skip)
  const session = await firstSession(world)
  await world.run(client.resume?.(session, world.turn('second', used(2_000, 1_200, 200, 20), used(40, 3_400, 50, 5))) ?? [])
  expect(await onlySession(world)).toBe(session)
  record(world, 'taken up again')
})

it.for(AGENT_CLIENTS.filter(client => client.fork))('counts $agent once when a session is forked', { timeout: SCENARIO_MS_MAX }, async (client, { skip }) => {
  const world = await World.of(client, skip)
  const session = await firstSession(world)
  await world.run(client.fork?.(session, world.turn('second', used(2_000, 1_200, 200, 20), used(40, 3_400, 50, 5))) ?? [])
  const { rows = [] } = await expectBilled(world)
  expect(rows.map(row => row.responses)).toEqual([2, 2])
  record(world, 'forked')
})

it.for(AGENT_CLIENTS.filter(client => client.subagent))('counts a subagent of $agent in the session that started it', { timeout: SCENARIO_MS_MAX }, async (client, { skip }) => {
  const world = await World.of(client, skip)
  const part = world.api.play('part', [{ blocks: [client.shell('echo part')], usage: used(700, 0, 70, 7) }, { blocks: [client.subagent?.end ?? { text: 'done' }], usage: used(30, 800, 40, 0) }])
  const whole = world.api.play('whole', [{ blocks: [client.subagent?.call(`Do your part ${part}`) ?? { text: '' }], usage: used(1_000, 0, 100, 10) }, world.ending(used(20, 1_100, 30, 0))])
  await world.run(client.start(`Have it done ${whole}`))
  // Two of the session and two of its subagent at least: some ask once more when it comes back.
  expect(world.billed().responses).toBeGreaterThanOrEqual(4)
  await onlySession(world)
  record(world, 'with a subagent')
})
