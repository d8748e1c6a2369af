// How a session is taken up again: the words of its agent's own command, in its own folder, on its own account, with the
// permission checks it had. Decides only. What cannot be said for certain is refused, with what to do instead.
import type { AgentAdapter } from './agent-adapter.ts'
import { isLive, type SessionState } from './session-state.ts'

export interface Resumable {
  readonly agent: string
  readonly session: string
  /** Where it last worked; '' unknown. */
  readonly cwd: string
  /** The permission mode its log told last; '' unknown. */
  readonly mode: string
}

export type ResumePlan =
  | { readonly ok: true; readonly words: readonly string[]; readonly cwd: string; /** What is different from before, in a sentence; '' nothing. */ readonly differs: string }
  | { readonly ok: false; readonly because: string; readonly instead: string }

// Ids of every agent known are letters, digits and these. A leading dash would be an option, and an option could take
// checks away; a blank or a line end would be read by people as two words.
const PLAIN_ID = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,199}$/
export const isPlainId = (session: string): boolean => PLAIN_ID.test(session)

const no = (because: string, instead: string): ResumePlan => ({ ok: false, because, instead })

export function planResume(what: Resumable, state: SessionState, adapter: Pick<AgentAdapter, 'displayName' | 'resume'>, folderExists: (path: string) => boolean): ResumePlan {
  const { session, cwd, mode } = what
  if (isLive(state)) return no(`it is running already, as pid ${state.process.pid}`, state.background ? 'it works in the background of its own agent' : 'go to the terminal it runs in, or end it there first')
  const { resume } = adapter
  if (!resume) return no(`${adapter.displayName} has no command that takes up a session by its id`, `start ${adapter.displayName} and choose the session there`)
  if (!isPlainId(session)) return no('its id is not one that an agent makes, and could be read as an option', `look at its log, and start ${adapter.displayName} by hand`)
  if (cwd === '') return no('the folder it worked in is not known', `start ${adapter.displayName} in that folder by hand`)
  if (!folderExists(cwd)) return no(`the folder it worked in is gone: ${cwd}`, 'bring the folder back (a worktree: git worktree add), then try again')
  const { words, differs } = withChecks(resume, session, mode)
  return { ok: true, words, cwd, differs }
}

/** The mode as it was, where its agent lets it be said. One without checks is for a person to give again. */
function withChecks({ argv, permissions }: NonNullable<AgentAdapter['resume']>, session: string, mode: string): { readonly words: readonly string[]; readonly differs: string } {
  const [program = '', ...rest] = argv(session)
  if (!permissions) return { words: [program, ...rest], differs: '' }
  if (mode === '') return { words: [program, ...rest], differs: 'its permission mode is not known, so it starts in the one of its settings' }
  const said = permissions.words(mode)
  if (said !== null) return { words: [program, ...said, ...rest], differs: '' }
  return { words: [program, ...permissions.careful, ...rest], differs: `it was in the mode "${mode}"; it comes back asking for permissions` }
}
