// Programs that are never signalled, whatever an agent adapter believes: where agents live, not agents. A second fence
// behind the adapter's own judgement, since a wrong signal here takes all of a person's work with it.
import type { ProcessInfo } from '../machine/process-table.ts'

const MULTIPLEXERS = new Set(['tmux', 'screen', 'zellij', 'dtach', 'abduco', 'byobu'])
const SHELLS = new Set(['sh', 'bash', 'zsh', 'fish', 'dash', 'ash', 'ksh', 'csh', 'tcsh', 'nu', 'pwsh', 'elvish', 'xonsh', 'busybox', 'login', 'su', 'sudo', 'doas'])
const HOSTS = new Set([
  'code', 'code-insiders', 'code-server', 'codium', 'cursor', 'windsurf', 'zed', 'zed-editor', 'electron', 'idea', 'webstorm', 'pycharm', 'emacs', 'nvim', 'vim',
  'sshd', 'systemd', 'launchd', 'dbus-daemon', 'gnome-terminal-server', 'konsole', 'kitty', 'alacritty', 'wezterm-gui', 'ghostty', 'iterm2', 'terminal', 'warp',
])
// VS Code and its kin name their children: `Code Helper (Plugin)` is the extension host.
const HOST_HELPER = / helper( \([a-z]+\))?$/
const EXTENSION_HOST = /^--type=extensionhost$|^--node-ipc$|[/\\](?:extensionHostProcess|bootstrap-fork)(?:\.js)?$/i

/** What kind of bystander it is, in words; '' when it is none. */
export function bystander(process: ProcessInfo): string {
  const name = baseName(process.exe).toLowerCase()
  if (process.name.startsWith('tmux:') || MULTIPLEXERS.has(name) || MULTIPLEXERS.has(process.name)) return 'a terminal multiplexer'
  if (isLoginShell(process)) return 'a login shell'
  if (SHELLS.has(name)) return 'a shell'
  if (HOSTS.has(name) || HOST_HELPER.test(name) || process.argv.slice(1).some(argument => EXTENSION_HOST.test(argument))) return 'an editor, terminal or IDE extension host'
  return ''
}

/** login(1) and terminals mark a login shell by a leading dash; nothing else is started that way. */
export const isLoginShell = (process: ProcessInfo): boolean => process.argv[0]?.startsWith('-') === true

/**
 * Descendants of a target are its tools, and a tool runs in a shell: a plain shell below an agent may be ended with it.
 * A multiplexer, a login shell or an editor that was started from there is someone's seat and may not.
 */
export function spared(process: ProcessInfo): string {
  const kind = bystander(process)
  return kind === 'a shell' ? '' : kind
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
