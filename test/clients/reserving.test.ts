// Hooks that reserve, with the genuine client: what each request may cost is held before it is sent, what does not fit is
// not sent, and the limit is not passed at all. A request of its default model costs at most $10.56, the dearest there is $26.40.
import { expect, it, onTestFinished } from 'vitest'
import type { BudgetAnswer, EventAnswer } from '../../src/api/control-plane.ts'
import type { ReportAnswer } from '../../src/api/report-answer.ts'
import { evidence, eventually, nanosOf, purserHome, type Purser } from './built-purser.ts'
import { startFakeMessagesApi, type Answer, type FakeApi } from './fake-messages-api.ts'
import { runClient, startClient } from './genuine-client.ts'

// Two dollars a call: half a million tokens in at $4 a million.
const step = (hold = false): Answer => ({ blocks: [{ tool: 'Bash', input: { command: 'true', description: 'a step' } }], usage: { input: 500_000, output: 0 }, hold })

async function reserving(limit: string): Promise<{ purser: Purser; api: FakeApi; web: string; budget: () => Promise<BudgetAnswer> }> {
  const purser = purserHome(), api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const web = purser.project('web')
  expect((await purser.run('hooks', 'install')).code).toBe(0)
  await purser.up()
  expect((await purser.run('budget', 'set', 'web', '--project', web, '--limit', limit, '--window', 'day', '--on-breach', 'deny', '--reserve', 'hooks')).code).toBe(0)
  const budget = async (): Promise<BudgetAnswer> => (await purser.json<{ budgets: readonly BudgetAnswer[] }>('budget', 'show', 'web')).budgets[0] as BudgetAnswer
  return { purser, api, web, budget }
}

it('two sessions that work as fast as they can come to the limit together, and not past it', async () => {
  const { purser, api, web, budget } = await reserving('60.00')
  const running = [0, 1].map(session => startClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Work ${api.play(`work-${session}`, Array.from({ length: 30 }, (_, index) => step(index === 3)))}` }))
  await Promise.all(running.map((_, session) => api.called(`work-${session}`, 4)))
  const shown = await eventually(budget, each => each.class === 'R' && !each.bound.estimate && each.spent === '12.00')
  expect(shown.bound).toMatchObject({ cost: '0.00', unseen: expect.stringMatching(/^[1-9]/) as string })
  expect(shown.reserved).toBe('21.12')
  api.release()
  const ended = await Promise.all(running.map(each => each.ended))
  await eventually(() => purser.json<ReportAnswer>('report', 'total'), ({ total }) => total.responses === api.calls().filter(({ main }) => main).length)
  const { total } = await purser.json<ReportAnswer>('report', 'total')
  const after = await eventually(budget, each => each.reserved === '0.00')
  // No third answer would have fit beside what a request may cost; all of it was spent that did.
  expect(nanosOf(total.cost)).toBeLessThanOrEqual(nanosOf('60'))
  expect(nanosOf(total.cost)).toBeGreaterThan(nanosOf('60') - nanosOf('10.56') - nanosOf('2'))
  expect(ended.map(({ result }) => result?.terminal_reason)).toEqual(['hook_stopped', 'hook_stopped'])
  evidence('hooks that reserve held the limit', { limit: '60.00', spent: total.cost, bound: shown.bound.cost, unseen: shown.bound.unseen, reserved: shown.reserved, left: after.remaining, calls: api.calls().length, sessions: 2 }, purser.logs())
})

it('a subagent that does not fit is not started, and the turn goes on', async () => {
  const { purser, api, web, budget } = await reserving('28.00')
  const agent: Answer = { blocks: [{ tool: 'Agent', input: { description: 'help', prompt: `Help ${api.play('sub', [{ blocks: [{ text: 'helped' }], usage: { input: 1_000, output: 10 } }])}`, subagent_type: 'general-purpose' } }], usage: { input: 500_000, output: 0 } }
  const { result } = await runClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Delegate ${api.play('main', [agent, { blocks: [{ text: 'alone' }], usage: { input: 1_000, output: 10 } }])}`, args: ['--allowedTools', 'Agent'] })
  expect([api.calls('sub').length, api.calls('main').length, result?.result]).toEqual([0, 2, 'alone'])
  expect(await eventually(budget, each => each.reserved === '0.00')).toMatchObject({ spent: '2.0042' })
  evidence('a subagent without room was not started', { limit: '28.00', calls: api.calls('main').length })
})

it('a subagent that fits has its own money, settled by its own answers', async () => {
  const { purser, api, web, budget } = await reserving('60.00')
  const sub = api.play('sub', [step(), { blocks: [{ text: 'helped' }], usage: { input: 1_000, output: 10 }, hold: true }])
  const agent: Answer = { blocks: [{ tool: 'Agent', input: { description: 'help', prompt: `Help ${sub}`, subagent_type: 'general-purpose', run_in_background: false } }], usage: { input: 500_000, output: 0 } }
  const running = startClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Delegate ${api.play('main', [agent, { blocks: [{ text: 'done' }], usage: { input: 1_000, output: 10 } }])}`, args: ['--allowedTools', 'Agent,Bash'] })
  await api.called('sub', 2)
  // The conversation waits for its subagent, whose second request is under way: its model is known by its first answer, or,
  // where that was written too late for the hook to read it, the dearest model's maximum is held. Never less.
  expect(['10.56', '26.40']).toContain((await eventually(budget, each => each.spent === '4.00')).reserved)
  api.release()
  await running.ended
  expect(await eventually(budget, each => each.reserved === '0.00' && each.spent !== '4.00')).toMatchObject({ state: 'active' })
  evidence('a subagent reserved beside its conversation', { limit: '60.00', calls: api.calls('sub').length + api.calls('main').length }, purser.logs())
})

it('a request that is killed under way stays held, and whoever is refused for it reads how to give it back', async () => {
  const { purser, api, web, budget } = await reserving('30.00')
  const running = startClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Work ${api.play('killed', [step(), step(true)])}` })
  await api.called('killed', 2)
  await eventually(budget, each => each.spent === '2.00' && each.reserved === '10.56')
  running.child.kill('SIGKILL')
  await running.ended
  const events = async (): Promise<readonly EventAnswer[]> => (await purser.run('events')).stdout.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as EventAnswer)
  const kept = (await eventually(events, all => all.some(({ code }) => code === 'reservation.kept'))).find(({ code }) => code === 'reservation.kept')
  expect(await budget()).toMatchObject({ spent: '2.00', reserved: '10.56' })
  const refused = await runClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Again ${api.play('again', [])}` })
  expect([api.calls('again').length, `${refused.stdout}${refused.stderr}`]).toEqual([0, expect.stringContaining(`purser budget release --id ${String(kept?.fields['reservation'])}`)])
  expect((await purser.run('budget', 'release', '--id', String(kept?.fields['reservation']))).code).toBe(0)
  expect((await runClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Again ${api.play('after', [])}` })).result?.subtype).toBe('success')
  expect(api.calls('after').length).toBe(1)
  evidence('a killed request stayed held', { limit: '30.00', kept: kept?.fields['amount'] }, purser.logs())
})
