// Telegram: sendMessage of the Bot API, plain text (no parse_mode, so nothing in a name can become markup).
// https://core.telegram.org/bots/api#sendmessage
import type { ChannelSettings } from '../core/machine/channel-settings.ts'
import type { AbortLike } from '../core/machine/clock.ts'
import type { Notice, Notifier } from '../core/machine/notifier.ts'
import { destinationId } from './destination.ts'
import { post, type Explanation, type PostLimits } from './http-post.ts'

const API = 'https://api.telegram.org'

export function telegramNotifier(settings: Extract<ChannelSettings, { channel: 'telegram' }>, limits: PostLimits): Notifier {
  const base = (settings.url === '' ? API : settings.url).replace(/\/+$/, '')
  const url = new URL(`${base}/bot${settings.token}/sendMessage`)
  return {
    channel: destinationId('telegram', `${base} ${settings.token} ${settings.chat}`), label: `telegram (chat ${settings.chat})`, minLevel: settings.minLevel,
    send: (notice: Notice, signal: AbortLike) => post({
      url, secrets: [settings.token, url.password], explain, headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        chat_id: settings.chat, text: `${notice.title}\n${notice.body}`, disable_notification: notice.level === 'info', link_preview_options: { is_disabled: true },
      }),
    }, limits, signal),
  }
}

/** Telegram says why and how long to wait inside its JSON; the header is not promised. */
function explain(_status: number, text: string): Explanation | null {
  const answer = parsed(text)
  if (typeof answer?.description !== 'string') return null
  const { retry_after: seconds, migrate_to_chat_id: movedTo } = (answer.parameters ?? {}) as { retry_after?: unknown; migrate_to_chat_id?: unknown }
  const moved = typeof movedTo === 'number' ? `; the group became a supergroup: set chat = "${movedTo}"` : ''
  const why = `${answer.description}${moved}`
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 ? { why, afterMs: seconds * 1_000 } : { why }
}

function parsed(text: string): { description?: unknown; parameters?: unknown } | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : null
  } catch {
    return null
  }
}
