// The last rungs: an armed purser ends the genuine client whose project is over its limit, only that one, and says so.
// Runs only where no process but ours exists.
import { expect, it, onTestFinished } from 'vitest'
import type { LockAnswer } from '../../src/api/control-plane.ts'
import { startTicks } from '../support/processes.ts'
import { evidence, eventually, purserHome } from './built-purser.ts'
import { startFakeMessagesApi, type Answer } from './fake-messages-api.ts'
import { ALONE, startClient } from './genuine-client.ts'

const costlyThenHeld: readonly Answer[] = [
  { blocks: [{ text: 'Dear.' }, { tool: 'Bash', input: { command: 'true', description: 'a step' } }], usage: { input: 125_000, output: 10 } },
  { blocks: [{ text: 'A long answer that the client is reading when it is stopped.' }], usage: { input: 10, output: 10 }, hold: true },
]
const held: readonly Answer[] = [{ blocks: [{ text: 'A neighbour at work.' }], usage: { input: 10, output: 10 }, hold: true }]

it.runIf(ALONE)('terminates the breaching session when armed, and no neighbour', async () => {
  const purser = purserHome(), api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const web = purser.project('web'), webNext = purser.project('web-next')
  purser.configure(`[[budget]]\nid = "web"\nproject = "${web}"\nwindow = "day"\nlimit = "0.40"\non_breach = "terminate"\ngrace = "0s"\n`)
  await purser.up()
  const armed = await purser.run('arm')
  expect(armed.code, armed.stderr).toBe(0)

  const neighbour = startClient({ home: purser.home, cwd: webNext, apiUrl: api.url, prompt: `Neighbour ${api.play('neighbour', held)}` })
  await api.called('neighbour', 1)
  const born = startTicks(neighbour.pid)
  const breaching = startClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Work ${api.play('work', costlyThenHeld)}` })
  const run = await breaching.ended

  // SIGINT ends a headless client with 0, SIGTERM with 143; whichever rung did it, no third call was made.
  expect([0, 143]).toContain(run.code ?? 128 + 15)
  expect(api.calls('work').length).toBeLessThanOrEqual(2)
  expect(startTicks(neighbour.pid)).toBe(born)
  const { locks } = await eventually(() => purser.json<{ locks: readonly LockAnswer[] }>('lock', 'list'),
    answer => answer.locks.some(lock => lock.actions.some(action => action.kind === 'verify' && action.state === 'done')))
  const signals = locks.flatMap(lock => lock.actions).filter(action => /interrupt|terminate|kill/.test(action.kind))
  expect(signals.every(action => action.target.startsWith(`${breaching.pid}@`))).toBe(true)

  // A relaunch in the locked project is a new identity and is stopped again.
  const relaunched = startClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Again ${api.play('again', held)}` })
  await relaunched.ended
  expect(startTicks(neighbour.pid)).toBe(born)
  api.release()
  const survivor = await neighbour.ended
  expect(survivor.code).toBe(0)
  expect(survivor.result?.terminal_reason).toBe('completed')
  evidence('process stopped', { exit: run.code, signals: signals.map(({ kind, state }) => `${kind} ${state}`), apiCalls: api.calls('work').length, neighbour: 'unharmed' }, purser.logs())
})

it.runIf(ALONE)('signals nobody until it is armed', async () => {
  const purser = purserHome(), api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const web = purser.project('web')
  purser.configure(`[[budget]]\nid = "web"\nproject = "${web}"\nwindow = "day"\nlimit = "0.40"\non_breach = "terminate"\ngrace = "0s"\n`)
  await purser.up()
  const running = startClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Work ${api.play('work', costlyThenHeld)}` })
  await api.called('work', 2)
  await eventually(() => purser.json<{ locks: readonly LockAnswer[] }>('lock', 'list'),
    ({ locks }) => locks.some(lock => lock.actions.some(action => action.state === 'dry-run')))
  expect(running.child.exitCode).toBeNull()
  api.release()
  const run = await running.ended
  expect(run.result?.terminal_reason).toBe('completed')
  evidence('dry run before arm', { exit: run.code })
})
