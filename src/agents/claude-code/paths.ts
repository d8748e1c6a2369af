// Where Claude Code keeps its logs, for every way it is installed. Candidates only: whether they exist is os/'s business.
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import type { LogRoot } from '../../core/sessions/log-source.ts'

const PROJECTS = 'projects'
// `<session>/.claude/projects` lies a few folders below; eight is as deep as any version has put it.
const DESKTOP_DEPTH = 8
// The package's own folders come first: Packages/Claude_<publisher>/LocalCache/Roaming/Claude/local-agent-mode-sessions.
const MSIX_DEPTH = DESKTOP_DEPTH + 5

/**
 * Every folder that may hold this user's logs: each entry of CLAUDE_CONFIG_DIR and, always, the two default homes (which
 * shell started us must not decide whose spend is seen), then the desktop app's agent sessions.
 */
export function logRoots(environment: Environment): readonly LogRoot[] {
  const { home, platform, variables } = environment
  const separator = platform === 'win32' ? '\\' : '/'
  const under = (...parts: string[]): string => parts.join(separator)
  const configured = (variables['CLAUDE_CONFIG_DIR'] ?? '').split(',').map(entry => trimmed(expandHome(entry.trim(), home))).filter(entry => entry !== '')
  const homes = [...configured, under(variables['XDG_CONFIG_HOME'] || under(home, '.config'), 'claude'), under(home, '.claude')]
  const roots = [...new Set(homes)].map(configHome => rootOf(configHome, environment, under))
  return [...roots, ...desktopRoots(environment, under)]
}

type Join = (...parts: string[]) => string

/** An entry may be a config home or, as other tools allow, its projects folder itself. */
function rootOf(entry: string, environment: Environment, under: Join): LogRoot {
  const isProjects = /[\\/]projects$/.test(entry)
  const configHome = isProjects ? entry.slice(0, -PROJECTS.length - 1) : entry
  return { path: isProjects ? entry : under(entry, PROJECTS), account: accountOf(configHome, environment.home), configHome }
}

function desktopRoots({ home, platform, variables }: Environment, under: Join): LogRoot[] {
  const inside = (configHome: string): LogRoot => ({
    path: under(configHome, 'local-agent-mode-sessions'), account: accountOf(configHome, home), configHome, nested: { folder: PROJECTS, depth: DESKTOP_DEPTH },
  })
  switch (platform) {
    case 'darwin': return [inside(under(home, 'Library', 'Application Support', 'Claude'))]
    case 'linux': return [inside(under(variables['XDG_CONFIG_HOME'] || under(home, '.config'), 'Claude'))]
    case 'win32': {
      const packages = under(variables['LOCALAPPDATA'] || under(home, 'AppData', 'Local'), 'Packages')
      return [
        inside(under(variables['APPDATA'] || under(home, 'AppData', 'Roaming'), 'Claude')),
        { path: packages, account: accountOf(under(packages, 'Claude'), home), configHome: packages, nested: { folder: PROJECTS, depth: MSIX_DEPTH, first: 'claude' } },
      ]
    }
  }
}

/** The config home as the user writes it: `~/.claude`. */
export function accountOf(configHome: string, home: string): string {
  const below = configHome.slice(home.length)
  return configHome.startsWith(home) && /^[\\/]/.test(below) && home !== '' ? `~${below}` : configHome
}

const expandHome = (entry: string, home: string): string => (entry === '~' || /^~[\\/]/.test(entry) ? home + entry.slice(1) : entry)
const trimmed = (entry: string): string => (entry.length > 1 ? entry.replace(/[\\/]+$/, '') : entry)
