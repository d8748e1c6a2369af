// The loopback port with a real client on it: who is let in, what is served, what is kept out.
import { request as ask, type IncomingHttpHeaders } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Handlers } from '../../src/api/control-plane.ts'
import { HTTP_OPERATIONS } from '../../src/api/http-operations.ts'
import { serveHttp, type HttpServing } from '../../src/api/http-server.ts'
import { samples } from '../support/sample-answers.ts'

const TOKEN = 'a-token-of-forty-three-characters-and-then-s'
let serving: HttpServing
const asked: { readonly name: string; readonly input: unknown }[] = [], bugs: unknown[] = []
afterEach(async () => {
  await serving.close()
  asked.length = 0
  bugs.length = 0
})

const handlers = Object.fromEntries(Object.entries(samples).map(([name, sample]) => [name, async (input: unknown) => {
  asked.push({ name, input })
  if ((input as { readonly id?: string }).id === 'bug') throw new Error('oops')
  return sample
}])) as unknown as Handlers

const open = async (): Promise<void> => { serving = await serveHttp({ port: 0, token: TOKEN, handlers, onBug: (_what, error) => bugs.push(error) }) }

interface Said { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: { readonly error?: { readonly code: string; readonly message: string } } }
function send(path: string, { headers = {}, method = 'POST', body = '{}' }: { readonly headers?: Readonly<Record<string, string>>; readonly method?: string; readonly body?: string } = {}): Promise<Said> {
  return new Promise((resolve, reject) => {
    const sent = ask({ host: '127.0.0.1', port: serving.port, path, method, headers: { authorization: `Bearer ${TOKEN}`, ...headers } }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => { text += part })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(text) as Said['body'] }))
    })
    sent.on('error', reject)
    sent.end(method === 'GET' ? undefined : body)
  })
}

describe('a loopback port', () => {
  it('answers what it serves to whoever has the token, and no page of another origin', async () => {
    await open()
    const { status, headers, body } = await send('/v1/budget.list')
    expect([status, body, headers['access-control-allow-origin']]).toEqual([200, samples['budget.list'], undefined])
    await send('/v1/budget.reserve', { body: '{"id":"a","amount":"1.50"}' })
    expect(asked).toEqual([{ name: 'budget.list', input: {} }, { name: 'budget.reserve', input: { id: 'a', amount: '1.50' } }])
    expect((await send('/v1/budget.list', { headers: { host: `localhost:${serving.port}` } })).status).toBe(200)
  })

  it.each<[what: string, headers: Readonly<Record<string, string>>]>([
    ['no token', { authorization: '' }], ['another token', { authorization: `Bearer ${TOKEN}x` }], ['a token as a password', { authorization: `Basic ${TOKEN}` }],
    ['another host, as a name that was pointed here sends it', { host: 'purser.example:80' }], ['another port', { host: '127.0.0.1:1' }], ['no port', { host: '127.0.0.1' }],
    ['a page', { origin: 'https://evil.example' }], ['a page from a file', { origin: 'null' }],
  ])('refuses %s, and asks nobody', async (_what, headers) => {
    await open()
    expect(await send('/v1/budget.list', { headers })).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } })
    expect(asked).toEqual([])
  })

  it('serves nothing that rests on which process asks, that stops or arms, or that reaches files', async () => {
    await open()
    const kept = Object.keys(samples).filter(name => !HTTP_OPERATIONS.has(name))
    for (const name of kept) expect([name, (await send(`/v1/${name}`)).status]).toEqual([name, 403])
    expect(asked).toEqual([])
    for (const name of ['claim.take', 'claim.hand', 'caller', 'run.begin', 'session.stop', 'session.resume', 'arm', 'disarm', 'down', 'lock.release', 'ledger.import', 'config.check', 'budget.approve', 'account.add', 'index']) expect(kept).toContain(name)
  })

  it('takes no pid for an owner, alone or in a batch: it may be of another container', async () => {
    await open()
    for (const body of ['{"id":"a","amount":"1","owner":{"pid":17}}', '{"requests":[{"id":"a","amount":"1"},{"id":"b","amount":"1","owner":{"pid":17}}]}']) {
      expect(await send('/v1/budget.reserve', { body })).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('ttl') as string } } })
    }
    expect(asked).toEqual([])
  })

  it('tells mistakes as they are, and of a bug no more than that', async () => {
    await open()
    expect(await send('/v1/nothing')).toMatchObject({ status: 404 })
    expect(await send('/hook/claude-code/PreToolUse')).toMatchObject({ status: 404 })
    expect(await send('/v1/budget.list', { method: 'GET' })).toMatchObject({ status: 404 })
    expect(await send('/v1/budget.list', { body: '{' })).toMatchObject({ status: 400 })
    expect(await send('/v1/budget.list', { body: `"${'x'.repeat(5 * 1024 * 1024)}"` })).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('larger than') as string } } })
    expect(await send('/v1/budget.show', { body: '{"id":"bug"}' })).toMatchObject({ status: 500, body: { error: { code: 'internal' } } })
    expect(bugs).toHaveLength(1)
  })

  it('that is taken says so, and what to set', async () => {
    await open()
    const taken = createServer()
    await new Promise<void>(resolve => { taken.listen(0, '127.0.0.1', resolve) })
    const { port } = taken.address() as AddressInfo
    await expect(serveHttp({ port, token: TOKEN, handlers, onBug: () => undefined })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(`port ${port}`) as string })
    await new Promise(resolve => { taken.close(resolve) })
  })
})
