// What a tool call is about to write to, as far as its payload tells. An edit names its file. A shell command is judged
// by the folder it runs in, and by those of its words that may be paths: no shell is interpreted here, so a determined
// command gets by; what is meant is the honest agent that did not know.
import type { HookCall } from '../enforcement/hook-verdict.ts'

export interface Touches {
  /** Written to: paths as the call has them, relative ones meant in its folder. */
  readonly written: readonly string[]
  /** Taken away or moved with all that is in them. */
  readonly removed: readonly string[]
}

const NOTHING: Touches = { written: [], removed: [] }
// A command of more words is a script; its first ones say enough.
const WORDS_MAX = 200
const COMMAND_CHARS_MAX = 16_384

// Programs that only look, whatever their arguments. `find` and `sed` are judged by theirs.
const READERS = new Set([
  'ls', 'cat', 'head', 'tail', 'less', 'more', 'wc', 'grep', 'egrep', 'fgrep', 'rg', 'ag', 'fd', 'pwd', 'echo', 'printf', 'which', 'type', 'file', 'stat', 'du', 'df', 'tree', 'diff', 'cmp',
  'sort', 'uniq', 'cut', 'jq', 'date', 'true', 'false', 'test', '[', 'basename', 'dirname', 'realpath', 'readlink', 'env', 'printenv', 'ps', 'cd', 'purser', 'sleep', 'seq',
])
const GIT_READERS = new Set(['status', 'diff', 'log', 'show', 'blame', 'branch', 'rev-parse', 'ls-files', 'grep', 'describe', 'remote', 'fetch', 'config', 'shortlog', 'reflog', 'worktree'])
const REMOVERS = new Set(['rm', 'rmdir', 'mv', 'shred', 'unlink', 'trash'])
// Words before the program itself.
const PREFIXES = new Set(['sudo', 'time', 'nice', 'nohup', 'command', 'exec', 'builtin', 'timeout'])

export function touchesOf({ tool, command, file, cwd }: Pick<HookCall, 'tool' | 'command' | 'file' | 'cwd'>): Touches {
  if (file !== undefined && file !== '') return { written: [file], removed: [] }
  if (tool === '' || command === '') return NOTHING
  const parts = command.slice(0, COMMAND_CHARS_MAX).split(/(?:\|\||&&|[;|&\n])+/).map(partOf)
  if (parts.every(({ reads, targets }) => reads && targets.length === 0)) return NOTHING
  return { written: [cwd, ...parts.flatMap(({ written, targets }) => [...targets, ...written])].slice(0, WORDS_MAX), removed: parts.flatMap(({ removed }) => removed).slice(0, WORDS_MAX) }
}

interface Part { readonly reads: boolean; readonly targets: readonly string[]; readonly written: readonly string[]; readonly removed: readonly string[] }

function partOf(text: string): Part {
  // `>file`, `>> file`, `2>file`; `>&2` is no file.
  const targets = [...text.matchAll(/\d?>{1,2}\|?\s*("[^"]*"|'[^']*'|[^\s;|&<>]+)/g)].map(match => bare(match[1] ?? '')).filter(target => target !== '' && target !== '/dev/null')
  const words = [...text.replaceAll(/\d?>{1,2}\|?\s*("[^"]*"|'[^']*'|[^\s;|&<>]+)/g, ' ').matchAll(/"[^"]*"|'[^']*'|[^\s"']+/g)].map(match => bare(match[0])).slice(0, WORDS_MAX)
  const at = words.findIndex(word => !PREFIXES.has(word) && !/^[A-Za-z_]\w*=/.test(word))
  const program = baseName(words[at] ?? ''), rest = at < 0 ? [] : words.slice(at + 1)
  if (program === '' || isReader(program, rest)) return { reads: true, targets, written: [], removed: [] }
  const paths = rest.flatMap(mayBePath)
  return REMOVERS.has(program) || (program === 'git' && ['rm', 'mv', 'clean'].includes(rest[0] ?? ''))
    ? { reads: false, targets, written: [], removed: paths }
    : { reads: false, targets, written: paths, removed: [] }
}

function isReader(program: string, rest: readonly string[]): boolean {
  if (program === 'git') return GIT_READERS.has(rest.find(word => !word.startsWith('-')) ?? 'status')
  if (program === 'find') return !rest.some(word => /^-(delete|exec|execdir|ok|okdir|fprint|fls)/.test(word))
  if (program === 'sed' || program === 'awk') return program === 'sed' && !rest.some(word => /^-[a-zA-Z]*i|^--in-place/.test(word))
  return READERS.has(program)
}

/** Words that may name something on disk: no options, though `--output=path` names one. */
function mayBePath(word: string): readonly string[] {
  const value = word.startsWith('-') ? word.slice(word.indexOf('=') + 1 || word.length) : word
  return value === '' || value.length > 4_096 || /^[a-z]+:\/\//.test(value) ? [] : [value]
}

const bare = (word: string): string => word.replace(/^(["'])(.*)\1$/s, '$2')
const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
