import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sessionLogs } from '../../../src/agents/claude-code/adapter.ts'
import { windowAt } from '../../../src/core/budgets/window.ts'
import { zoneValid } from '../../../src/core/budgets/zone.ts'
import type { Environment } from '../../../src/core/sessions/agent-adapter.ts'
import { DAY_MS, instant, MINUTE_MS } from '../../../src/core/time.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { buildStage, BUDGET, zoneFarFromMidnight, type Stage } from '../../../src/daemon/demo/stage.ts'
import { placesFor } from '../../../src/os/paths.ts'
import { gitProjects } from '../../../src/os/projects.ts'
import { tempHome } from '../../support/home.ts'

const NOON = instant(Date.UTC(2026, 10, 21, 12))
let home: ReturnType<typeof tempHome>
const before = process.env['TMPDIR']
beforeEach(() => {
  home = tempHome('stage')
  mkdirSync(join(home.path, 'tmp'))
  writeFileSync(join(home.path, 'demo-agent.cjs'), '')
  process.env['TMPDIR'] = join(home.path, 'tmp')
})
afterEach(() => {
  process.env['TMPDIR'] = before
  home.remove()
})

const CALLERS: Environment = { home: '/home/ada', platform: 'linux', variables: {
  HOME: '/home/ada', PATH: '/usr/bin', PURSER_STATE: '/home/ada/state', PURSER_CONFIG: '/home/ada/c.toml', PURSER_RUNTIME: '/home/ada/run', PURSER_CRASH_AT: 'ingest.before-commit',
  CLAUDE_CONFIG_DIR: '/home/ada/.claude-work', XDG_STATE_HOME: '/home/ada/x', ANTHROPIC_API_KEY: 'sk-ant-1234567890', CLAUDECODE: '1', CLAUDE_PID: '77', NODE_OPTIONS: '--inspect',
} }
const stage = (): Stage => buildStage({ environment: CALLERS, now: NOON, systemZone: 'Europe/Paris', agentProgram: join(home.path, 'demo-agent.cjs') })

describe('the stage of the demo', () => {
  it('has every place of purser and of the agent below its root', () => {
    const { root, environment, project, agentScript } = stage()
    const { home: house, configFile, state, runtime, socket, log } = placesFor(environment.variables)
    const roots = sessionLogs.roots(environment).map(each => each.path)
    for (const place of [house, configFile, state, runtime, socket, log, project, agentScript, ...roots]) expect(place).toSatisfy((path: string) => path === root || path.startsWith(`${root}/`))
    expect(root.startsWith(`${join(home.path, 'tmp')}/purser-demo-`)).toBe(true)
  })

  it('takes nothing of the caller along but where programs and words are', () => {
    const { environment } = stage()
    expect(environment.variables.PATH).toBe('/usr/bin')
    expect(Object.keys(environment.variables).sort()).toEqual(['HOME', 'LANG', 'PATH', 'TERM', 'TMPDIR', 'XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR', 'XDG_STATE_HOME'])
    expect(JSON.stringify(environment)).not.toContain('ada')
  })

  it('is nobody else\'s business', () => {
    expect(statSync(stage().root).mode & 0o777).toBe(0o700)
  })

  it('is a configuration that purser accepts and a repository of its own, whatever it lies in', () => {
    mkdirSync(join(home.path, '.git'))
    const { environment, project } = stage()
    const { configFile } = placesFor(environment.variables)
    const { settings } = loadConfig(readFileSync(configFile, 'utf8'), configFile, { systemZone: 'UTC', home: environment.home })
    expect(settings.budgets.map(({ id, graceMs }) => [id, graceMs])).toEqual([[BUDGET, 2_000]])
    expect(gitProjects().at(project)).toEqual({ project, worktree: project, branch: 'main' })
  })

  it('vanishes whole, and only once', () => {
    const { root, remove } = stage()
    remove()
    expect(existsSync(root)).toBe(false)
    remove()
    expect(readdirSync(join(home.path, 'tmp'))).toEqual([])
  })

  it('leaves nothing behind when it cannot be built', () => {
    expect(() => buildStage({ environment: CALLERS, now: NOON, systemZone: 'UTC', agentProgram: home.path })).toThrow(/EISDIR|directory/)
    expect(readdirSync(join(home.path, 'tmp'))).toEqual([])
  })

  it('says what is missing and what to type', () => {
    expect(() => buildStage({ environment: CALLERS, now: NOON, systemZone: 'UTC', agentProgram: join(home.path, 'none.cjs') })).toThrow(/none\.cjs is missing; build it: npm run build/)
    process.env['TMPDIR'] = join(home.path, 'nowhere')
    expect(() => stage()).toThrow(/cannot make a temporary folder in .*nowhere: .*set TMPDIR/)
  })

  it('fits a socket into its path where the temporary folder is deep', () => {
    const deep = join(home.path, 'tmp', 'd'.repeat(70))
    mkdirSync(deep)
    process.env['TMPDIR'] = deep
    const { root, environment, remove } = stage()
    try {
      expect(Buffer.byteLength(placesFor(environment.variables).socket)).toBeLessThanOrEqual(103)
      expect(root.startsWith(deep)).toBe(false)
    } finally {
      remove()
    }
  })
})

describe('the day of the demo', () => {
  it('never ends while it runs, at any minute and in any zone', () => {
    for (const zone of ['UTC', 'Europe/Paris', 'Asia/Kolkata', 'Pacific/Apia', 'America/St_Johns']) {
      for (let minute = 0; minute < DAY_MS; minute += MINUTE_MS) {
        const now = instant(NOON + minute)
        const chosen = zoneFarFromMidnight(zone, now)
        const { end } = windowAt('day', chosen, now)
        if (end === null || end - now <= 2 * MINUTE_MS || !zoneValid(chosen)) expect.fail(`${zone} at ${new Date(now).toISOString()} gave ${chosen}`)
      }
    }
  })

  it('is the caller\'s own unless it is nearly over', () => {
    expect(zoneFarFromMidnight('Europe/Paris', NOON)).toBe('Europe/Paris')
    const nearly = instant(Date.UTC(2026, 10, 21, 22, 59, 30))
    expect(zoneFarFromMidnight('Europe/Paris', nearly)).toBe('Etc/GMT+10')
    expect(new Intl.DateTimeFormat('en-GB', { timeZone: 'Etc/GMT+10', hour: '2-digit', hourCycle: 'h23' }).format(nearly)).toBe('12')
    expect(zoneFarFromMidnight('Pacific/Auckland', instant(Date.UTC(2026, 10, 22, 10, 59, 30)))).toBe('Etc/GMT-2')
  })
})
