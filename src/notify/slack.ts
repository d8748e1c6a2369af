// Slack: an incoming webhook. The address is the credential. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
import type { ChannelSettings } from '../core/machine/channel-settings.ts'
import type { AbortLike } from '../core/machine/clock.ts'
import type { Notice, Notifier } from '../core/machine/notifier.ts'
import { destinationId } from './destination.ts'
import { post, type PostLimits } from './http-post.ts'

export function slackNotifier(settings: Extract<ChannelSettings, { channel: 'slack' }>, limits: PostLimits): Notifier {
  const url = new URL(settings.url)
  return {
    channel: destinationId('slack', settings.url), label: `slack (${url.host})`, minLevel: settings.minLevel,
    send: (notice: Notice, signal: AbortLike) => post({
      url, secrets: [url.pathname, url.pathname.split('/').at(-1) ?? '', url.password], headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: slackText(`${notice.title}\n${notice.body}`), mrkdwn: false, unfurl_links: false, unfurl_media: false }),
    }, limits, signal),
  }
}

/** The three characters with which Slack starts mentions and links (`<!channel>`), escaped as it asks. */
export const slackText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
