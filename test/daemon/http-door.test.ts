// The port of a daemon that runs: opened, moved and closed by its configuration, with one token.
import { readFileSync, statSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Handlers } from '../../src/api/control-plane.ts'
import { httpDoor, type HttpDoor } from '../../src/daemon/http-door.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { samples } from '../support/sample-answers.ts'

let home: TempHome, door: HttpDoor
let port = 0
const told: string[] = []
beforeEach(() => {
  home = tempHome('http')
  told.length = 0
  port = 0
  const config = { current: () => ({ settings: { http: { port } } }) }
  const world = { config, places: { httpToken: join(home.path, 'http-token') } } as unknown as Parameters<typeof httpDoor>[0]
  const log = { info: (event: string) => { told.push(event) }, error: (event: string) => { told.push(event) } }
  door = httpDoor(world, { hello: async () => samples['hello'] } as unknown as Handlers, log)
})
afterEach(async () => {
  await door.close()
  home.remove()
})

const free = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  const { port: found } = server.address() as AddressInfo
  await new Promise(resolve => { server.close(resolve) })
  return found
}
const token = (): string => readFileSync(join(home.path, 'http-token'), 'utf8').trim()
const hello = async (at: number): Promise<number> => (await fetch(`http://127.0.0.1:${at}/v1/hello`, { method: 'POST', headers: { authorization: `Bearer ${token()}` } })).status

it('is closed unless the configuration names a port, and then follows it, with a token nobody else may read', async () => {
  await door.follow()
  expect([door.port(), told]).toEqual([0, []])
  port = await free()
  await door.follow()
  await door.follow()
  expect([await hello(port), told]).toEqual([200, ['http.ready']])
  expect(statSync(join(home.path, 'http-token')).mode & 0o777).toBe(0o600)
  const first = token(), before = port
  port = await free()
  await door.follow()
  expect([await hello(port), token()]).toEqual([200, first])
  await expect(hello(before)).rejects.toThrow('fetch failed')
  port = 0
  await door.follow()
  expect(door.port()).toBe(0)
})

it('that cannot be had is told, and keeps nothing else from going on', async () => {
  const taken = createServer()
  await new Promise<void>(resolve => { taken.listen(0, '127.0.0.1', resolve) });
  ({ port } = taken.address() as AddressInfo)
  await door.follow()
  expect([door.port(), told]).toEqual([0, ['http.failed']])
  await new Promise(resolve => { taken.close(resolve) })
})
