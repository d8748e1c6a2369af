// Where a user's programs keep their things, on each platform, and how a home is named as an account. Shared by adapters;
// what lies below belongs to the agent.
import type { Environment } from '../core/sessions/agent-adapter.ts'

/** The parts as one path in the platform's own writing. */
export const joined = ({ platform }: Environment, ...parts: readonly string[]): string => parts.join(platform === 'win32' ? '\\' : '/')

/** A home as the user writes it, `~/.claude`: the name of the account whose logs lie in it. */
export function accountOf(configHome: string, home: string): string {
  const below = configHome.slice(home.length)
  return configHome.startsWith(home) && /^[\\/]/.test(below) && home !== '' ? `~${below}` : configHome
}

/** The folders a variable names (a comma list; `~` is the home), then the others, each once and without a slash at its end. */
export function homesOf({ home, variables }: Environment, variable: string, ...others: readonly string[]): readonly string[] {
  const named = (variables[variable] ?? '').split(',').map(entry => trimmed(expandHome(entry.trim(), home))).filter(entry => entry !== '')
  return [...new Set([...named, ...others])]
}

/** The XDG data folders: where the variable points and always the default, since the shell that started us must not decide. */
export const dataHomes = (environment: Environment, ...below: readonly string[]): readonly string[] =>
  homesOf(environment, 'XDG_DATA_HOME', joined(environment, environment.home, '.local', 'share')).map(folder => joined(environment, folder, ...below))

/** The folder a desktop application keeps its data in: Application Support, AppData/Roaming, or ~/.config. */
export function applicationData(environment: Environment): string {
  const { home, platform, variables } = environment
  switch (platform) {
    case 'darwin': return joined(environment, home, 'Library', 'Application Support')
    case 'win32': return variables['APPDATA'] || joined(environment, home, 'AppData', 'Roaming')
    case 'linux': return variables['XDG_CONFIG_HOME'] || joined(environment, home, '.config')
  }
}

const expandHome = (entry: string, home: string): string => (entry === '~' || /^~[\\/]/.test(entry) ? home + entry.slice(1) : entry)
const trimmed = (entry: string): string => (entry.length > 1 ? entry.replace(/[\\/]+$/, '') : entry)
