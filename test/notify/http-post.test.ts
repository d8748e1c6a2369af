import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { post, retryAfterMs, type Post } from '../../src/notify/http-post.ts'
import { still } from '../support/a-notice.ts'
import { answer, closedPort, hang, loopbackServer, rawServer, type Reply } from '../support/loopback-server.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const limits = { deadlineMs: 5_000, now: () => NOW }
const postTo = (url: string, over: Partial<Post> = {}): Post => ({ url: new URL(url), headers: { 'content-type': 'text/plain' }, body: 'grüße', secrets: [], ...over })
const sendTo = async (reply: Reply, over: Partial<Post> = {}) => {
  await using server = await loopbackServer(reply)
  // Awaited here: the server closes when this block ends.
  return await post(postTo(`${server.url}/topic`, over), limits, still())
}

describe('post', () => {
  it('sends exactly one POST with its body in UTF-8, and takes 200 for sent', async () => {
    await using server = await loopbackServer(answer(200, 'ok'))
    expect(await post(postTo(`${server.url}/topic?x=1`), limits, still())).toEqual({ result: 'sent' })
    expect(server.requests).toEqual([{
      method: 'POST', path: '/topic?x=1', body: 'grüße',
      headers: { host: server.host, 'user-agent': 'purser', 'content-type': 'text/plain', 'content-length': '7', connection: 'close' },
    }])
  })

  it.each([200, 201, 202, 204])('takes %i for sent', async status => {
    expect(await sendTo(answer(status))).toEqual({ result: 'sent' })
  })

  it.each([400, 401, 403, 404, 405, 410, 451])('gives up for good on %i and repeats what the server said', async status => {
    expect(await sendTo(answer(status, 'no such topic'))).toEqual({ result: 'failed', permanent: true, why: expect.stringMatching(new RegExp(`^127\\.0\\.0\\.1:\\d+ answered ${status}: no such topic$`)) })
  })

  it.each([413, 422])('gives up on this one notice on %i', async status => {
    expect(await sendTo(answer(status))).toMatchObject({ result: 'failed', permanent: false })
  })

  it.each([408, 425, 429, 500, 502, 503, 504, 599])('tries again on %i', async status => {
    expect(await sendTo(answer(status, ''))).toMatchObject({ result: 'retry', afterMs: null })
  })

  it('waits as long as 429 asks in seconds', async () => {
    expect(await sendTo(answer(429, 'slow down', { 'retry-after': '17' }))).toMatchObject({ result: 'retry', afterMs: 17_000, why: expect.stringContaining('answered 429: slow down') })
  })

  it('waits until the date a 503 asks for', async () => {
    expect(await sendTo(answer(503, '', { 'retry-after': new Date(NOW + 90_000).toUTCString() }))).toMatchObject({ result: 'retry', afterMs: 90_000 })
  })

  it.each([301, 302, 307, 308])('follows no %i: the credential stays with the host it was meant for', async status => {
    await using other = await loopbackServer(answer(200))
    const result = await sendTo(answer(status, '', { location: `${other.url}/elsewhere?token=abc` }))
    expect(result).toMatchObject({ result: 'failed', permanent: true, why: expect.stringContaining(`a redirect to ${other.host}; none is followed`) })
    expect(JSON.stringify(result)).not.toContain('token=abc')
    expect(other.requests).toEqual([])
  })

  it('gives up on a server that does not answer when the deadline passes, and hangs up', async () => {
    await using server = await loopbackServer(hang)
    expect(await post(postTo(server.url), { ...limits, deadlineMs: 40 }, still())).toEqual({ result: 'retry', afterMs: null, why: `${server.host} did not answer within 0.04 s` })
    await server.hungUp
  })

  it('ends at once when it is aborted, and hangs up', async () => {
    await using server = await loopbackServer(hang)
    const stop = new AbortController()
    const sending = post(postTo(server.url), { ...limits, deadlineMs: 60_000 }, stop.signal)
    await server.arrived(1)
    stop.abort()
    expect(await sending).toMatchObject({ result: 'retry' })
    await server.hungUp
  })

  it('sends nothing when it is aborted before', async () => {
    await using server = await loopbackServer(answer(200))
    expect(await post(postTo(server.url), limits, AbortSignal.abort())).toMatchObject({ result: 'retry' })
    expect(server.requests).toEqual([])
  })

  it('takes an accepted notice for sent even when the rest of the answer never comes', async () => {
    await using server = await loopbackServer((_request, response) => { response.writeHead(200); response.write('begun') })
    // Long enough for the status to arrive on a machine that does ten other things; the rest never comes.
    expect(await post(postTo(server.url), { ...limits, deadlineMs: 2_000 }, still())).toEqual({ result: 'sent' })
  })

  it('takes an accepted notice for sent even when the connection breaks inside the answer', async () => {
    await using server = await loopbackServer((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('begun', () => response.destroy())
    })
    expect(await post(postTo(server.url), limits, still())).toEqual({ result: 'sent' })
  })

  it('reads no more of an endless answer than it needs, and shows one line of it', async () => {
    // Much more than is needed, and then neither an end nor more: whoever waits for one waits until the deadline.
    await using server = await loopbackServer((_request, response) => {
      response.writeHead(400)
      let chunks = 64
      const more = (): void => { while (!response.destroyed && chunks-- > 0 && response.write('x'.repeat(65_536))); }
      response.on('drain', more)
      more()
    })
    const began = performance.now()
    const result = await post(postTo(server.url), { ...limits, deadlineMs: 8_000 }, still())
    expect(performance.now() - began).toBeLessThan(8_000)
    expect(result).toMatchObject({ result: 'failed' })
    expect((result as { why: string }).why.length).toBeLessThan(250)
    await server.hungUp
  })

  it('strips what an answer would do to a terminal', async () => {
    expect(await sendTo(answer(400, '\u001b]52;c;x\u0007bad\u001b[2J\nline\u202e'))).toMatchObject({ why: expect.stringMatching(/answered 400: bad line$/) })
  })

  it('keeps our credentials out of the reason, even cut in the middle of one', async () => {
    const secret = 'plain-word-secret-without-any-known-shape'
    for (const padding of [0, 100, 140, 150]) {
      const result = await sendTo((request, response) => { response.writeHead(404); response.end(`${'x'.repeat(padding)}Cannot POST ${request.path} ${secret}`) }, { secrets: [secret] })
      expect(result).toMatchObject({ why: expect.stringContaining('answered 404: ') })
      expect(JSON.stringify(result)).not.toContain('plain-word')
    }
  })

  it('says who refused the connection, without the path', async () => {
    const port = await closedPort()
    expect(await post(postTo(`http://127.0.0.1:${port}/secret-topic`), limits, still())).toEqual({ result: 'retry', afterMs: null, why: `127.0.0.1:${port} refused the connection` })
  })

  it.each([
    ['garbage', 'SSH-2.0-OpenSSH_9.9\r\n', 'did not answer in HTTP'],
    ['a status that is none', 'HTTP/1.1 twohundred OK\r\n\r\n', 'did not answer in HTTP'],
    ['endless headers', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`, 'more headers than any server should'],
    ['nothing', '', 'closed the connection without an answer'],
  ])('tries again when the server answers with %s', async (_name, bytes, why) => {
    await using server = await rawServer(socket => socket.end(bytes))
    expect(await post(postTo(server.url), limits, still())).toMatchObject({ result: 'retry', why: expect.stringContaining(why) })
  })

  it('turns userinfo of the address into the Basic header it stands for', async () => {
    await using server = await loopbackServer(answer(200))
    await post(postTo(server.url.replace('http://', 'http://us%65r:p%40ss@')), limits, still())
    expect(server.requests[0]?.headers['authorization']).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`)
    expect(server.requests[0]?.headers['host']).toBe(server.host)
  })

  it('survives userinfo that is not well-formed', async () => {
    await using server = await loopbackServer(answer(200))
    expect(await post(postTo(server.url.replace('http://', 'http://%zz:%@')), limits, still())).toEqual({ result: 'sent' })
  })

  it('refuses a certificate nobody vouches for, and says what to type', async () => {
    const server = createServer({ key: fixture('loopback-key.pem'), cert: fixture('loopback-cert.pem') }, (_request, response) => response.end())
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const result = await post(postTo(`https://127.0.0.1:${(server.address() as AddressInfo).port}`), limits, still())
    await new Promise(resolve => server.close(resolve))
    expect(result).toMatchObject({ result: 'retry', why: expect.stringContaining('NODE_EXTRA_CA_CERTS=') })
  })
})

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/notify/${name}`, import.meta.url), 'utf8')

describe('retryAfterMs', () => {
  it.each([
    ['0', 0], ['120', 120_000], [' 5 ', 5_000], [new Date(NOW + 60_000).toUTCString(), 60_000], [new Date(NOW - 60_000).toUTCString(), null],
    ['', null], ['-5', null], ['1.5', null], ['soon', null], ['99999999999', null], ['1e3', null],
  ])('reads %j as %s', (text, expected) => {
    expect(retryAfterMs(text, NOW)).toBe(expected)
  })
})
