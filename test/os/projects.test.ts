import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { gitProjects } from '../../src/os/projects.ts'

let folder = ''
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const make = (): string => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'purser-git-'))))
const git = (cwd: string, ...args: string[]): void => {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'init.defaultBranch=main', ...args], { cwd, stdio: 'ignore', env: { PATH: process.env.PATH, HOME: folder } })
}
function repository(): string {
  const root = join(make(), 'web')
  mkdirSync(join(root, 'src', 'deep'), { recursive: true })
  git(root, 'init')
  writeFileSync(join(root, 'a'), 'a')
  git(root, 'add', '.')
  git(root, 'commit', '-m', 'a')
  return root
}

describe('gitProjects', () => {
  it('finds the repository root from any folder below it', () => {
    const root = repository()
    expect(gitProjects().rootOf(join(root, 'src', 'deep'))).toBe(root)
    expect(gitProjects().at(join(root, 'src'))).toEqual({ project: root, worktree: root, branch: 'main' })
  })

  it('folds a linked worktree into its repository, each with its own branch', () => {
    const root = repository()
    const tree = join(folder, 'elsewhere')
    git(root, 'worktree', 'add', '-b', 'feat/x', tree)
    expect(gitProjects().rootOf(tree)).toBe(root)
    expect(gitProjects().at(tree)).toEqual({ project: root, worktree: tree, branch: 'feat/x' })
  })

  it('takes a bare repository as the project of its worktrees', () => {
    const root = repository()
    const bare = join(folder, 'web.git')
    git(folder, 'clone', '--bare', root, bare)
    git(bare, 'worktree', 'add', join(folder, 'tree'), 'main')
    expect(gitProjects().rootOf(join(folder, 'tree'))).toBe(bare)
  })

  it('keeps a submodule a project of its own', () => {
    const root = repository()
    mkdirSync(join(root, 'lib'))
    mkdirSync(join(root, '.git', 'modules', 'lib'), { recursive: true })
    writeFileSync(join(root, 'lib', '.git'), 'gitdir: ../.git/modules/lib\n')
    expect(gitProjects().rootOf(join(root, 'lib'))).toBe(join(root, 'lib'))
  })

  it('answers with the folder itself outside a repository, and remembers a deleted worktree', () => {
    const plain = make()
    expect(gitProjects().rootOf(plain)).toBe(plain)
    expect(gitProjects().at(plain)).toEqual({ project: plain, worktree: '', branch: '' })
    expect(gitProjects().at(join(plain, 'gone'))).toBeNull()
    expect(gitProjects().rootOf('')).toBe('')
    expect(gitProjects(new Map([['/gone/tree', '/home/dev/web']])).rootOf('/gone/tree')).toBe('/home/dev/web')
  })
})
