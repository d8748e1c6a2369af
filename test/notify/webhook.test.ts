import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { signature, webhookId, webhookNotifier } from '../../src/notify/webhook.ts'
import { aNotice, still } from '../support/a-notice.ts'
import { answer, loopbackServer } from '../support/loopback-server.ts'

const NOW = Date.UTC(2026, 10, 21, 12, 0, 30, 999)
const limits = { deadlineMs: 5_000, now: () => NOW }
const settings = (url: string, over: { secret?: string; token?: string } = {}) => ({ channel: 'webhook', minLevel: 'info', url: `${url}/hook?key=hidden-value`, secret: '', token: '', ...over }) as const

describe('webhookNotifier', () => {
  it('posts the notice as JSON with id, time and a signature over exactly what was sent', async () => {
    await using server = await loopbackServer(answer(204))
    const result = await webhookNotifier(settings(server.url, { secret: 'shared', token: 'tok' }), limits).send(aNotice({ title: 'grün' }), still())
    const [request] = server.requests
    expect(result).toEqual({ result: 'sent' })
    expect(JSON.parse(request?.body ?? '')).toEqual({
      type: 'budget.breach', timestamp: '2026-11-21T12:00:00.000Z', key: '["breach","L123"]', level: 'error', title: 'grün',
      body: 'Locked until tomorrow.\nSee it: purser lock show L123', data: { rule: 'web-daily', spent: '20.41', limit: '20.00' },
    })
    const id = webhookId('["breach","L123"]')
    const signed = createHmac('sha256', 'shared').update(`${id}.1795262430.${request?.body}`).digest('base64')
    expect(request).toMatchObject({
      method: 'POST', path: '/hook?key=hidden-value',
      headers: { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': '1795262430', 'webhook-signature': `v1,${signed}`, authorization: 'Bearer tok' },
    })
  })

  it('sends neither signature nor authorization without a secret and a token', async () => {
    await using server = await loopbackServer(answer(200))
    await webhookNotifier(settings(server.url), limits).send(aNotice(), still())
    expect(server.requests[0]?.headers).not.toHaveProperty('webhook-signature')
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  it('sends the same id and the same bytes on every attempt, so that a receiver can tell a repeat', async () => {
    await using server = await loopbackServer(answer(500))
    const notifier = webhookNotifier(settings(server.url), limits)
    await notifier.send(aNotice(), still())
    await notifier.send(aNotice(), still())
    await notifier.send(aNotice({ key: 'another' }), still())
    const [first, second, third] = server.requests
    expect(second).toEqual(first)
    expect(third?.headers['webhook-id']).not.toBe(first?.headers['webhook-id'])
  })

  it('keeps secret, token, path and query out of every reason and name', async () => {
    await using server = await loopbackServer((request, response) => { response.writeHead(401); response.end(`${request.path} ${request.headers['authorization']} shared-secret`) })
    const { channel, label, ...webhook } = webhookNotifier(settings(server.url, { secret: 'shared-secret', token: 'plain-token' }), limits)
    expect(JSON.stringify([await webhook.send(aNotice(), still()), channel, label])).not.toMatch(/shared-secret|plain-token|hidden-value|\/hook/)
  })
})

describe('signature', () => {
  it('agrees with the published example of Standard Webhooks', () => {
    expect(signature({
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: '1614265330', body: '{"test": 2432232314}',
    })).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })
})
