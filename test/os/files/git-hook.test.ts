// The check in git's own hooks: in front of what was there, and gone without a trace.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { gitHookState, installGitHook, stagedIn, uninstallGitHook } from '../../../src/os/files/git-hook.ts'
import { tempHome, type TempHome } from '../../support/home.ts'

let home: TempHome
let repo: string
const git = (...args: string[]): string => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: repo, encoding: 'utf8', stdio: 'pipe' })
const program = (exit: number): string => {
  const file = path.join(home.path, `check-${exit}`)
  writeFileSync(file, `#!/bin/sh\nexit ${exit}\n`)
  chmodSync(file, 0o755)
  return file
}
beforeEach(() => {
  home = tempHome('git-hook')
  repo = path.join(home.path, 'web')
  mkdirSync(repo)
  git('init', '-q', '-b', 'main')
  writeFileSync(path.join(repo, 'a b.ts'), '1')
  git('add', '.')
})
afterEach(() => home.remove())

describe('the pre-commit check', () => {
  it('keeps a commit back that lies under a claim, and lets any other pass', () => {
    expect(installGitHook(repo, [program(75)])).toMatchObject({ state: 'installed', changed: true, other: false })
    expect(() => git('commit', '-qm', 'x')).toThrow(/Command failed/)
    installGitHook(repo, [program(69)])
    git('commit', '-qm', 'x')
    expect(installGitHook(repo, [program(69)])).toMatchObject({ changed: false })
  })
  it('runs before the hook that was there, and puts it back', () => {
    const file = path.join(repo, '.git', 'hooks', 'pre-commit'), mark = path.join(home.path, 'ran')
    const own = `#!/bin/sh\ntouch '${mark}'\n`
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, own, { mode: 0o755 })
    expect(installGitHook(repo, [program(0)])).toMatchObject({ other: true })
    git('commit', '-qm', 'x')
    expect(existsSync(mark)).toBe(true)
    expect(uninstallGitHook(repo)).toMatchObject({ state: 'absent', changed: true })
    expect(readFileSync(file, 'utf8')).toBe(own)
    expect(uninstallGitHook(repo)).toMatchObject({ changed: false })
    expect(gitHookState(repo)).toMatchObject({ state: 'absent', other: true })
  })
  it('leaves a folder alone that is not git\'s own, and says what to add there', () => {
    git('config', 'core.hooksPath', '.husky')
    expect(() => installGitHook(repo, [program(0)])).toThrow(/purser claim git-hook check/)
  })
  it('knows the branch and the files of the commit at hand', () => {
    expect(stagedIn(repo)).toEqual({ root: repo, branch: 'main', files: [path.join(repo, 'a b.ts')] })
  })
})
