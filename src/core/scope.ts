// Who spent: the six dimensions of a response, each optional ('' = not known), none derived from another.
// Selectors over scopes are in budgets/selector.ts.

export interface Scope {
  /** This machine's id, minted once. */
  readonly node: string
  /** The agent product: `claude-code`. */
  readonly agent: string
  /** Config home of the login, as the user writes it: `~/.claude`. */
  readonly account: string
  /** Absolute root of the git common dir (worktrees folded), else the working directory. */
  readonly project: string
  readonly branch: string
  /** The agent's own session id; a subagent carries its parent's. */
  readonly session: string
  /** The subagent's id within the session; '' is the main conversation. */
  readonly subagent: string
}

export type Dimension = keyof Scope
export const DIMENSIONS = ['node', 'agent', 'account', 'project', 'branch', 'session', 'subagent'] as const satisfies readonly Dimension[]

/** One string per distinct scope, for maps and the unique column. The unit separator never occurs in a sanitised value. */
export const scopeKey = (scope: Scope): string => DIMENSIONS.map(dimension => scope[dimension]).join('\u001f')

/** The name people read: the last folder of the project root. */
export function projectName(project: string): string {
  const parts = project.split(/[\\/]/).filter(part => part !== '')
  return parts.at(-1) ?? (project === '' ? '(no project)' : project)
}
