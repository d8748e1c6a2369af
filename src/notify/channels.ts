// From a [[notify]] table to a channel that can send. The only file that knows all channels.
import { AppError, unreachable } from '../core/errors.ts'
import { channelProblem, type ChannelProblem, type ChannelSettings } from '../core/machine/channel-settings.ts'
import type { CommandRunner, Notifier } from '../core/machine/notifier.ts'
import type { Instant } from '../core/time.ts'
import { commandNotifier } from './command.ts'
import { desktopNotifier, type DesktopPlatform } from './desktop.ts'
import { POST_DEADLINE_MS, type PostLimits } from './http-post.ts'
import { ntfyNotifier } from './ntfy.ts'
import { slackNotifier } from './slack.ts'
import { telegramNotifier } from './telegram.ts'
import { webhookNotifier } from './webhook.ts'

export interface ChannelMeans {
  readonly platform: DesktopPlatform
  readonly runner: CommandRunner
  readonly now: () => Instant
  /** Default POST_DEADLINE_MS, for HTTP and for commands. */
  readonly deadlineMs?: number
}

/** Opens a channel. Throws `config_invalid`, naming the key and never its value, when it could not ever work. */
export function openChannel(settings: ChannelSettings, means: ChannelMeans): Notifier {
  const problem = channelProblem(settings) ?? unparsable(settings)
  if (problem) throw new AppError('config_invalid', `[[notify]] channel "${settings.channel}": ${problem.key} ${problem.problem}`, { context: { channel: settings.channel, key: problem.key } })
  const limits: PostLimits = { deadlineMs: means.deadlineMs ?? POST_DEADLINE_MS, now: means.now }
  switch (settings.channel) {
    case 'desktop': return desktopNotifier(settings, means)
    case 'ntfy': return ntfyNotifier(settings, limits)
    case 'telegram': return telegramNotifier(settings, limits)
    case 'slack': return slackNotifier(settings, limits)
    case 'webhook': return webhookNotifier(settings, limits)
    case 'command': return commandNotifier(settings, { runner: means.runner, deadlineMs: limits.deadlineMs })
    default: return unreachable(settings)
  }
}

/** What the pattern of core cannot see: a port of 99999, an address with a bad number in it. */
const unparsable = (settings: ChannelSettings): ChannelProblem | null =>
  !('url' in settings) || settings.url === '' || URL.canParse(settings.url) ? null : { key: 'url', problem: 'is not an address that can be used; check its host and port' }
