// Which processes are Claude Code itself. Judged by the executable and argv: the kernel name is `claude`, `claude.exe`,
// `node` or a version number, and other programs may call themselves any of these.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { ProcessInfo } from '../../core/machine/process-table.ts'

type Role = ReturnType<AgentAdapter['process']['role']>

const NATIVE_NAMES = new Set(['claude', 'claude.exe'])
// ~/.local/share/claude/versions/2.1.329: the native installer names the binary after its version.
const VERSION_BINARY = /[\\/]claude[\\/]versions[\\/]\d+\.\d+\.\d+[^\\/]*$/
const RUNTIMES = new Set(['node', 'node.exe', 'bun', 'bun.exe', 'deno', 'deno.exe'])
const PACKAGE_SCRIPT = /[\\/]@anthropic-ai[\\/]claude-(?:code|agent-sdk)[\\/](?:[^\\/]+[\\/])*(?:cli|start)\.m?js$/
// Starts the native binary as its child and waits: the child is the session.
const LAUNCHER_SCRIPT = /[\\/]@anthropic-ai[\\/]claude-code[\\/]cli-wrapper\.c?js$/
const IDE_BINARY = /[\\/]extensions[\\/]anthropic\.claude-code-[^\\/]*[\\/]/
const EXTENSION_HOST = /(?:^|[\\/=])(?:extensionHost|extension-host)$/
// First words of the client's own processes and one-shot commands: none of them is a conversation.
const HELPER_WORDS = new Set([
  'bg-pty-host', 'bg-spare', 'daemon', 'mcp', 'config', 'update', 'upgrade', 'install', 'doctor', 'agents', 'stop', 'logs', 'attach', 'rm',
  'plugin', 'plugins', 'auth', 'setup-token', 'migrate-installer', 'kill', 'respawn', 'purge', 'import', 'gateway', 'auto-mode', '--version', '-v', '--help', '-h',
])
/** The first word of a command that is no conversation. */
export const isHelperWord = (word: string): boolean => HELPER_WORDS.has(word)
// Chrome's native messaging and the like are flags rather than words.
const HELPER_FLAGS = ['--chrome-native-host', '--claude-in-chrome-mcp', '--computer-use-mcp']

/** Null when the process is not this agent's at all. Only `session` and `background-session` can ever be stopped. */
export function roleOf(process: ProcessInfo): Role {
  const exe = process.exe.replace(/ \(deleted\)$/, '')
  if (process.argv.some(word => EXTENSION_HOST.test(word)) && !isNative(exe)) return 'ide'
  const args = argumentsOf(process, exe)
  if (args === null) return null
  if (args === 'launcher') return 'helper'
  // Of a native binary only its own path counts: its first argument may be a prompt that mentions such a folder.
  if (IDE_BINARY.test(exe) || (!isNative(exe) && process.argv.slice(0, 2).some(word => IDE_BINARY.test(word)))) return 'ide'
  if (isHelperWord(args[0] ?? '') || args.some(word => HELPER_FLAGS.includes(word))) return 'helper'
  return isBackground(process, exe, args) ? 'background-session' : 'session'
}

/** What follows the program's own name, when the program is Claude Code; null when it is not. */
function argumentsOf(process: ProcessInfo, exe: string): readonly string[] | 'launcher' | null {
  const { argv } = process
  const program = argv[0] ?? ''
  if (isNative(exe)) return argv.slice(1)
  // Some platforms do not tell the executable; then the first word must be a path or the bare link's name.
  if (exe === '') return isNative(program) ? argv.slice(1) : null
  if (!RUNTIMES.has(baseName(exe))) return null
  // A script version retitles itself, which leaves `claude` and nothing else of its command line.
  if (program === 'claude' && process.name === 'claude') return argv.slice(1)
  const at = argv.findIndex((word, index) => index > 0 && !word.startsWith('-'))
  const script = argv[at] ?? ''
  if (LAUNCHER_SCRIPT.test(script)) return 'launcher'
  return PACKAGE_SCRIPT.test(script) || /[\\/]bin[\\/]claude$/.test(script) ? argv.slice(at + 1) : null
}

const isNative = (path: string): boolean => NATIVE_NAMES.has(baseName(path)) || VERSION_BINARY.test(path)

const baseName = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)

/**
 * The daemon starts a background session by the binary's real path with its session's id; people and launchers start it
 * by the `claude` link. The registry says it for certain (`kind`); this is for when there is no registry entry.
 */
function isBackground(process: ProcessInfo, exe: string, args: readonly string[]): boolean {
  const program = process.argv[0] ?? ''
  // A runtime's own path says nothing: `node cli.js --session-id` is somebody's terminal.
  const byRealPath = isNative(exe) && program === exe && baseName(program) !== 'claude'
  return byRealPath && (args[0] === '--session-id' || args[0] === '--resume')
}
