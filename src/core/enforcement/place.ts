// Where a process works, as far as files can tell: the project and worktree of a directory. A port: flows ask, os answers.

export interface Place {
  /** Root of the repository that owns the worktree; outside a repository the directory itself. */
  readonly project: string
  /** Top of the worktree the directory lies in; '' outside a repository. */
  readonly worktree: string
  /** Branch its HEAD is on; '' when detached or outside a repository. */
  readonly branch: string
}

export interface Places {
  /** null when the directory is unknown or no longer there. */
  at(cwd: string): Place | null
  exists(path: string): boolean
}
