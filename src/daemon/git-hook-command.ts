// `purser claim git-hook`: the check in a repository's own hooks, and what a commit at hand changes. Needs no daemon.
import type { GitHookAnswer, GitHookDoor, StagedAnswer } from '../api/guard-door.ts'
import { gitHookState, installGitHook, stagedIn, uninstallGitHook } from '../os/files/git-hook.ts'

export function gitHookCommand({ verb, folder, command }: GitHookDoor): GitHookAnswer {
  switch (verb) {
    case 'install': return installGitHook(folder, command)
    case 'uninstall': return uninstallGitHook(folder)
    case 'status': return gitHookState(folder)
  }
}

export const stagedCommit = ({ folder }: { readonly folder: string }): StagedAnswer => stagedIn(folder)
