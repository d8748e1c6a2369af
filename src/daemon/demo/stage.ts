// The temporary home a demonstration happens in: folders, a repository, a configuration, and the agent where npm would
// have put a client. Everything the demonstration writes lies below its root, and goes with it.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { windowAt } from '../../core/budgets/window.ts'
import { AppError, messageOf } from '../../core/errors.ts'
import type { Environment } from '../../core/sessions/agent-adapter.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from '../../core/time.ts'

export interface Stage {
  /** The home: `/tmp/purser-demo-8fK2qa`. */
  readonly root: string
  /** What the daemon, the hooks and the agent are given instead of the caller's environment. */
  readonly environment: Environment
  readonly project: string
  /** The agent's program; its path is one by which Claude Code is recognised. */
  readonly agentScript: string
  /** Removes the root and everything below it. Safe to call twice. */
  remove(): void
}

export const BUDGET = 'demo-daily'
export const LIMIT = '1.00'
/** From the lock to the first signal: long enough to see the hook deny, short enough to watch. */
export const GRACE = '2s'

// A unix socket's path holds 103 bytes everywhere; `/purser-demo-8fK2qa/run/purser/purser.sock` takes 42 of them.
const BASE_BYTES_MAX = 60
// A day that ends while the demonstration runs would end its lock too.
const DAY_LEFT_MIN_MS = 2 * MINUTE_MS

export interface StageFacts {
  /** Of the caller; nothing of it reaches the stage but where programs are found. */
  readonly environment: Environment
  readonly now: Instant
  readonly systemZone: string
  /** The built program of the agent. */
  readonly agentProgram: string
}

export function buildStage(facts: StageFacts): Stage {
  if (!existsSync(facts.agentProgram)) throw new AppError('unavailable', `${facts.agentProgram} is missing; build it: npm run build`)
  const root = madeRoot()
  const remove = (): void => rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  try {
    return { root, remove, environment: environmentIn(root, facts.environment), ...furnish(root, facts) }
  } catch (error) {
    remove()
    throw error
  }
}

function madeRoot(): string {
  try {
    const wanted = realpathSync(tmpdir())
    return mkdtempSync(join(Buffer.byteLength(wanted) > BASE_BYTES_MAX && existsSync('/tmp') ? realpathSync('/tmp') : wanted, 'purser-demo-'))
  } catch (cause) {
    throw new AppError('unavailable', `cannot make a temporary folder in ${tmpdir()}: ${messageOf(cause)}; set TMPDIR to a folder of your own`, { cause })
  }
}

/** Picked by name, so that nothing of the caller's agents, configuration or purser can come along. */
function environmentIn(root: string, { platform, variables }: Environment): Environment {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', LANG = 'C.UTF-8', TERM = 'dumb' } = variables
  return {
    home: root, platform,
    variables: {
      HOME: root, PATH, LANG, TERM, TMPDIR: join(root, 'tmp'),
      XDG_CONFIG_HOME: join(root, '.config'), XDG_STATE_HOME: join(root, '.local', 'state'), XDG_RUNTIME_DIR: join(root, 'run'),
    },
  }
}

function furnish(root: string, { now, systemZone, agentProgram }: StageFacts): Pick<Stage, 'project' | 'agentScript'> {
  const project = join(root, 'src', 'night-shift'), client = join(root, 'lib', 'node_modules', '@anthropic-ai', 'claude-code')
  for (const folder of ['tmp', 'run', '.claude/projects', '.config/purser']) mkdirSync(join(root, folder), { recursive: true, mode: 0o700 })
  // As much of a repository as tells the project and the branch.
  mkdirSync(join(project, '.git'), { recursive: true })
  writeFileSync(join(project, '.git', 'HEAD'), 'ref: refs/heads/main\n')
  mkdirSync(client, { recursive: true })
  writeFileSync(join(client, 'package.json'), '{"name":"purser-demo-agent","private":true,"type":"commonjs"}\n')
  const agentScript = join(client, 'cli.js')
  copyFileSync(agentProgram, agentScript)
  const zone = zoneFarFromMidnight(systemZone, now)
  writeFileSync(join(root, '.config', 'purser', 'config.toml'), `zone = "${zone}"\n\n[[budget]]\nid = "${BUDGET}"\nlimit = "${LIMIT}"\ngrace = "${GRACE}"\n`, { mode: 0o600 })
  return { project, agentScript }
}

/** The system's own zone, or one where it is about noon when the day is about to end there. */
export function zoneFarFromMidnight(systemZone: string, now: Instant): string {
  const { end } = windowAt('day', systemZone, now)
  if (end !== null && end - now > DAY_LEFT_MIN_MS) return systemZone
  const hour = Math.floor((now % DAY_MS) / HOUR_MS)
  const ahead = 12 - hour
  // POSIX counts these westward: Etc/GMT-3 is three hours ahead of UTC.
  return ahead === 0 ? 'UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`
}
