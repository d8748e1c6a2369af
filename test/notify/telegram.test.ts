import { describe, expect, it } from 'vitest'
import { telegramNotifier } from '../../src/notify/telegram.ts'
import { aNotice, still } from '../support/a-notice.ts'
import { answer, loopbackServer } from '../support/loopback-server.ts'

const limits = { deadlineMs: 5_000, now: () => 0 }
const TOKEN = '123456789:a-token-made-for-this-test'
const settings = (url: string) => ({ channel: 'telegram', minLevel: 'info', url, token: TOKEN, chat: '-1001' }) as const
const told = (status: number, body: unknown) => answer(status, JSON.stringify(body), { 'content-type': 'application/json' })

describe('telegramNotifier', () => {
  it('calls sendMessage with the plain text and no markup mode', async () => {
    await using server = await loopbackServer(told(200, { ok: true }))
    expect(await telegramNotifier(settings(server.url), limits).send(aNotice({ title: '*Budget* _x_ <b>' }), still())).toEqual({ result: 'sent' })
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: `/bot${TOKEN}/sendMessage`, headers: { 'content-type': 'application/json' } })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      chat_id: '-1001', text: '*Budget* _x_ <b>\nLocked until tomorrow.\nSee it: purser lock show L123', disable_notification: false, link_preview_options: { is_disabled: true },
    })
  })

  it('makes no sound for what is only information', async () => {
    await using server = await loopbackServer(told(200, { ok: true }))
    await telegramNotifier(settings(server.url), limits).send(aNotice({ level: 'info' }), still())
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ disable_notification: true })
  })

  it('waits as long as the answer says, in its JSON', async () => {
    await using server = await loopbackServer(told(429, { ok: false, description: 'Too Many Requests: retry after 14', parameters: { retry_after: 14 } }))
    expect(await telegramNotifier(settings(server.url), limits).send(aNotice(), still())).toEqual({
      result: 'retry', afterMs: 14_000, why: `${server.host} answered 429: Too Many Requests: retry after 14`,
    })
  })

  it.each([[{ retry_after: -1 }], [{ retry_after: 'soon' }], [null], ['x']])('falls back on the header when the parameters are %j', async parameters => {
    await using server = await loopbackServer(answer(429, JSON.stringify({ description: 'slow', parameters }), { 'retry-after': '3' }))
    expect(await telegramNotifier(settings(server.url), limits).send(aNotice(), still())).toMatchObject({ result: 'retry', afterMs: 3_000 })
  })

  it('says what Telegram says, and what to set when a group has moved', async () => {
    await using server = await loopbackServer(told(400, { ok: false, description: 'Bad Request: group chat was upgraded', parameters: { migrate_to_chat_id: -100987 } }))
    expect(await telegramNotifier(settings(server.url), limits).send(aNotice(), still())).toMatchObject({
      result: 'failed', permanent: true, why: expect.stringContaining('group chat was upgraded; the group became a supergroup: set chat = "-100987"'),
    })
  })

  it('keeps the token out of every reason and name', async () => {
    await using server = await loopbackServer((request, response) => { response.writeHead(404); response.end(`not found: ${request.path}`) })
    const notifier = telegramNotifier(settings(server.url), limits)
    const seen = JSON.stringify([await notifier.send(aNotice(), still()), notifier.channel, notifier.label])
    expect(seen).toContain('not found: /bot[redacted]')
    expect(seen).not.toContain('a-token-made')
  })

  it.each(['<html>', '[]', 'null', '"x"', '{"description":5}'])('tries again on a 502 that says %s', async body => {
    await using server = await loopbackServer(answer(502, body))
    expect(await telegramNotifier(settings(server.url), limits).send(aNotice(), still())).toMatchObject({ result: 'retry', afterMs: null })
  })
})
