import { describe, expect, it } from 'vitest'
import { channelProblem, type ChannelSettings } from '../../../src/core/machine/channel-settings.ts'

const GOOD: readonly ChannelSettings[] = [
  { channel: 'desktop', minLevel: 'info' },
  { channel: 'ntfy', minLevel: 'info', url: 'https://ntfy.example/topic', token: '' },
  { channel: 'ntfy', minLevel: 'warn', url: 'http://[::1]:8080/topic', token: 'tk_abc' },
  { channel: 'ntfy', minLevel: 'warn', url: 'http://user:pw@127.0.0.1:8080/topic', token: '' },
  { channel: 'telegram', minLevel: 'info', url: '', token: '123456:ABC-def_1234ghIkl', chat: '-1001234567890' },
  { channel: 'telegram', minLevel: 'info', url: 'http://127.0.0.1:1', token: '123456:ABC-def_1234ghIkl', chat: '@my_channel' },
  { channel: 'slack', minLevel: 'info', url: 'https://hooks.slack.com/services/T/B/x' },
  { channel: 'webhook', minLevel: 'info', url: 'https://example.com', secret: 'any text at all', token: '' },
  { channel: 'webhook', minLevel: 'info', url: 'https://example.com/a?b=c', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', token: 't' },
  { channel: 'command', minLevel: 'info', command: ['/bin/true', ''] },
]
const BAD: readonly (readonly [settings: ChannelSettings, key: string])[] = [
  [{ channel: 'ntfy', minLevel: 'info', url: '', token: '' }, 'url'],
  [{ channel: 'ntfy', minLevel: 'info', url: 'push.test.invalid/topic', token: '' }, 'url'],
  [{ channel: 'ntfy', minLevel: 'info', url: 'https://push.test.invalid', token: '' }, 'url'],
  [{ channel: 'ntfy', minLevel: 'info', url: 'https://push.test.invalid/', token: '' }, 'url'],
  [{ channel: 'ntfy', minLevel: 'info', url: 'https://push.test.invalid/a b', token: '' }, 'url'],
  [{ channel: 'ntfy', minLevel: 'info', url: 'https://push.test.invalid/t', token: 'two words' }, 'token'],
  [{ channel: 'ntfy', minLevel: 'info', url: 'https://push.test.invalid/t', token: 'x\r\nX-Evil: 1' }, 'token'],
  [{ channel: 'ntfy', minLevel: 'info', url: 'https://push.test.invalid/t', token: 'grün' }, 'token'],
  [{ channel: 'slack', minLevel: 'info', url: 'file:///etc/passwd' }, 'url'],
  [{ channel: 'slack', minLevel: 'info', url: 'https://' }, 'url'],
  [{ channel: 'webhook', minLevel: 'info', url: 'javascript:alert(1)', secret: '', token: '' }, 'url'],
  [{ channel: 'webhook', minLevel: 'info', url: 'https://e.example', secret: 'whsec_not base64!', token: '' }, 'secret'],
  [{ channel: 'webhook', minLevel: 'info', url: 'https://e.example', secret: '', token: 'a b' }, 'token'],
  [{ channel: 'telegram', minLevel: 'info', url: '', token: '', chat: '1' }, 'token'],
  [{ channel: 'telegram', minLevel: 'info', url: '', token: '123456:abc/../../x?y#z', chat: '1' }, 'token'],
  [{ channel: 'telegram', minLevel: 'info', url: '', token: '123456:ABC-def_1234ghIkl', chat: '' }, 'chat'],
  [{ channel: 'telegram', minLevel: 'info', url: '', token: '123456:ABC-def_1234ghIkl', chat: 'my channel' }, 'chat'],
  [{ channel: 'telegram', minLevel: 'info', url: 'ftp://x', token: '123456:ABC-def_1234ghIkl', chat: '1' }, 'url'],
  [{ channel: 'command', minLevel: 'info', command: [] }, 'command'],
  [{ channel: 'command', minLevel: 'info', command: [''] }, 'command'],
]

describe('channelProblem', () => {
  it.each(GOOD)('finds nothing wrong with %j', settings => {
    expect(channelProblem(settings)).toBeNull()
  })

  it.each(BAD)('names the key of %j that can never work: %s', (settings, key) => {
    expect(channelProblem(settings)).toMatchObject({ key, problem: expect.stringMatching(/.{10}/) })
  })

  it('never repeats a value, which may be a secret', () => {
    for (const [settings] of BAD) {
      const said = JSON.stringify(channelProblem(settings))
      for (const value of Object.values(settings).flat().filter(each => each.length > 12)) expect(said).not.toContain(value)
    }
  })
})
