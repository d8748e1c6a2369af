// `purser run` around the genuine client: the id we mint names its log, its own limit is ours, what it cost is what its
// meter says, and what was not spent is free again.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { BudgetAnswer, StatusAnswer } from '../../src/api/control-plane.ts'
import { evidence, eventually, nanosOf, purserHome, type Purser } from './built-purser.ts'
import { startFakeMessagesApi, type Answer, type FakeApi } from './fake-messages-api.ts'
import { CLIENT, clientEnvironment } from './genuine-client.ts'

// Ten cents a call.
const step: Answer = { blocks: [{ tool: 'Bash', input: { command: 'true', description: 'a step' } }], usage: { input: 25_000, output: 0 } }
const last: Answer = { blocks: [{ text: 'done' }], usage: { input: 25_000, output: 0 } }
const CLI = path.join(import.meta.dirname, '..', '..', 'dist', 'cli.cjs')

interface Ran { readonly code: number | null; readonly stdout: string; readonly stderr: string; readonly pid: number }

/** `purser run OPTIONS -- claude -p PROMPT`, as a session inside another one would type it. */
function runClient(purser: Purser, api: FakeApi, { options, prompt, cwd }: { readonly options: readonly string[]; readonly prompt: string; readonly cwd: string }): { readonly pid: number; readonly ended: Promise<Ran> } {
  const child = spawn(process.execPath, [CLI, 'run', ...options, '--', CLIENT, '-p', prompt, '--output-format', 'json', '--allowedTools', 'Bash'], {
    cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...clientEnvironment(purser.home, api.url), CLAUDECODE: '1', CLAUDE_CODE_CHILD_SESSION: '1', CLAUDE_CODE_ENTRYPOINT: 'cli', CLAUDE_CODE_SESSION_ID: 'outer' },
  })
  let stdout = '', stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
  if (child.pid === undefined) throw new Error('cannot start purser')
  const pid = child.pid
  return { pid, ended: new Promise(resolve => { child.once('close', code => resolve({ code, stdout, stderr, pid })) }) }
}

it.each([['with a daemon', true], ['without one', false]])('settles by what the log proves, %s', async (_, daemon) => {
  const purser = purserHome(), api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const web = purser.project('web')
  if (daemon) await purser.up()
  expect((await purser.run('budget', 'set', 'daily', '--limit', '3', '--on-breach', 'deny')).code).toBe(0)
  const { code, stdout, stderr } = await runClient(purser, api, { options: ['--budget', '2'], prompt: `Work ${api.play('work', [step, step, last])}`, cwd: web }).ended
  const result = JSON.parse(stdout) as { session_id: string; total_cost_usd: number }
  expect({ code, said: stderr.trim().split('\n').at(-1) }).toEqual({ code: 0, said: expect.stringMatching(new RegExp(`^purser: this run cost \\$0\\.30 of \\$2\\.00, 3 responses in \\d+s \\(session ${result.session_id}\\)$`)) })
  expect(purser.logs()).toHaveLength(1)
  expect(purser.logs()[0]).toContain(result.session_id)
  const { budgets } = await purser.json<{ budgets: readonly BudgetAnswer[] }>('budget', 'list')
  expect(budgets.find(({ id }) => id === 'daily')).toMatchObject({ spent: '0.30', reserved: '0.00' })
  evidence(`purser run ${daemon ? 'with' : 'without'} a daemon`, { cost: `${nanosOf(result.total_cost_usd)} nano-USD`, session: 'minted' }, purser.logs())
})

it('stops by its own limit, and refuses what does not fit', async () => {
  const purser = purserHome(), api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const web = purser.project('web')
  await purser.up()
  await purser.run('budget', 'set', 'daily', '--limit', '1', '--on-breach', 'deny')
  const limited = await runClient(purser, api, { options: ['--budget', '0.25'], prompt: `Work ${api.play('limited', [step, step, step, step, step, last])}`, cwd: web }).ended
  expect(limited.stderr).toContain('of $0.25')
  expect(JSON.parse(limited.stdout)).toMatchObject({ subtype: 'error_max_budget_usd' })
  expect(limited.code).toBe(1)
  const before = api.calls().length
  const refused = await runClient(purser, api, { options: ['--budget', '0.80'], prompt: `Work ${api.play('refused', [last])}`, cwd: web }).ended
  expect(refused.code).toBe(3)
  expect(refused.stderr).toContain('not started: budget daily has $0.70 left')
  expect(api.calls().length).toBe(before)
})

it('keeps what is reserved while the client lives, though its supervisor was killed', async () => {
  const purser = purserHome(), api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const web = purser.project('web')
  await purser.up()
  await purser.run('budget', 'set', 'daily', '--limit', '3', '--on-breach', 'deny')
  const running = runClient(purser, api, { options: ['--budget', '2'], prompt: `Work ${api.play('orphan', [{ ...step, hold: true }, last])}`, cwd: web })
  await api.called('orphan', 1)
  const daily = async (): Promise<BudgetAnswer | undefined> => (await purser.json<StatusAnswer>('status')).budgets.find(({ id }) => id === 'daily')
  expect(await daily()).toMatchObject({ reserved: '2.00' })
  process.kill(running.pid, 'SIGKILL')
  await eventually(() => purser.json<StatusAnswer>('status'), status => status.sessions.some(({ state }) => state === 'busy'))
  expect(await daily()).toMatchObject({ reserved: '2.00' })
  api.release()
  await eventually(daily, budget => budget?.reserved === '0.00')
  expect(await daily()).toMatchObject({ spent: '0.20', reserved: '0.00' })
})
