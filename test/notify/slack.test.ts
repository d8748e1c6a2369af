import { describe, expect, it } from 'vitest'
import { slackNotifier, slackText } from '../../src/notify/slack.ts'
import { aNotice, still } from '../support/a-notice.ts'
import { answer, loopbackServer } from '../support/loopback-server.ts'

const limits = { deadlineMs: 5_000, now: () => 0 }
const notifier = (url: string) => slackNotifier({ channel: 'slack', minLevel: 'info', url: `${url}/services/T1/B2/cGxhaW4` }, limits)

describe('slackNotifier', () => {
  it('posts one JSON text without markup, previews or mentions', async () => {
    await using server = await loopbackServer(answer(200, 'ok'))
    expect(await notifier(server.url).send(aNotice({ title: '<!channel> a & b' }), still())).toEqual({ result: 'sent' })
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/services/T1/B2/cGxhaW4', headers: { 'content-type': 'application/json' } })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      text: '&lt;!channel&gt; a &amp; b\nLocked until tomorrow.\nSee it: purser lock show L123', mrkdwn: false, unfurl_links: false, unfurl_media: false,
    })
  })

  it('waits as long as Slack asks', async () => {
    await using server = await loopbackServer(answer(429, 'rate_limited', { 'retry-after': '30' }))
    expect(await notifier(server.url).send(aNotice(), still())).toMatchObject({ result: 'retry', afterMs: 30_000 })
  })

  it.each([[403, 'invalid_token'], [404, 'no_service'], [410, 'channel_is_archived'], [400, 'invalid_payload']])('gives up on %i %s', async (status, text) => {
    await using server = await loopbackServer(answer(status, text))
    expect(await notifier(server.url).send(aNotice(), still())).toMatchObject({ result: 'failed', permanent: true, why: expect.stringContaining(text) })
  })

  it('keeps the address out of every reason and name', async () => {
    await using server = await loopbackServer((request, response) => { response.writeHead(500); response.end(`at ${request.path}, cGxhaW4`) })
    const { channel, label, ...slack } = notifier(server.url)
    expect(JSON.stringify([await slack.send(aNotice(), still()), channel, label])).not.toMatch(/cGxhaW4|T1\/B2/)
  })
})

describe('slackText', () => {
  it('escapes the three characters Slack names, the ampersand first', () => {
    expect(slackText('<@U1> & <https://x|y>')).toBe('&lt;@U1&gt; &amp; &lt;https://x|y&gt;')
  })
})
