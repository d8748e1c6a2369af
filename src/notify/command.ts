// A program of the user's own: the notice as JSON on its standard input, its exit code as the answer.
// Its arguments may hold secrets and are repeated nowhere.
import { basename } from 'node:path'
import { unreachable } from '../core/errors.ts'
import type { ChannelSettings } from '../core/machine/channel-settings.ts'
import type { AbortLike } from '../core/machine/clock.ts'
import type { CommandResult, CommandRunner, Notice, Notifier, SendResult } from '../core/machine/notifier.ts'
import { fit } from '../core/text/display-width.ts'
import { redact } from '../core/text/redact.ts'
import { terminalSafe } from '../core/text/terminal-safe.ts'
import { destinationId } from './destination.ts'
import { POST_DEADLINE_MS } from './http-post.ts'
import { noticeJson } from './notice-json.ts'

export interface CommandMeans { readonly runner: CommandRunner; readonly deadlineMs?: number }

// sysexits.h: the program says itself that another try is useless.
const EX_USAGE = 64
const EX_CONFIG = 78
const OUTPUT_COLUMNS = 160
// Options and file names are shorter than keys; a longer argument that the program repeats is taken out of its output.
const SECRET_CHARS_MIN = 16

export function commandNotifier(settings: Extract<ChannelSettings, { channel: 'command' }>, means: CommandMeans): Notifier {
  const program = basename(settings.command[0] ?? '')
  return {
    channel: destinationId('command', JSON.stringify(settings.command)), label: `command (${program})`, minLevel: settings.minLevel,
    send: async (notice: Notice, signal: AbortLike): Promise<SendResult> => {
      const result = await means.runner.run({ argv: settings.command, stdin: `${noticeJson(notice)}\n`, deadlineMs: means.deadlineMs ?? POST_DEADLINE_MS }, signal)
      return commandResult(result, whyText(program, result, settings.command.slice(1).filter(argument => argument.length >= SECRET_CHARS_MIN)))
    },
  }
}

function commandResult(result: CommandResult, why: string): SendResult {
  if (result.ended === 'not_started') return { result: 'failed', permanent: true, why }
  if (result.ended !== 'exit') return { result: 'retry', afterMs: null, why }
  if (result.code === 0) return { result: 'sent' }
  if (result.code === EX_USAGE || result.code === EX_CONFIG) return { result: 'failed', permanent: true, why }
  return { result: 'retry', afterMs: null, why }
}

/** What a program's end means, with the end of what it wrote. */
export function whyText(program: string, result: CommandResult, secrets: readonly string[] = []): string {
  const said = result.output.trim() === '' ? '' : `: ${fit(redact(terminalSafe(result.output.trim()), secrets), OUTPUT_COLUMNS)}`
  switch (result.ended) {
    case 'exit': return `${program} ended with ${result.code === null ? 'a signal' : `exit code ${result.code}`}${said}`
    case 'deadline': return `${program} did not end in time and was killed${said}`
    case 'aborted': return `${program} was stopped before it ended`
    case 'not_started': return `${program} could not be started: ${NOT_STARTED[result.why]}`
    default: return unreachable(result)
  }
}

const NOT_STARTED = { not_found: 'there is no such program; give its absolute path', not_permitted: 'it may not be executed; type: chmod +x on it', other: 'the system refused' } as const
