// What the genuine client writes is read and priced to the nano-dollar of its own meter. The API's usage is scripted, so
// the tokens are known before anything runs.
import { execFileSync } from 'node:child_process'
import { expect, it, onTestFinished } from 'vitest'
import type { ReportAnswer } from '../../src/api/report-answer.ts'
import { evidence, meters, nanosOf, purserHome } from './built-purser.ts'
import { startFakeMessagesApi, type Answer, type Usage } from './fake-messages-api.ts'
import { CLIENT_VERSION, runClient } from './genuine-client.ts'

const bash = (command: string, usage: Usage): Answer => ({ blocks: [{ text: 'Running it.' }, { tool: 'Bash', input: { command, description: 'a step' } }], usage })
const say = (text: string, usage: Usage): Answer => ({ blocks: [{ text }], usage })

const ROUNDS: readonly { readonly model: string; readonly answers: readonly Answer[] }[] = [
  { model: 'claude-opus-5-5', answers: [bash('echo one', { input: 1_234, output: 567, cacheRead: 45_678, cacheWrite5m: 3_210, cacheWrite1h: 777 }), say('done', { input: 11, output: 222, cacheRead: 49_665 })] },
  { model: 'claude-sonnet-5-5', answers: [bash('echo two', { input: 8_191, output: 1_023, cacheWrite1h: 12_345 }), say('done', { input: 3, output: 7, cacheRead: 20_000, webSearches: 2 })] },
  // Above 100,000 prompt tokens this model's whole request costs five times as much.
  { model: 'claude-haiku-5-5', answers: [say('long', { input: 60_001, output: 99, cacheRead: 40_000 }), say('never asked for', { input: 1, output: 1 })] },
  { model: 'claude-haiku-5-5', answers: [say('short', { input: 60_000, output: 99, cacheRead: 40_000 })] },
]

it('prices real logs exactly as the client\'s own meter does, tokens exactly as the API sent them', async () => {
  const purser = purserHome(), api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const web = purser.project('web')
  execFileSync('git', ['init', '-q', '-b', 'feature/pay', web])
  for (const [round, { model, answers }] of ROUNDS.entries()) {
    const marker = api.play(`round-${round}`, answers)
    const { code, stderr } = await runClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Do step ${round} ${marker}`, args: ['--model', model] })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  }
  expect(api.strangers()).toEqual([])

  const index = await purser.run('index')
  expect(index.code, index.stderr).toBe(0)
  const { total } = await purser.json<ReportAnswer>('report', 'total')
  const sum = (pick: (usage: Usage) => number | undefined): number => api.calls().reduce((all, { usage }) => all + (pick(usage) ?? 0), 0)
  expect(total.tokens).toEqual({ input: sum(usage => usage.input), output: sum(usage => usage.output), cacheRead: sum(usage => usage.cacheRead), cacheWrite5m: sum(usage => usage.cacheWrite5m), cacheWrite1h: sum(usage => usage.cacheWrite1h) })
  expect(total.responses).toBe(api.calls().length)
  expect(total).toMatchObject({ atLeast: false, unpriced: { responses: 0, models: [] }, partial: 0, estimated: 0 })
  const logs = purser.logs()
  const metered = meters(logs).reduce((all, usd) => all + nanosOf(usd), 0n)
  expect(nanosOf(total.cost)).toBe(metered)
  expect(logs).toHaveLength(ROUNDS.length)
  const again = await purser.run('index')
  expect(again.code).toBe(0)
  expect((await purser.json<ReportAnswer>('report', 'total')).total).toEqual(total)
  evidence('logs read and priced as the client does', { responses: total.responses, cost: total.cost, client: CLIENT_VERSION }, logs)
})

it('knows where the money went: project and branch of each record', async () => {
  const purser = purserHome(), api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const web = purser.project('web')
  execFileSync('git', ['init', '-q', '-b', 'feature/pay', web])
  const marker = api.play('one', [say('done', { input: 100, output: 50 })])
  await runClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Hello ${marker}` })
  await purser.run('index')
  const { rows = [] } = await purser.json<ReportAnswer>('report', 'project')
  expect(rows.map(({ project, name, responses }) => ({ project, name, responses }))).toEqual([{ project: web, name: 'web', responses: 1 }])
})

it('does not count a resumed conversation twice', async () => {
  const purser = purserHome(), api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const web = purser.project('web')
  const first = await runClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Start ${api.play('first', [say('one', { input: 1_000, output: 100 })])}` })
  const id = first.result?.session_id ?? ''
  await purser.run('index')
  await runClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Go on ${api.play('second', [say('two', { input: 2_000, output: 200 })])}`, args: ['--resume', id] })
  await runClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Fork ${api.play('third', [say('three', { input: 4_000, output: 400 })])}`, args: ['--resume', id, '--fork-session'] })
  await purser.run('index')
  const { total } = await purser.json<ReportAnswer>('report', 'total')
  expect(total.responses).toBe(3)
  expect(total.tokens).toMatchObject({ input: 7_000, output: 700 })
  evidence('resume and fork counted once', { responses: total.responses, cost: total.cost }, purser.logs())
})
