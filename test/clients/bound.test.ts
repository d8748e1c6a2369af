// The number printed beside a cap, held against the genuine client: three sessions spend in parallel as fast as they
// can, hooks stop them, and what was spent over the limit stays within the bound that was shown while they ran.
import { expect, it, onTestFinished } from 'vitest'
import type { StatusAnswer } from '../../src/api/control-plane.ts'
import type { ReportAnswer } from '../../src/api/report-answer.ts'
import { evidence, eventually, nanosOf, purserHome } from './built-purser.ts'
import { startFakeMessagesApi, type Answer, type Usage } from './fake-messages-api.ts'
import { startClient } from './genuine-client.ts'

const SESSIONS = 3
const STEPS = 10
const step = (usage: Usage, hold: boolean): Answer => ({ blocks: [{ tool: 'Bash', input: { command: 'true', description: 'a step' } }], usage, hold })

interface Shape { readonly limit: string; readonly usage: Usage; readonly config: string }
// Ten cents a call; thirty calls would cost three dollars.
const TEN_CENTS: Usage = { input: 25_000, output: 0 }
// Each session may save its work after the breach.
const SMALL: Shape = { limit: '1.00', usage: TEN_CENTS, config: '' }
// Seven dollars of the ten and a half that a request of this model can cost; more, and the client compacts instead.
const LARGE: Shape = { limit: '1.00', usage: { input: 0, cacheWrite1h: 700_000, output: 80_000 }, config: '[enforcement]\nsave_work = ["none"]\n' }

/** Three sessions under one limit: what was spent over it, and the bound that was shown while they ran. */
async function overspend({ limit, usage, config }: Shape) {
  const purser = purserHome(), api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const web = purser.project('web')
  purser.configure(config)
  expect((await purser.run('hooks', 'install')).code).toBe(0)
  await purser.up()
  expect((await purser.run('budget', 'set', 'web-daily', '--project', web, '--limit', limit, '--window', 'day', '--on-breach', 'deny')).code).toBe(0)

  // The first answer says each session's model; the second waits until the bound was seen.
  const running = Array.from({ length: SESSIONS }, (_, session) => startClient({
    home: purser.home, cwd: web, apiUrl: api.url, prompt: `Work ${api.play(`work-${session}`, Array.from({ length: STEPS }, (__, index) => step(index === 0 ? TEN_CENTS : usage, index === 1)))}`,
  }))
  await Promise.all(running.map((_, session) => api.called(`work-${session}`, 2)))
  const { budgets } = await eventually(() => purser.json<StatusAnswer>('status'), ({ today }) => today.responses === SESSIONS)
  const shown = budgets.find(budget => budget.id === 'web-daily')
  expect(shown).toMatchObject({ class: 'H', bound: { estimate: false, because: expect.stringMatching(/^3 sessions; a request of claude-/) as string } })
  api.release()
  await Promise.all(running.map(({ ended }) => ended))

  await eventually(() => purser.json<ReportAnswer>('report', 'total'), ({ total }) => total.responses === api.calls().length)
  const { total } = await purser.json<ReportAnswer>('report', 'total')
  // It was the hooks that stopped them, not the end of the work.
  expect(api.calls().length).toBeLessThan(SESSIONS * STEPS)
  const over = nanosOf(total.cost) - nanosOf(limit), bound = nanosOf(shown?.bound.cost ?? '0')
  return { over, bound, tell: (scenario: string) => evidence(scenario, { limit, spent: total.cost, over: `${over} nano-USD`, bound: shown?.bound.cost, share: `${over * 100n / bound} %`, calls: api.calls().length, sessions: SESSIONS }, purser.logs()) }
}

it('never spends more over the limit than the bound it printed', async () => {
  const { over, bound, tell } = await overspend(SMALL)
  expect(over).toBeGreaterThanOrEqual(0n)
  expect(over).toBeLessThanOrEqual(bound)
  tell('budget bound held')
})

it('prints no wilder bound than sessions with large requests need: they pass the limit by a quarter of it', async () => {
  const { over, bound, tell } = await overspend(LARGE)
  expect(over * 4n).toBeGreaterThanOrEqual(bound)
  expect(over).toBeLessThanOrEqual(bound)
  tell('budget bound reached by a quarter')
})
