// Any HTTP endpoint: the notice as JSON, with the id, time and signature headers of the Standard Webhooks specification,
// so that a receiver can verify and de-duplicate with a library of its own language. https://www.standardwebhooks.com/
import { createHash, createHmac } from 'node:crypto'
import type { ChannelSettings } from '../core/machine/channel-settings.ts'
import type { AbortLike } from '../core/machine/clock.ts'
import type { Notice, Notifier } from '../core/machine/notifier.ts'
import { destinationId } from './destination.ts'
import { post, type PostLimits } from './http-post.ts'
import { noticeJson } from './notice-json.ts'

export function webhookNotifier(settings: Extract<ChannelSettings, { channel: 'webhook' }>, limits: PostLimits): Notifier {
  const url = new URL(settings.url)
  const authorization = settings.token === '' ? {} : { authorization: `Bearer ${settings.token}` }
  return {
    channel: destinationId('webhook', settings.url), label: `webhook (${url.host})`, minLevel: settings.minLevel,
    send: (notice: Notice, signal: AbortLike) => {
      const body = noticeJson(notice)
      const id = webhookId(notice.key)
      const timestamp = String(Math.floor(limits.now() / 1_000))
      const signed = settings.secret === '' ? {} : { 'webhook-signature': signature({ secret: settings.secret, id, timestamp, body }) }
      return post({
        url, body, secrets: [settings.token, settings.secret, url.password, url.pathname, ...url.searchParams.values()],
        headers: { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': timestamp, ...signed, ...authorization },
      }, limits, signal)
    },
  }
}

/** The same notice has the same id on every attempt and from every machine's restart: the receiver's key for de-duplication. */
export const webhookId = (key: string): string => `msg_${createHash('sha256').update(key).digest('hex').slice(0, 32)}`

/** `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`. A secret `whsec_...` is base64 after its prefix, any other is its text. */
export function signature({ secret, id, timestamp, body }: { secret: string; id: string; timestamp: string; body: string }): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret, 'utf8')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}
