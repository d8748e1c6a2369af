// Whoever subscribed to a budget's thresholds, on a running daemon: a program at the socket, a web server, a command. Each
// is told which budget and which threshold, once.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { builtPackage } from '../support/built-package.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { LonePurser } from '../support/lone-purser.ts'
import { answer, loopbackServer, type LoopbackServer } from '../support/loopback-server.ts'

interface Told { readonly type: string; readonly data: Readonly<Record<string, unknown>> }

let built: TempHome, cli: string, purser: LonePurser, server: LoopbackServer
beforeAll(async () => {
  built = tempHome('built');
  ({ cli } = await builtPackage(built.path))
})
afterAll(() => built.remove())
beforeEach(async () => {
  purser = new LonePurser(cli)
  server = await loopbackServer(answer(204))
})
afterEach(async () => {
  await purser.end()
  await server.close()
})

const alerts = (told: readonly Told[]): unknown[] => told.filter(({ type }) => type === 'budget.alert').map(({ data }) => [data['rule'], String(data['threshold'])])

it('tells socket, web server and command each threshold of a budget once, with its budget and amounts', async () => {
  const program = join(purser.home.path, 'subscriber.sh'), heard = join(purser.home.path, 'heard.jsonl')
  writeFileSync(program, `#!/bin/sh\ncat >> "${heard}"\necho >> "${heard}"\n`)
  chmodSync(program, 0o755)
  purser.configure(`zone = "UTC"\n[[notify]]\nchannel = "webhook"\nmin_level = "info"\nurl = "${server.url}/hook"\n[[notify]]\nchannel = "command"\nmin_level = "info"\ncommand = ["${program}"]\n`)
  await purser.up()
  const plane = purser.plane()
  await plane.call('budget.allocate', { id: 'nightly', amount: '10', thresholds: [50, 80] })
  const spend = (id: string, amount: string) => plane.call('budget.record', { id, amount, budget: 'nightly' })
  for (const [id, amount] of [['a', '4.99'], ['b', '0.01'], ['b', '0.01'], ['c', '1'], ['d', '2'], ['e', '1']] as const) await spend(id, amount)

  const wanted = [['nightly', '50'], ['nightly', '80']]
  const commands = (): Told[] => purser.text(heard).split('\n').filter(line => line.trim() !== '').map(line => JSON.parse(line) as Told)
  const posted = (): Told[] => server.requests.map(({ body }) => JSON.parse(body) as Told)
  await purser.until(async () => alerts(posted()).length >= 2 && alerts(commands()).length >= 2)
  const events = (await plane.call('events', {})).events.map(({ code, fields }): Told => ({ type: code, data: fields }))
  expect([alerts(events), alerts(posted()), alerts(commands())]).toEqual([wanted, wanted, wanted])
  expect(posted().find(({ type }) => type === 'budget.alert')?.data).toMatchObject({ rule: 'nightly', threshold: '50', spent: '5.00', limit: '10.00' })
  expect(readFileSync(heard, 'utf8')).not.toContain(purser.home.path)
})
