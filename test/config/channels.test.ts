import { describe, expect, it } from 'vitest'
import { readChannel } from '../../src/config/channels.ts'
import { parseConfig } from '../../src/config/parse.ts'

/** Reads the notify tables of a text, in order, as one file. */
function read(text: string) {
  const counts = new Map<string, number>()
  return (parseConfig(text).sections.get('notify') ?? []).map(found => readChannel(found, counts))
}
const table = (lines: string): string => `[[notify]]\n${lines}\n`
const one = (lines: string) => read(table(lines))[0]

describe('readChannel', () => {
  it.each([
    ['channel = "desktop"', { id: 'desktop', channel: 'desktop', minLevel: 'warn' }],
    ['channel = "ntfy"\nurl = "https://n.example/t"', { id: 'ntfy', channel: 'ntfy', url: 'https://n.example/t', token: '', minLevel: 'warn' }],
    ['channel = "ntfy"\nurl = "https://n.example/"\ntopic = "a/b"', { id: 'ntfy', channel: 'ntfy', url: 'https://n.example/a%2Fb', token: '', minLevel: 'warn' }],
    ['channel = "telegram"\ntoken = "1:x"\nchat = "5"', { id: 'telegram', channel: 'telegram', url: 'https://api.telegram.org', token: '1:x', chat: '5', minLevel: 'warn' }],
    ['channel = "slack"\nurl = "https://s.example/T"\nlevel = "info"', { id: 'slack', channel: 'slack', url: 'https://s.example/T', minLevel: 'info' }],
    ['channel = "webhook"\nurl = "https://h.example"\ntoken = "t"\nsecret = "s"', { id: 'webhook', channel: 'webhook', url: 'https://h.example', token: 't', secret: 's', minLevel: 'warn' }],
    ['channel = "command"\ncommand = ["a", "b c"]', { id: 'command', channel: 'command', command: ['a', 'b c'], minLevel: 'warn' }],
  ])('%s', (lines, channel) => {
    expect(one(lines)).toMatchObject({ problems: [], channel })
    expect(one(lines)?.channel).toEqual(channel)
  })

  it('numbers further channels of a kind, so that the outbox can tell them apart', () => {
    expect(read(Array.from({ length: 3 }, () => table('channel = "desktop"')).join('')).map(each => each.channel?.id)).toEqual(['desktop', 'desktop-2', 'desktop-3'])
  })

  it('makes no channel of a table with a problem', () => {
    for (const lines of ['channel = "slack"', 'channel = "desktop"\nurl = "https://x.example"', 'channel = "desktop"\ncolour = 1', 'min_level = "warn"', 'channel = "command"\ncommand = "rm -rf"', 'channel = "ntfy"\nurl = "https://n.example"']) {
      const found = one(lines)
      expect(found?.channel, lines).toBeNull()
      expect([...(found?.problems ?? []), ...(found?.table.problems ?? [])].length, lines).toBe(1)
    }
  })

  it('says of a desktop channel that there is nothing to configure', () => {
    expect(one('channel = "desktop"\ntopic = "x"')?.problems[0]).toMatchObject({ message: 'topic means nothing to desktop', fix: 'It takes: min_level only; remove topic' })
  })
})
