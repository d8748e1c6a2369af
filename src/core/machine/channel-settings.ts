// What a [[notify]] table says, after the config was read, and what can be wrong with it. Knows no protocol.
import type { NoticeLevel } from './notifier.ts'

export type ChannelSettings = { readonly minLevel: NoticeLevel } & (
  | { readonly channel: 'desktop' }
  /** `url` is server and topic; `token` '' = none. */
  | { readonly channel: 'ntfy'; readonly url: string; readonly token: string }
  /** `url` '' = Telegram's own server. */
  | { readonly channel: 'telegram'; readonly token: string; readonly chat: string; readonly url: string }
  | { readonly channel: 'slack'; readonly url: string }
  /** `secret` '' = unsigned; `token` '' = no authorization header. */
  | { readonly channel: 'webhook'; readonly url: string; readonly secret: string; readonly token: string }
  | { readonly channel: 'command'; readonly command: readonly string[] }
)

export type ChannelKind = ChannelSettings['channel']
export const CHANNEL_KINDS = ['desktop', 'ntfy', 'telegram', 'slack', 'webhook', 'command'] as const satisfies readonly ChannelKind[]

/** A key of the table and what is wrong with its value; the value itself may be a secret and is never repeated. */
export interface ChannelProblem { readonly key: string; readonly problem: string }

const WEB_ADDRESS = /^https?:\/\/(?:[^\s/?#@]+@)?(?:[^\s/?#@:[\]]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#]\S*)?$/i
const HAS_TOPIC = /^https?:\/\/[^/]+\/[^/\s?#]/i
const BOT_TOKEN = /^\d{3,20}:[A-Za-z0-9_-]{10,128}$/
// What may stand in one header line.
const HEADER_VALUE = /^[\x21-\x7e]+$/

/** The first thing that would keep this channel from ever working, or null. */
export function channelProblem(settings: ChannelSettings): ChannelProblem | null {
  switch (settings.channel) {
    case 'desktop': return null
    case 'ntfy': return address(settings.url, 'https://ntfy.example/your-topic') ?? topic(settings.url) ?? headerValue('token', settings.token)
    case 'slack': return address(settings.url, 'https://hooks.slack.com/services/...')
    case 'webhook': return address(settings.url, 'https://example.com/hook') ?? headerValue('token', settings.token) ?? signingSecret(settings.secret)
    case 'telegram': return botToken(settings.token) ?? chat(settings.chat) ?? (settings.url === '' ? null : address(settings.url, 'https://api.telegram.org'))
    case 'command': return settings.command[0] ? null : { key: 'command', problem: 'names no program; write it like command = ["/usr/local/bin/tell-me", "--loud"]' }
  }
}

const address = (url: string, example: string): ChannelProblem | null =>
  WEB_ADDRESS.test(url) ? null : { key: 'url', problem: `${url === '' ? 'is missing' : 'is not an http or https address'}; write it like url = "${example}"` }

const topic = (url: string): ChannelProblem | null =>
  HAS_TOPIC.test(url) ? null : { key: 'url', problem: 'has no topic; write it like url = "https://ntfy.example/your-topic"' }

const headerValue = (key: string, value: string): ChannelProblem | null =>
  value === '' || HEADER_VALUE.test(value) ? null : { key, problem: 'has a space, a line break or a letter outside ASCII, which no header can carry; paste it again' }

const botToken = (token: string): ChannelProblem | null =>
  BOT_TOKEN.test(token) ? null : { key: 'token', problem: `${token === '' ? 'is missing' : 'is not a bot token'}; ask @BotFather for one: digits, a colon, then letters` }

const chat = (value: string): ChannelProblem | null =>
  /^(?:-?\d{1,20}|@\w{4,64})$/.test(value) ? null : { key: 'chat', problem: `${value === '' ? 'is missing' : 'is neither a chat number nor an @name'}; write it like chat = "-1001234567890" or chat = "@my_channel"` }

const signingSecret = (secret: string): ChannelProblem | null =>
  !secret.startsWith('whsec_') || /^whsec_[A-Za-z0-9+/]{4,}={0,2}$/.test(secret) ? null : { key: 'secret', problem: 'begins with whsec_ but is not base64 after it; paste it again, or use plain text without that prefix' }
