import { describe, expect, it } from 'vitest'
import { headerText, ntfyNotifier } from '../../src/notify/ntfy.ts'
import { aNotice, still } from '../support/a-notice.ts'
import { answer, loopbackServer } from '../support/loopback-server.ts'

const limits = { deadlineMs: 5_000, now: () => 0 }
const settings = (url: string, token = '') => ({ channel: 'ntfy', minLevel: 'info', url, token }) as const

describe('ntfyNotifier', () => {
  it('posts the body to the topic with title, priority and tags in the headers', async () => {
    await using server = await loopbackServer(answer(200))
    const result = await ntfyNotifier(settings(`${server.url}/my-topic/`, 'tk_abc'), limits).send(aNotice(), still())
    expect(result).toEqual({ result: 'sent' })
    expect(server.requests).toEqual([{
      method: 'POST', path: '/my-topic', body: 'Locked until tomorrow.\nSee it: purser lock show L123',
      headers: {
        host: server.host, 'user-agent': 'purser', 'content-type': 'text/plain; charset=utf-8', 'content-length': '52', connection: 'close',
        title: 'Budget web-daily is spent', priority: '5', tags: 'rotating_light', authorization: 'Bearer tk_abc',
      },
    }])
  })

  it.each([['info', '3', 'information_source'], ['warn', '4', 'warning'], ['error', '5', 'rotating_light']] as const)('gives level %s the priority %s', async (level, priority, tags) => {
    await using server = await loopbackServer(answer(200))
    await ntfyNotifier(settings(`${server.url}/t`), limits).send(aNotice({ level }), still())
    expect(server.requests[0]?.headers).toMatchObject({ priority, tags })
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  it('carries a title outside ASCII as encoded words that read back as they were', async () => {
    await using server = await loopbackServer(answer(200))
    const title = 'Budget grün 日本語 👍 ist verbraucht: $20.41 of $20.00 today (project größte)'
    await ntfyNotifier(settings(`${server.url}/t`), limits).send(aNotice({ title }), still())
    expect(decodedWords(server.requests[0]?.headers['title'] ?? '')).toBe(title)
  })

  it('names the server but neither topic nor token', () => {
    const { channel, label } = ntfyNotifier(settings('https://ntfy.example/my-secret-topic', 'tk_abc'), limits)
    expect(label).toBe('ntfy (ntfy.example)')
    expect(channel).toMatch(/^ntfy:[0-9a-f]{8}$/)
  })

  it('keeps the topic out of the reason when the server repeats it', async () => {
    await using server = await loopbackServer((request, response) => { response.writeHead(403); response.end(`forbidden: ${request.path}`) })
    const result = await ntfyNotifier(settings(`${server.url}/my-secret-topic`), limits).send(aNotice(), still())
    expect(result).toMatchObject({ result: 'failed', why: expect.stringContaining('forbidden: /[redacted]') })
  })
})

describe('headerText', () => {
  it('leaves ASCII as it is, and encodes what would read as an encoded word', () => {
    expect(headerText('Budget web-daily: $1.00')).toBe('Budget web-daily: $1.00')
    expect(decodedWords(headerText('a =?UTF-8?B?eA==?= b'))).toBe('a =?UTF-8?B?eA==?= b')
  })

  it('keeps every word within 75 characters and cuts no character in two', () => {
    const text = 'ä日👍'.repeat(60)
    const words = headerText(text).split(' ')
    expect(Math.max(...words.map(word => word.length))).toBeLessThanOrEqual(75)
    expect(words.map(word => Buffer.from(word.slice(10, -2), 'base64').toString('utf8')).every(part => !part.includes('\ufffd'))).toBe(true)
    expect(decodedWords(headerText(text))).toBe(text)
  })
})

/** RFC 2047 as a server reads it: the space between two words is not part of the text. */
function decodedWords(text: string): string {
  return text.split(' ').map(word => Buffer.from(/^=\?UTF-8\?B\?([A-Za-z0-9+/=]+)\?=$/.exec(word)?.[1] ?? '', 'base64').toString('utf8')).join('')
}
