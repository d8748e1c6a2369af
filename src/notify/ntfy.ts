// ntfy: the message is the body, everything else are headers. https://docs.ntfy.sh/publish/
import type { ChannelSettings } from '../core/machine/channel-settings.ts'
import type { AbortLike } from '../core/machine/clock.ts'
import type { Notice, NoticeLevel, Notifier } from '../core/machine/notifier.ts'
import { post, type PostLimits } from './http-post.ts'
import { destinationId } from './destination.ts'

const PRIORITY: Record<NoticeLevel, string> = { info: '3', warn: '4', error: '5' }
const TAGS: Record<NoticeLevel, string> = { info: 'information_source', warn: 'warning', error: 'rotating_light' }

export function ntfyNotifier(settings: Extract<ChannelSettings, { channel: 'ntfy' }>, limits: PostLimits): Notifier {
  const url = new URL(settings.url.replace(/\/+$/, ''))
  // On a public server whoever knows the topic reads and writes it: it counts as a secret.
  const secrets = [settings.token, url.password, url.pathname.slice(1)]
  const authorization = settings.token === '' ? {} : { authorization: `Bearer ${settings.token}` }
  return {
    channel: destinationId('ntfy', settings.url), label: `ntfy (${url.host})`, minLevel: settings.minLevel,
    send: (notice: Notice, signal: AbortLike) => post({
      url, secrets, body: notice.body,
      headers: { title: headerText(notice.title), priority: PRIORITY[notice.level], tags: TAGS[notice.level], 'content-type': 'text/plain; charset=utf-8', ...authorization },
    }, limits, signal),
  }
}

// An encoded word may have 75 characters: 45 bytes in base64 are 60, and `=?UTF-8?B??=` is 12.
const WORD_BYTES_MAX = 45

/** A header value: ASCII as it is, anything else as RFC 2047 encoded words, which ntfy decodes (since 2.4.0). */
export function headerText(text: string): string {
  // A text that looks like an encoded word itself has to be encoded, or the server would decode it.
  if (/^[\x20-\x7e]*$/.test(text) && !text.includes('=?')) return text
  const words: string[] = []
  let word = ''
  for (const character of text) {
    if (Buffer.byteLength(word + character) > WORD_BYTES_MAX) {
      words.push(word)
      word = ''
    }
    word += character
  }
  return [...words, word].map(part => `=?UTF-8?B?${Buffer.from(part, 'utf8').toString('base64')}?=`).join(' ')
}
