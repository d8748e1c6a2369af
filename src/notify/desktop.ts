// The desktop's own notices, through the program each platform has for it. Texts go as arguments, never into a script or
// a shell: on macOS the script reads its own argument vector.
import type { ChannelSettings } from '../core/machine/channel-settings.ts'
import type { AbortLike } from '../core/machine/clock.ts'
import type { CommandResult, CommandRunner, Notice, NoticeLevel, Notifier, SendResult } from '../core/machine/notifier.ts'
import { whyText } from './command.ts'

export type DesktopPlatform = 'linux' | 'darwin' | 'win32'
export interface DesktopMeans { readonly platform: DesktopPlatform; readonly runner: CommandRunner }

const DEADLINE_MS = 10_000
const URGENCY: Record<NoticeLevel, string> = { info: 'low', warn: 'normal', error: 'critical' }

export function desktopNotifier(settings: Extract<ChannelSettings, { channel: 'desktop' }>, { platform, runner }: DesktopMeans): Notifier {
  return {
    channel: 'desktop', label: 'desktop', minLevel: settings.minLevel,
    send: async (notice: Notice, signal: AbortLike): Promise<SendResult> => {
      const argv = desktopArgv(platform, notice)
      if (argv === null) return { result: 'failed', permanent: true, why: 'this platform has no desktop notices yet; use ntfy, telegram, slack, webhook or command' }
      return desktopResult(platform, await runner.run({ argv, stdin: '', deadlineMs: DEADLINE_MS }, signal))
    },
  }
}

/** What would be run; null where there is nothing to run. */
export function desktopArgv(platform: DesktopPlatform, notice: Pick<Notice, 'level' | 'title' | 'body'>): readonly string[] | null {
  switch (platform) {
    case 'linux': return ['notify-send', '--app-name=purser', `--urgency=${URGENCY[notice.level]}`, '--', notice.title, linuxBody(notice.body)]
    case 'darwin': return [
      'osascript', '-e', 'on run argv', '-e', 'display notification (item 2 of argv) with title (item 1 of argv)', '-e', 'end run', noOption(notice.title), notice.body,
    ]
    case 'win32': return null
  }
}

/** osascript stops looking for options at the first argument that is none: the title, as long as it has no dash in front. */
const noOption = (text: string): string => (text.startsWith('-') ? ` ${text}` : text)

/**
 * The body in the notification server's own language: it reads markup (links, images), and notify-send itself resolves
 * backslashes in the body (g_strcompress in libnotify's tools/notify-send.c), though not in the title.
 */
const linuxBody = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function desktopResult(platform: DesktopPlatform, result: CommandResult): SendResult {
  if (result.ended === 'exit' && result.code === 0) return { result: 'sent' }
  if (result.ended === 'not_started' && result.why === 'not_found') {
    return { result: 'failed', permanent: true, why: platform === 'linux' ? 'notify-send is not installed; on Debian and Ubuntu type: sudo apt install libnotify-bin' : 'osascript was not found in PATH' }
  }
  // Without a session bus (over ssh, before login) it fails today and works tomorrow.
  return { result: 'retry', afterMs: null, why: whyText(platform === 'linux' ? 'notify-send' : 'osascript', result) }
}
