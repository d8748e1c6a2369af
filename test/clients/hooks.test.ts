// The hooks that `purser hooks install` writes, obeyed by the genuine client: before a prompt nothing is sent, between
// two model calls the turn ends, with the daemon or without it; and uninstalling leaves the settings as they were.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { LockAnswer, StatusAnswer } from '../../src/api/control-plane.ts'
import { SAVE_WORK_REQUESTS_MAX } from '../../src/core/enforcement/save-work.ts'
import { evidence, eventually, purserHome, type Purser } from './built-purser.ts'
import { startFakeMessagesApi, type Answer, type FakeApi } from './fake-messages-api.ts'
import { runClient, startClient } from './genuine-client.ts'

// $4 per million input tokens: half a dollar an answer.
const COSTLY = { input: 125_000, output: 0 }
const costly = (text: string): Answer => ({ blocks: [{ text }], usage: COSTLY })
const toolThenEnd = (file: string, hold = false): readonly Answer[] => [
  { blocks: [{ text: 'Working.' }, { tool: 'Bash', input: { command: `echo ran > ${file}`, description: 'a step' } }], usage: { input: 10, output: 10 }, hold },
  { blocks: [{ text: 'done' }], usage: { input: 10, output: 10 } },
]

interface World { readonly purser: Purser; readonly api: FakeApi; readonly web: string }

const NO_SAVE_WORK = '[enforcement]\nsave_work = ["none"]\n'

/** A daemon, installed hooks and a $0.40 budget that denies, in the project `web`. */
async function world(toml = ''): Promise<World> {
  const purser = purserHome(), api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const web = purser.project('web')
  if (toml !== '') purser.configure(toml)
  const installed = await purser.run('hooks', 'install')
  expect(installed.code, installed.stderr).toBe(0)
  await purser.up()
  const set = await purser.run('budget', 'set', 'web-daily', '--project', web, '--limit', '0.40', '--window', 'day', '--on-breach', 'deny')
  expect(set.code, set.stderr).toBe(0)
  return { purser, api, web }
}

/** Spends half a dollar in the project with the client itself and waits for the lock. */
async function breach({ purser, api, web }: World): Promise<void> {
  await runClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Spend ${api.play('spend', [costly('dear')])}` })
  await eventually(() => purser.json<{ locks: readonly LockAnswer[] }>('lock', 'list'), ({ locks }) => locks.length === 1)
}

it('blocks a prompt before anything is sent: no API call', async () => {
  const all = await world()
  await breach(all)
  const { purser, api, web } = all
  const run = await runClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `More ${api.play('more', [costly('never')])}` })
  expect(api.calls('more')).toEqual([])
  expect(run.stdout).toMatch(/0\.40/)
  // Another project is not concerned.
  await runClient({ home: purser.home, cwd: purser.project('other'), apiUrl: api.url, prompt: `Else ${api.play('else', [costly('fine')])}` })
  expect(api.calls('else')).toHaveLength(1)
  evidence('prompt blocked', { apiCalls: api.calls('more').length }, purser.logs())
})

it('ends a running turn between two model calls: exactly one API call, and the tool does not run', async () => {
  const all = await world(NO_SAVE_WORK)
  const { purser, api, web } = all
  const running = startClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Work ${api.play('work', toolThenEnd('ran.txt', true))}` })
  await api.called('work', 1)
  await breach(all)
  api.release()
  const run = await running.ended
  expect(run.code).toBe(0)
  expect(api.calls('work')).toHaveLength(1)
  expect(existsSync(path.join(web, 'ran.txt'))).toBe(false)
  expect(run.result?.terminal_reason).toBe('hook_stopped')
  evidence('turn ended between two calls', { apiCalls: 1, terminalReason: run.result?.terminal_reason }, purser.logs())
})

it('lets a session save its work after the breach, a bounded number of times, and nothing else', async () => {
  const all = await world()
  const { purser, api, web } = all
  const tool = (command: string, hold = false): Answer => ({ blocks: [{ tool: 'Bash', input: { command, description: 'a step' } }], usage: { input: 10, output: 10 }, hold })
  const endless = [tool('echo ran > ran.txt', true), tool('git status > /dev/null; echo ran > ran.txt'), ...Array.from({ length: 20 }, () => tool('git status'))]
  const running = startClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Work ${api.play('work', endless)}` })
  await api.called('work', 1)
  await breach(all)
  api.release()
  const run = await running.ended
  expect(run.result?.terminal_reason).toBe('hook_stopped')
  expect(existsSync(path.join(web, 'ran.txt'))).toBe(false)
  // The request of the breach, and the four that save work.
  expect(api.calls('work').length).toBeGreaterThan(1)
  expect(api.calls('work').length).toBeLessThanOrEqual(1 + SAVE_WORK_REQUESTS_MAX)
  evidence('work saved within its bound', { apiCalls: api.calls('work').length })
})

it('denies while the daemon is down, from the lock files alone', async () => {
  const all = await world()
  await breach(all)
  const { purser, api, web } = all
  const down = await purser.run('down')
  expect(down.code, down.stderr).toBe(0)
  expect((await purser.json<StatusAnswer>('status')).daemon.running).toBe(false)
  await runClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `More ${api.play('more', [costly('never')])}` })
  expect(api.calls('more')).toEqual([])
  evidence('prompt blocked without a daemon', { apiCalls: 0 })
})

it('lets work go on after a release with a reason and a raise', async () => {
  const all = await world()
  await breach(all)
  const { purser, api, web } = all
  const [lock] = (await purser.json<{ locks: readonly LockAnswer[] }>('lock', 'list')).locks
  const released = await purser.run('lock', 'release', lock?.id ?? '', '--reason', 'release day', '--raise', '5')
  expect(released.code, released.stderr).toBe(0)
  await runClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `On ${api.play('on', toolThenEnd('ran.txt'))}` })
  expect(api.calls('on')).toHaveLength(2)
  expect(existsSync(path.join(web, 'ran.txt'))).toBe(true)
})

it('costs nothing when there is nothing to deny: every call and every tool goes through', async () => {
  const { purser, api, web } = await world()
  const run = await runClient({ home: purser.home, cwd: web, apiUrl: api.url, prompt: `Work ${api.play('work', toolThenEnd('ran.txt'))}` })
  expect(run.result?.terminal_reason).toBe('completed')
  expect(api.calls('work')).toHaveLength(2)
  expect(existsSync(path.join(web, 'ran.txt'))).toBe(true)
})

it('leaves the user\'s own settings byte for byte after uninstall', async () => {
  const purser = purserHome()
  const file = path.join(purser.home, '.claude', 'settings.json')
  const before = '{\n    "model": "opus",\n  "hooks": { "PreToolUse": [ { "matcher": "Bash", "hooks": [ { "type": "command", "command": "true" } ] } ] }\n}'
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, before)
  expect((await purser.run('hooks', 'install')).code).toBe(0)
  expect(readFileSync(file, 'utf8')).not.toBe(before)
  expect((await purser.run('hooks', 'uninstall')).code).toBe(0)
  expect(readFileSync(file, 'utf8')).toBe(before)
})
