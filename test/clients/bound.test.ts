// The number printed beside a cap, held against the genuine client: three sessions spend in parallel as fast as they
// can, hooks stop them, and what was spent over the limit stays within the bound that was shown while they ran.
import { expect, it, onTestFinished } from 'vitest'
import type { StatusAnswer } from '../../src/api/control-plane.ts'
import type { ReportAnswer } from '../../src/api/report-answer.ts'
import { evidence, eventually, nanosOf, purserHome } from './built-purser.ts'
import { startFakeMessagesApi, type Answer } from './fake-messages-api.ts'
import { startClient } from './genuine-client.ts'

const SESSIONS = 3
const LIMIT = '1.00'
// Ten cents a call; thirty calls would cost three dollars.
const step = (hold: boolean): Answer => ({ blocks: [{ tool: 'Bash', input: { command: 'true', description: 'a step' } }], usage: { input: 25_000, output: 0 }, hold })
const STEPS = 10

it('never spends more over the limit than the bound it printed', async () => {
  const purser = purserHome(), api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const web = purser.project('web')
  expect((await purser.run('hooks', 'install')).code).toBe(0)
  await purser.up()
  expect((await purser.run('budget', 'set', 'web-daily', '--project', web, '--limit', LIMIT, '--window', 'day', '--on-breach', 'deny')).code).toBe(0)

  const running = Array.from({ length: SESSIONS }, (_, session) => startClient({
    home: purser.home, cwd: web, apiUrl: api.url, prompt: `Work ${api.play(`work-${session}`, Array.from({ length: STEPS }, (__, index) => step(index === 0)))}`,
  }))
  await Promise.all(running.map((_, session) => api.called(`work-${session}`, 1)))
  const { budgets } = await eventually(() => purser.json<StatusAnswer>('status'), status => status.sessions.filter(session => session.state !== 'ended').length === SESSIONS)
  const shown = budgets.find(budget => budget.id === 'web-daily')
  expect(shown).toMatchObject({ class: 'H' })
  const bound = nanosOf(shown?.bound.cost ?? '0')
  api.release()
  await Promise.all(running.map(({ ended }) => ended))

  await eventually(() => purser.json<ReportAnswer>('report', 'total'), ({ total }) => total.responses === api.calls().length)
  const { total } = await purser.json<ReportAnswer>('report', 'total')
  const over = nanosOf(total.cost) - nanosOf(LIMIT)
  expect(over).toBeGreaterThanOrEqual(0n)
  expect(over).toBeLessThanOrEqual(bound)
  // It was the hooks that stopped them, not the end of the work.
  expect(api.calls().length).toBeLessThan(SESSIONS * STEPS)
  evidence('budget bound held', { limit: LIMIT, spent: total.cost, over: `${over} nano-USD`, bound: shown?.bound.cost, calls: api.calls().length, sessions: SESSIONS }, purser.logs())
})
