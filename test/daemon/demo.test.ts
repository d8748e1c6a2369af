// `purser demo` for real: the built command, its own daemon, its own agent processes, real signals. Meanwhile a process
// that looks like somebody's agent runs beside it, and a person's own purser, armed and locked, lies in the home.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { saveWorkFrom } from '../../src/core/enforcement/save-work.ts'
import { systemClock } from '../../src/os/clock.ts'
import { projectLocks } from '../../src/os/files/lock-files.ts'
import { lastingLock } from '../support/a-lock.ts'
import { builtPackage, type BuiltPackage } from '../support/built-package.ts'
import { startDecoy, type Decoy } from '../support/decoy.ts'
import { tempHome } from '../support/home.ts'
import { runDemo, runHome, snapshot, type Run, type RunHome } from './demo-run.ts'

const NOBODY = 65_534
const linux = process.platform === 'linux'
const isRoot = process.getuid?.() === 0
const nobodyCanRun = isRoot && spawnSync(process.execPath, ['-e', ''], { uid: NOBODY, gid: NOBODY, env: {} }).status === 0

const place = tempHome('demo-package')
let purser: BuiltPackage
let decoy: Decoy
const homes: RunHome[] = []
const aHome = (name: string, uid?: number): RunHome => {
  const home = runHome(name, uid)
  homes.push(home)
  return home
}

/** A home whose owner uses purser: hooks, a budget, armed, and a lock on everything. */
function aPersonsHome(): { home: RunHome; variables: Record<string, string> } {
  const home = aHome('person')
  const state = join(home.path, 'own-state')
  const variables = { PURSER_STATE: state, PURSER_CONFIG: join(home.path, 'own.toml'), PURSER_RUNTIME: join(home.path, 'own-run'), CLAUDE_CONFIG_DIR: join(home.path, '.claude-work'), XDG_CONFIG_HOME: join(home.path, 'xdg') }
  for (const argv of [['budget', 'set', 'mine', '--limit', '0', '--on-breach', 'terminate'], ['hooks', 'install'], ['arm']]) {
    execFileSync(process.execPath, [purser.cli, ...argv], { env: { ...home.env, ...variables }, cwd: home.path, stdio: 'pipe' })
  }
  mkdirSync(join(home.path, '.claude-work', 'projects', '-x'), { recursive: true })
  writeFileSync(join(home.path, '.claude-work', 'projects', '-x', 's.jsonl'), '{"type":"user"}\n')
  projectLocks({ folder: join(state, 'locks'), now: systemClock.now(), markers: [], locks: [{ kind: 'lock', lock: lastingLock({ selector: {}, onBreach: 'terminate' }), roots: [], saveWork: saveWorkFrom(['none']), node: '' }] })
  return { home, variables }
}

/** The text of the lines with this subject, in order. */
const told = (run: Run, subject: string): string[] => run.output().split('\n').flatMap(line => {
  const match = /^ {0,5}\d+\.\ds {2}(.{9}\S*) (.*)$/.exec(line)
  return match?.[1]?.trim() === subject ? [match[2] ?? ''] : []
})
const agents = (run: Run): number[] => [...run.output().matchAll(/ pid (\d+) runs session/g)].map(match => Number(match[1]))

/** Is an agent of a demo running under this pid? By its command line: a pid alone may be anybody's by now. */
function runsAgent(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('/purser-demo-')
  } catch {
    return false
  }
}

let run: Run, asNobody: Run | undefined
let person: ReturnType<typeof aPersonsHome>
let before: Record<string, string>, beside: Record<string, string>

beforeAll(async () => {
  purser = await builtPackage(place.path)
  decoy = await startDecoy(join(place.path, 'decoy'))
  person = aPersonsHome()
  before = snapshot(person.home.path)
  beside = snapshot(place.path)
  run = runDemo(purser.cli, person.home, { variables: person.variables })
  if (nobodyCanRun) asNobody = runDemo(purser.cli, aHome('nobody', NOBODY), { uid: NOBODY })
  await Promise.all([run.ended, asNobody?.ended])
})
afterAll(async () => {
  await decoy.end()
  for (const home of homes) home.remove()
  place.remove()
})

describe.runIf(linux)('purser demo', () => {
  it('tells the whole story and ends well in under 20 seconds', async () => {
    const { code, ms } = await run.ended
    expect(code, run.output()).toBe(0)
    expect(ms).toBeLessThan(20_000)
    const subjects = ['home', 'purser', 'budget', 'hooks', 'armed', 'agent', 'ps', 'prompt', 'spent', 'lock', 'denied', 'allowed', 'SIGINT', 'SIGTERM', 'stopped', 'verify', 'relaunch', 'blocked', 'audit', 'overspent', 'released', 'ended', 'cleaned', 'end']
    const first = subjects.map(subject => run.output().search(new RegExp(`^ {0,5}\\d+\\.\\ds {2}${subject}\\b`, 'm')))
    expect(first.filter(at => at < 0), run.output()).toEqual([])
    expect(first).toEqual(first.toSorted((a, b) => a - b))
  })

  it('shows what purser counted: the tokens of the agent at the price of its model', () => {
    // claude-opus-5-5: input 4, output 20, cache read 0.20, five-minute cache write 5 dollars per million tokens.
    const responses = [[8_200, 26_000, 40_000], [7_400, 19_000, 66_000], [9_100, 16_000, 85_000], [4_000, 6_000, 101_000], [5_200, 6_400, 107_000], [300, 1_200, 113_000], [300, 1_200, 113_000]] as const
    let microDollars = 0
    const expected = responses.map(([output, written, read], index) => {
      microDollars += 12 * 4 + output * 20 + written * 5 + read / 5
      return `$${(microDollars / 1e6).toFixed(2)} of $${index === responses.length - 1 ? '2.00' : '1.00'}`
    })
    expect(told(run, 'spent').map(text => text.split('  ')[0])).toEqual(expected)
    expect(told(run, 'spent').flatMap(text => /alert: (.*)/.exec(text)?.[1] ?? [])).toEqual(['50%', '80%', '95%', '100%'])
  })

  it('locks once, denies with the budget\'s own words, and refuses the first prompt of a relaunch', () => {
    const [lock = ''] = told(run, 'lock')
    expect(lock).toMatch(/^L[0-9a-f]+: spent \$1\.12504 of \$1\.00 {2}\d+ ms after the response was logged$/)
    const id = lock.slice(0, lock.indexOf(':'))
    expect(told(run, 'lock')).toHaveLength(1)
    expect(run.output()).toMatch(/denied {4}the agent wants to run npm test; its PreToolUse hook says: {2}\d+ ms\n {18}"purser: budget demo-daily is spent: \$1\.13 of \$1\.00 today\./)
    expect(run.output()).toMatch(new RegExp(`blocked {3}its first prompt makes no request; the UserPromptSubmit hook says: {2}\\d+ ms\\n {18}"purser: budget demo-daily is spent: \\$1\\.13 of \\$1\\.00 today\\..* purser lock release ${id} `))
  })

  it('interrupts and terminates both agents by their proven identity, and their parent saw them end', () => {
    const [first, second, third] = agents(run)
    for (const signal of ['SIGINT', 'SIGTERM']) expect(told(run, signal).map(text => Number(/^to pid (\d+), /.exec(text)?.[1]))).toEqual([first, second])
    expect(told(run, 'stopped')).toEqual([first, second].map(pid => `pid ${pid} ended: exit 143, as on SIGTERM`))
    for (const because of told(run, 'SIGINT')) expect(because).toMatch(/names it session [0-9a-f-]{36}, and lock L[0-9a-f]+ \(demo-daily\) holds its scope$/)
    // Two seconds of grace were configured, and no signal came earlier.
    expect(Number(/, (\d+\.\d)s after the lock/.exec(told(run, 'SIGINT')[0] ?? '')?.[1])).toBeGreaterThanOrEqual(2)
    expect(told(run, 'ended')).toEqual([`pid ${third}, by itself (exit 0)`])
  })

  it('claims no verification that it did not wait for, and shows the real rows', () => {
    expect(told(run, 'verify')).toHaveLength(2)
    for (const text of told(run, 'verify')) expect(text).toMatch(/^running: for 15 s nothing may run session/)
    expect(run.output()).not.toContain('stayed stopped')
    const rows = [...run.output().matchAll(/^ {8}\+(\d+\.\d)s {2}(\w+) +(\S+) +(\w+) {2}/gm)].map(match => `${match[2]} ${match[4]}`)
    expect(rows).toEqual(['notify done', 'interrupt done', 'terminate done', 'verify running', 'interrupt done', 'terminate done', 'verify running'])
  })

  it('releases the lock with a reason, after which a prompt is allowed', () => {
    expect(told(run, 'released')).toEqual([expect.stringMatching(/^L[0-9a-f]+ by purser demo: "the demo is over", with \$1\.00 more for today$/)])
    expect(told(run, 'allowed').at(-1)).toMatch(/^its prompt/)
  })

  it('sees nobody but its own child, while something like a real agent runs beside it', () => {
    expect(told(run, 'ps')).toEqual([expect.stringMatching(new RegExp(`^1 agent process; pid ${agents(run)[0]} is a target: `)), '0 agent processes'])
    expect(decoy.harm()).toBe('')
  })

  it('leaves no byte changed in the home, the person\'s purser and the package, and nothing in the temporary folder', () => {
    expect(snapshot(person.home.path)).toEqual(before)
    expect(snapshot(place.path)).toEqual(beside)
    expect(run.leftovers()).toEqual([])
    expect(existsSync(/home {6}(\S+):/.exec(run.output())?.[1] ?? '/')).toBe(false)
  })

  it('leaves no process', () => {
    expect(agents(run)).toHaveLength(3)
    expect(agents(run).filter(runsAgent)).toEqual([])
  })

  it.runIf(nobodyCanRun)('does the same for a user without privileges and without any purser', async () => {
    expect((await asNobody?.ended)?.code, asNobody?.output()).toBe(0)
    expect(asNobody && told(asNobody, 'stopped')).toHaveLength(2)
    expect(asNobody?.leftovers()).toEqual([])
  })
})

describe.runIf(linux).concurrent('purser demo, cut short', () => {
  it('by Ctrl-C ends its agent, removes its home and exits with 130', async () => {
    const own = runDemo(purser.cli, aHome('ctrl-c'))
    await own.printed('  spent  ')
    own.signal('SIGINT')
    const { code } = await own.ended
    expect(code, own.output()).toBe(130)
    expect(own.leftovers()).toEqual([])
    expect(agents(own)).toHaveLength(1)
    expect(agents(own).filter(runsAgent)).toEqual([])
    expect(own.output()).not.toContain('On your own agents')
  })

  it('by SIGKILL still leaves no agent behind', async ({ expect }) => {
    const own = runDemo(purser.cli, aHome('sigkill'))
    await own.printed('  spent  ')
    const [pid = 0] = agents(own)
    expect(runsAgent(pid)).toBe(true)
    own.signal('SIGKILL')
    await own.ended
    await expect.poll(() => runsAgent(pid)).toBe(false)
  })

  it('by a damaged installation says what is missing, cleans up and exits with 1', async () => {
    const damaged = tempHome('damaged')
    try {
      const other = await builtPackage(damaged.path)
      renameSync(join(other.folder, 'dist', 'hook.sh'), join(other.folder, 'dist', 'hook.sh.away'))
      const own = runDemo(other.cli, aHome('damaged-run'))
      expect((await own.ended).code, own.output()).toBe(1)
      expect(told(own, 'failed')).toEqual([expect.stringMatching(/hook\.sh/)])
      expect(own.output()).toContain('purser doctor')
      expect(own.leftovers()).toEqual([])
    } finally {
      damaged.remove()
    }
  })

  it('by a temporary folder that cannot be written says so and what to set', async () => {
    const home = aHome('no-tmp')
    rmSync(home.tmp, { recursive: true })
    const own = runDemo(purser.cli, home)
    expect((await own.ended).code).toBe(1)
    expect(told(own, 'failed')).toEqual([expect.stringMatching(/^cannot make a temporary folder in .*; set TMPDIR to a folder of your own$/)])
  })
})
