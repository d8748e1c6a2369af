// Opens the configured channels, anew whenever the configuration changes. A channel that could not ever work is told by
// the config's own check; here it is left out so that the others go on.
import { codeOf } from '../core/errors.ts'
import type { NotifySettings } from '../core/config/settings.ts'
import type { Clock } from '../core/machine/clock.ts'
import type { Notifier } from '../core/machine/notifier.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import { openChannel } from '../notify/channels.ts'
import { commandRunner } from '../notify/run-command.ts'

/** `fixed` stands in for the configured ones in a demo or a test. */
export function openChannels(configured: () => readonly NotifySettings[], environment: Environment, clock: Clock, fixed?: readonly Notifier[]): () => readonly Notifier[] {
  if (fixed) return () => fixed
  const runner = commandRunner(environment.variables)
  let from: readonly NotifySettings[] | null = null
  let open: readonly Notifier[] = []
  return () => {
    const wanted = configured()
    if (wanted !== from) {
      open = wanted.flatMap(settings => usable(() => openChannel(settings, { platform: environment.platform, runner, now: () => clock.now() })))
      from = wanted
    }
    return open
  }
}

/** Nothing for a channel that could not ever work: `config check` and doctor name it, and the others still tell. */
function usable(open: () => Notifier): readonly Notifier[] {
  try {
    return [open()]
  } catch (error) {
    if (codeOf(error) === 'config_invalid') return []
    throw error
  }
}
