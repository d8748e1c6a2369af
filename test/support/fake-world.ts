// The world around a command, kept in memory: what it printed, the doors it went through, a clock that only a test moves.
import type { ControlPlane } from '../../src/api/control-plane.ts'
import type { Screen } from '../../src/cli/context.ts'
import type { Doors } from '../../src/cli/doors.ts'
import { run, type World } from '../../src/cli/run.ts'
import { COMMANDS } from '../../src/cli/commands.ts'
import { AppError } from '../../src/core/errors.ts'
import type { Clock } from '../../src/core/machine/clock.ts'
import { FakeControlPlane } from './fake-control-plane.ts'
import { gitHookAnswer } from './claim-samples.ts'
import { ManualClock } from './manual-clock.ts'
import { exportAnswer, hooksAnswer, samples, statuslineAnswer, uninstallAnswer, verifyAnswer } from './sample-answers.ts'

export interface FakeWorldOptions {
  /** null: nobody listens on the socket. */
  readonly daemon?: ControlPlane | null
  readonly local?: ControlPlane
  readonly doors?: Partial<Doors>
  readonly screen?: Partial<Screen>
  readonly variables?: Readonly<Record<string, string>>
  readonly version?: string
  readonly clock?: Clock
  /** What a person types when asked; null = nobody is there. */
  readonly typed?: string | null
  readonly stdin?: string
}

/** As the socket client fails when no daemon runs. */
export const nobodyThere = (): AppError => new AppError('daemon_unreachable', 'the daemon is not running; start it with: purser up', { cause: Object.assign(new Error('connect ENOENT'), { code: 'ENOENT' }) })

export const absentDaemon = (): ControlPlane => ({ call: async () => { throw nobodyThere() }, close: async () => undefined })

// 16:12 in Paris on the day of the samples.
export const SAMPLE_NOW = Date.UTC(2026, 10, 21, 15, 12)

export class FakeWorld {
  out = ''
  err = ''
  readonly asked: string[] = []
  readonly opened: string[] = []
  readonly stop = new AbortController()
  readonly world: World

  constructor(options: FakeWorldOptions = {}) {
    const screen: Screen = { columns: Infinity, tty: false, colour: false, unicode: true, ...options.screen }
    const clock = options.clock ?? new ManualClock(SAMPLE_NOW)
    const opened = <T>(what: string, value: T): T => {
      this.opened.push(what)
      return value
    }
    const doors: Doors = {
      machine: async () => ({
        clock, version: () => options.version ?? '0.1.0', asker: () => ({ pid: 4242, startTime: '395962' }),
        places: { configFile: '/home/ada/.config/purser/config.toml', state: '/home/ada/.local/state/purser', locks: '/home/ada/.local/state/purser/locks', socket: '/run/user/1000/purser/purser.sock', log: '/home/ada/.local/state/purser/purser.log' },
      }),
      socket: () => opened('socket', options.daemon === null ? absentDaemon() : options.daemon ?? new FakeControlPlane()),
      inProcess: async () => opened('in-process', options.local ?? new FakeControlPlane()),
      daemon: async () => opened('daemon', 0),
      detach: async () => opened('detach', { pid: 77, exited: new Promise<number>(() => undefined) }),
      hooks: async () => opened('hooks', hooksAnswer),
      top: async ({ user }) => opened(`top for ${user}`, 0),
      statusline: async ({ body }) => opened('statusline', `line for ${body}\n`),
      statuslineSetup: async request => opened(`statusline ${request.verb} ${request.scope}`, statuslineAnswer),
      hook: async () => opened('hook', { exitCode: 0, stdout: '', stderr: '' }),
      demo: async () => opened('demo', 0),
      attach: async ({ argv }) => opened(`attach ${argv.join(' ')}`, 0),
      guard: async ({ names, program, args }) => opened(`guard ${names.join(' ')}: ${[program, ...args].join(' ')}`, { did: 'run', exit: 0, lost: null }),
      gitHook: async ({ verb }) => opened(`git-hook ${verb}`, gitHookAnswer),
      mcp: async ({ folder, version }) => opened(`mcp ${version} in ${folder}`, 0),
      staged: async () => opened('staged', { root: '/home/ada/src/web-app', branch: 'main', files: ['/home/ada/src/web-app/src/a.ts'] }),
      run: async ({ program, args }) => opened(`run ${[program, ...args].join(' ')}`, { did: 'run', exit: 0, summary: null }),
      checkConfig: async () => opened('check-config', samples['config.check']),
      verifyLedger: async () => opened('verify-ledger', verifyAnswer),
      exportLedger: async () => opened('export-ledger', exportAnswer),
      uninstall: async () => opened('uninstall', uninstallAnswer),
      ...options.doors,
    }
    this.world = {
      out: text => { this.out += text }, err: text => { this.err += text }, outScreen: screen, errScreen: screen,
      environment: { home: '/home/ada', platform: 'linux', variables: options.variables ?? {} },
      folder: '/home/ada/src/web-app', user: 'ada', self: { node: '/usr/bin/node', script: '/opt/purser/cli.cjs' }, doors,
      interrupted: () => this.stop.signal,
      ask: async question => {
        this.asked.push(question)
        return options.typed ?? null
      },
      input: async () => options.stdin ?? '',
    }
  }

  /** Runs one command line, split at blanks; resolves with its exit code. */
  run(...argv: readonly string[]): Promise<number> {
    const words = argv.length === 1 ? (argv[0] as string).split(' ').filter(word => word !== '') : argv
    return run(words, this.world, COMMANDS)
  }
}
