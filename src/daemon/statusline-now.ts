// `purser statusline`: one line by hand. A file of its own, so that a line loads nothing of what installs one.
import type { Environment } from '../core/sessions/agent-adapter.ts'
import { systemClock } from '../os/clock.ts'
import { placesFor } from '../os/paths.ts'
import { answerStatusline } from '../statusline/answer.ts'

/** The lines for a client's payload, each ended; '' when it is none. Never opens the database. */
export function statuslineNow({ body, environment: { variables } }: { readonly body: string; readonly environment: Environment }): Promise<string> {
  return answerStatusline({
    body, variables, socket: placesFor(variables).socket, own: '', ownVariables: variables, asked: null, now: systemClock.now(),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  })
}
