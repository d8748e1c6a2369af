import { describe, expect, it } from 'vitest'
import type { ChannelSettings } from '../../src/core/machine/channel-settings.ts'
import { instant } from '../../src/core/time.ts'
import { openChannel, type ChannelMeans } from '../../src/notify/channels.ts'
import { aNotice, still } from '../support/a-notice.ts'
import { answer, hang, loopbackServer } from '../support/loopback-server.ts'

const means: ChannelMeans = { platform: 'linux', now: () => instant(0), runner: { run: async () => ({ ended: 'exit', code: 0, output: '' }) }, deadlineMs: 5_000 }
const all = (url: string): readonly ChannelSettings[] => [
  { channel: 'desktop', minLevel: 'info' },
  { channel: 'ntfy', minLevel: 'info', url: `${url}/topic`, token: '' },
  { channel: 'telegram', minLevel: 'info', url, token: '123456:abcdefghijkl', chat: '1' },
  { channel: 'slack', minLevel: 'info', url: `${url}/services/x` },
  { channel: 'webhook', minLevel: 'info', url: `${url}/hook`, secret: '', token: '' },
  { channel: 'command', minLevel: 'warn', command: ['/bin/true'] },
]

describe('openChannel', () => {
  it('opens every kind of channel, and each sends', async () => {
    await using server = await loopbackServer(answer(200))
    const notifiers = all(server.url).map(settings => openChannel(settings, means))
    expect(await Promise.all(notifiers.map(notifier => notifier.send(aNotice(), still())))).toEqual(Array.from({ length: 6 }, () => ({ result: 'sent' })))
    expect(server.requests.map(request => request.path).toSorted()).toEqual(['/bot123456:abcdefghijkl/sendMessage', '/hook', '/services/x', '/topic'])
    expect(notifiers.map(notifier => notifier.channel.split(':')[0])).toEqual(['desktop', 'ntfy', 'telegram', 'slack', 'webhook', 'command'])
    expect(notifiers.at(-1)?.minLevel).toBe('warn')
  })

  it('holds every HTTP channel to the deadline it is given', async () => {
    await using server = await loopbackServer(hang)
    for (const settings of all(server.url).slice(1, 5)) {
      expect(await openChannel(settings, { ...means, deadlineMs: 30 }).send(aNotice(), still())).toMatchObject({ result: 'retry', why: expect.stringContaining('did not answer within 0.03 s') })
    }
  })

  it.each([
    [{ channel: 'slack', minLevel: 'info', url: 'ftp://secret-value' }, 'channel "slack": url is not an http or https address'],
    [{ channel: 'slack', minLevel: 'info', url: 'http://host:99999/secret-value' }, 'channel "slack": url is not an address that can be used'],
    [{ channel: 'telegram', minLevel: 'info', url: '', token: 'secret-value', chat: '1' }, 'channel "telegram": token is not a bot token'],
  ] as const)('refuses %j, naming the key and not its value', (settings, message) => {
    expect(() => openChannel(settings, means)).toThrow(expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining(message) }))
    expect(() => openChannel(settings, means)).not.toThrow(/secret-value/)
  })
})
