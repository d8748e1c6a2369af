// A queued task worked off by the genuine client: started by the daemon in a terminal of its own, its text on standard
// input, its id, budget and mode as words. What it cost is what its log says; an end by its own limit is not a failure to
// be tried again.
import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { BudgetAnswer, Operations } from '../../src/api/control-plane.ts'
import { evidence, eventually, purserHome, type Purser } from './built-purser.ts'
import { startFakeMessagesApi, type Answer, type FakeApi } from './fake-messages-api.ts'
import { CLIENT, clientEnvironment } from './genuine-client.ts'

// Ten cents a call.
const step: Answer = { blocks: [{ tool: 'Read', input: { file_path: '/etc/hostname' } }], usage: { input: 25_000, output: 0 } }
const last: Answer = { blocks: [{ text: 'done' }], usage: { input: 25_000, output: 0 } }

/** A `claude` in PATH that is the genuine one with a made-up key: the daemon hands on no key of its own. */
function installed(api: FakeApi): Purser {
  const purser = purserHome(home => ({ PATH: `${path.join(home, 'bin')}:${process.env['PATH'] ?? ''}` }))
  const file = path.join(purser.home, 'bin', 'claude')
  mkdirSync(path.dirname(file), { recursive: true })
  const { HOME: _, PATH: __, ...variables } = clientEnvironment(purser.home, api.url)
  writeFileSync(file, `#!/bin/sh\nexec env ${Object.entries(variables).map(([name, value]) => `${name}='${value}'`).join(' ')} '${CLIENT}' "$@"\n`)
  chmodSync(file, 0o755)
  return purser
}

const show = (purser: Purser, id: string) => purser.json<Operations['task.show']['out']>('task', 'show', id)
async function added(purser: Purser, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await purser.run('task', 'add', '--json', '--project', purser.project('web'), ...args)
  if (code !== 0) throw new Error(stderr)
  return (JSON.parse(stdout) as Operations['task.add']['out']).task.id
}

it('works a task off, and knows what it cost', async () => {
  const api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const purser = installed(api)
  await purser.up()
  await purser.run('budget', 'set', 'daily', '--limit', '3', '--on-breach', 'deny')
  const id = await added(purser, '--budget', '1', '--mode', 'plan', '--keep-output', `Work ${api.play('task', [step, last])}`, '--', 'true')
  const { task, attempts } = await eventually(() => show(purser, id), found => found.task.state === 'done')
  expect(task).toMatchObject({ cost: '0.20', attempts: 1 })
  expect(attempts).toMatchObject([{ outcome: 'done', exitCode: 0, cost: '0.20' }])
  expect(purser.logs()).toHaveLength(1)
  expect(purser.logs()[0]).toContain(attempts[0]?.session)
  expect(readFileSync(purser.logs()[0] ?? '', 'utf8')).toContain('"permissionMode":"plan"')
  expect((await purser.run('task', 'logs', id)).stdout).toContain('done')
  const folder = path.join(purser.home, '.local', 'state', 'purser', 'tasks', id)
  expect(readdirSync(folder)).toEqual([`${attempts[0]?.id}.out`])
  const { budgets } = await purser.json<{ budgets: readonly BudgetAnswer[] }>('budget', 'list')
  expect(budgets.find(({ id: name }) => name === 'daily')).toMatchObject({ spent: '0.20', reserved: '0.00' })
  evidence('a task worked off in a terminal of its own', { cost: '0.20', mode: 'plan', session: 'minted' }, purser.logs())
})

it('is put aside where its own limit stopped it, and not tried again', async () => {
  const api = await startFakeMessagesApi()
  onTestFinished(() => api.close())
  const purser = installed(api)
  await purser.up()
  const id = await added(purser, '--budget', '0.25', `Work ${api.play('limited', [step, step, step, step, step, last])}`)
  const { task, attempts } = await eventually(() => show(purser, id), found => found.task.state === 'dead')
  expect(task).toMatchObject({ cost: '0.30', attempts: 1, because: expect.stringContaining('it used up its budget of $0.25') as string })
  expect(attempts).toMatchObject([{ outcome: 'stopped', exitCode: 1 }])
})
