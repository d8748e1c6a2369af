// The environment of what `purser run` starts: the caller's own, without what an agent's session leaves behind. An agent
// that was started inside another one takes these for its own: it then writes no log, or answers to the other's daemon.
import type { AgentLaunch } from './agent-launch.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** Names the session to whatever it starts; a claim or a reservation asked for inside it is asked for by this. */
export const SESSION_VARIABLE = 'PURSER_SESSION_ID'

export interface LaunchEnvironment {
  readonly variables: Readonly<Record<string, string>>
  /** What was left out, sorted: told when asked for. */
  readonly left: readonly string[]
}

/**
 * `known`: every agent purser can start, because what is started may start another. `launch` null: a program of no agent,
 * whose environment is its own business.
 */
export function launchEnvironment(from: Variables, { launch, known, session }: { readonly launch: AgentLaunch | null; readonly known: readonly AgentLaunch[]; readonly session: string }): LaunchEnvironment {
  const leftovers = launch === null ? [] : known.flatMap(each => each.leftovers)
  const variables: Record<string, string> = {}, left: string[] = []
  for (const [name, value] of Object.entries(from)) {
    if (value === undefined) continue
    if (leftovers.some(pattern => covers(pattern, name))) left.push(name)
    else variables[name] = value
  }
  return { variables: { ...variables, ...launch?.variables, [SESSION_VARIABLE]: session }, left: left.sort() }
}

const covers = (pattern: string, name: string): boolean => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern)
