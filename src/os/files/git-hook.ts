// A pre-commit hook in a repository: ours in front, whatever was there behind it, unchanged, under another name. Taking
// ours out puts it back. Folders that are not git's own (a tracked one, one of the whole machine) are left alone.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { AppError, messageOf } from '../../core/errors.ts'

const NAME = 'pre-commit'
const BEFORE = 'pre-commit.before-purser'
const MARK = '# purser: asks whether this commit lies under somebody else\'s claim.'
const GIT_DEADLINE_MS = 10_000
const GIT_BYTES_MAX = 64 * 1024 * 1024

export interface GitHook {
  readonly file: string
  readonly state: 'installed' | 'absent'
  /** Another hook that runs after ours, or alone. */
  readonly other: boolean
  readonly changed: boolean
}

export function gitHookState(folder: string): GitHook {
  const places = placesIn(folder)
  const ours = isOurs(places.file)
  return { file: places.file, state: ours ? 'installed' : 'absent', other: existsSync(ours ? places.before : places.file), changed: false }
}

/** Idempotent; brings an older one of ours up to date. `command`: argv that runs the check. */
export function installGitHook(folder: string, command: readonly string[]): GitHook {
  const places = placesIn(folder)
  mkdirSync(dirname(places.file), { recursive: true })
  const text = scriptFor(command)
  if (isOurs(places.file) && readFileSync(places.file, 'utf8') === text) return { ...gitHookState(folder), changed: false }
  if (!isOurs(places.file) && existsSync(places.file)) {
    if (existsSync(places.before)) throw new AppError('refused', `${places.before} is there already and so is ${places.file}; move one of them away, then: purser claim git-hook install`)
    renameSync(places.file, places.before)
  }
  const unfinished = `${places.file}.${process.pid}.tmp`
  writeFileSync(unfinished, text, { mode: 0o755 })
  chmodSync(unfinished, 0o755)
  renameSync(unfinished, places.file)
  return { ...gitHookState(folder), changed: true }
}

/** Puts back what was there before. A hook that is not ours stays. */
export function uninstallGitHook(folder: string): GitHook {
  const places = placesIn(folder)
  if (!isOurs(places.file)) return { ...gitHookState(folder), changed: false }
  if (existsSync(places.before)) renameSync(places.before, places.file)
  else rmSync(places.file)
  return { ...gitHookState(folder), changed: true }
}

/** Absolute paths that the commit at hand changes, and the branch it goes to ('' detached). */
export function stagedIn(folder: string): { readonly branch: string; readonly root: string; readonly files: readonly string[] } {
  const root = git(folder, ['rev-parse', '--show-toplevel']).trim()
  const files = git(folder, ['diff', '--cached', '--name-only', '--no-renames', '-z']).split('\0').filter(file => file !== '').map(file => join(root, file))
  return { root, files, branch: /^refs\/heads\/(.+)$/.exec(git(folder, ['symbolic-ref', '-q', 'HEAD'], true).trim())?.[1] ?? '' }
}

function placesIn(folder: string): { readonly file: string; readonly before: string } {
  const common = absolute(folder, git(folder, ['rev-parse', '--git-common-dir']).trim())
  const hooks = absolute(folder, git(folder, ['rev-parse', '--git-path', 'hooks']).trim())
  if (hooks !== join(common, 'hooks')) {
    throw new AppError('refused', `git runs the hooks of this repository from ${hooks} (core.hooksPath), which is not its own folder; add this line to the ${NAME} there by hand:\npurser claim git-hook check || exit 1`)
  }
  return { file: join(hooks, NAME), before: join(hooks, BEFORE) }
}

const absolute = (folder: string, path: string): string => (isAbsolute(path) ? path : resolve(folder, path))
const isOurs = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false })?.isFile() === true && readFileSync(file, 'utf8').includes(MARK)

function git(folder: string, args: readonly string[], mayFail = false): string {
  try {
    return execFileSync('git', args, { cwd: folder, encoding: 'utf8', timeout: GIT_DEADLINE_MS, maxBuffer: GIT_BYTES_MAX, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    if (mayFail) return ''
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new AppError('unavailable', 'git is not installed, or not in PATH', { cause: error })
    const said = String((error as { stderr?: unknown }).stderr ?? '').trim().split('\n')[0]
    throw new AppError('invalid_input', said === undefined || said === '' ? messageOf(error) : `git: ${said}`, { cause: error })
  }
}

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`

/** A check that cannot run stops no commit; a claim in the way does. */
const scriptFor = (command: readonly string[]): string => `#!/bin/sh
${MARK}
# To take it out: purser claim git-hook uninstall
here=$(dirname "$0")
if [ -x ${quoted(command[0] ?? '')} ]; then
  ${command.map(quoted).join(' ')}
  case $? in
  75) exit 1 ;;
  0) ;;
  *) echo 'purser: claims could not be checked; the commit goes on' >&2 ;;
  esac
fi
if [ -x "$here/${BEFORE}" ]; then exec "$here/${BEFORE}" "$@"; fi
exit 0
`
