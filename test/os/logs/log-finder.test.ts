import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import type { Finding } from '../../../src/core/tailing/scan.ts'
import { createLogFinder, type FinderOptions } from '../../../src/os/logs/log-finder.ts'

let base: string, home: string
beforeEach(() => {
  base = realpathSync(mkdtempSync(path.join(tmpdir(), 'purser-find-')))
  home = path.join(base, 'home')
  mkdirSync(home)
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const optionsFor = (over: Partial<FinderOptions> = {}, variables: Record<string, string> = {}): FinderOptions =>
  ({ adapters: KNOWN_AGENTS, environment: { home, platform: 'linux', variables }, extraRoots: [], allowOutsideHome: false, maxFiles: 0, ...over })
const find = (over: Partial<FinderOptions> = {}, variables: Record<string, string> = {}): Finding => createLogFinder(optionsFor(over, variables)).find()

/** Writes a log below the home (or at an absolute path); `age` in seconds orders them. */
function put(relative: string, age = 0): string {
  const file = path.resolve(home, relative)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, '{}\n')
  utimesSync(file, 1_800_000_000 - age, 1_800_000_000 - age)
  return file
}

describe('finding logs', () => {
  it('knows every root and every shape, with the account of each', () => {
    put('.claude/projects/-w/s1.jsonl', 1)
    put('.claude/projects/-w/s1/subagents/agent-a1.jsonl', 2)
    put('.claude/projects/-w/s1/subagents/workflows/run/agent-a2.jsonl', 3)
    put('.config/claude/projects/-w/s2.jsonl', 4)
    put('.claude-work/projects/-w/s3.jsonl', 5)
    put('.config/Claude/local-agent-mode-sessions/u/x/local_1/.claude/projects/-w/s4.jsonl', 6)
    put('.claude/projects/-w/s1/subagents/agent-a1.meta.json')
    put('.claude/history.jsonl')
    const { logs, ...rest } = find({}, { CLAUDE_CONFIG_DIR: path.join(home, '.claude-work') })
    expect(logs.map(log => [path.relative(home, log.path), log.account, log.place.session, log.place.subagent])).toEqual([
      ['.claude/projects/-w/s1.jsonl', '~/.claude', 's1', ''],
      ['.claude/projects/-w/s1/subagents/agent-a1.jsonl', '~/.claude', 's1', 'a1'],
      ['.claude/projects/-w/s1/subagents/workflows/run/agent-a2.jsonl', '~/.claude', 's1', 'a2'],
      ['.config/claude/projects/-w/s2.jsonl', '~/.config/claude', 's2', ''],
      ['.claude-work/projects/-w/s3.jsonl', '~/.claude-work', 's3', ''],
      ['.config/Claude/local-agent-mode-sessions/u/x/local_1/.claude/projects/-w/s4.jsonl', '~/.config/Claude', 's4', ''],
    ])
    expect(rest).toMatchObject({ waiting: 0, refused: [], unreadable: [], links: 0 })
  })

  it('finds nothing, and nothing wrong, where no agent ever ran', () => {
    expect(find()).toEqual({ logs: [], waiting: 0, roots: [], rootsOf: [], refused: [], unreadable: [], links: 0 })
  })

  it('follows the most recently written when told to follow only some, and says how many wait', () => {
    for (const [n, name] of ['zzz', 'aaa', 'mmm', 'bbb'].entries()) put(`.claude/projects/-w/${name}.jsonl`, n)
    const { logs, waiting } = find({ maxFiles: 2 })
    expect(logs.map(log => log.place.session)).toEqual(['zzz', 'aaa'])
    expect(waiting).toBe(2)
  })
})

describe('links', () => {
  it('below a root are not followed, and are counted', () => {
    const outside = put(path.join(base, 'outside', 'secret.jsonl'))
    put('.claude/projects/-w/s1.jsonl')
    symlinkSync(outside, path.join(home, '.claude/projects/-w/s2.jsonl'))
    symlinkSync(path.dirname(outside), path.join(home, '.claude/projects/-x'))
    symlinkSync(path.join(home, '.claude/projects'), path.join(home, '.claude/projects/-loop'))
    const { logs, links } = find()
    expect(logs.map(log => log.place.session)).toEqual(['s1'])
    expect(links).toBe(3)
  })

  it('that are a root are resolved once: two names of a folder are one root', () => {
    put('data/claude/projects/-w/s1.jsonl')
    symlinkSync(path.join(home, 'data', 'claude'), path.join(home, '.claude'))
    symlinkSync(path.join(home, 'data', 'claude'), path.join(home, 'alias'))
    const { logs, roots } = find({}, { CLAUDE_CONFIG_DIR: path.join(home, 'alias') })
    expect(roots).toEqual([path.join(home, 'data/claude/projects')])
    expect(logs.map(log => [log.path, log.account])).toEqual([[path.join(home, 'data/claude/projects/-w/s1.jsonl'), '~/alias']])
  })

  it('that let two accounts share their projects leave the account unknown', () => {
    put('.claude/projects/-w/s1.jsonl')
    mkdirSync(path.join(home, '.claude-two'))
    symlinkSync(path.join(home, '.claude/projects'), path.join(home, '.claude-two/projects'))
    expect(find({}, { CLAUDE_CONFIG_DIR: path.join(home, '.claude-two') }).logs.map(log => log.account)).toEqual([''])
  })
})

describe('roots outside the home', () => {
  it('are refused with what to type, also when a default leads there', () => {
    put(path.join(base, 'srv', 'projects', '-w', 's1.jsonl'))
    put(path.join(base, 'homely', 'projects', '-w', 's2.jsonl'))
    symlinkSync(path.join(base, 'srv'), path.join(home, '.claude'))
    const { logs, refused } = find({ extraRoots: [path.join(base, 'homely')] })
    expect(logs).toEqual([])
    expect(refused.map(each => each.why)).toEqual([
      `${path.join(home, '.claude/projects')} leads to ${path.join(base, 'srv/projects')}, outside your home; to read it set allow_outside_home = true under [logs]`,
      `${path.join(base, 'homely/projects')} lies outside your home; to read it set allow_outside_home = true under [logs]`,
    ])
  })

  it('are read when the user allows it', () => {
    put(path.join(base, 'srv', 'projects', '-w', 's1.jsonl'))
    expect(find({ extraRoots: [path.join(base, 'srv')], allowOutsideHome: true }).logs.map(log => log.place.session)).toEqual(['s1'])
  })

  it('are all there is when no home is known', () => {
    put('.claude/projects/-w/s1.jsonl')
    const environment = { home: '', platform: 'linux' as const, variables: { CLAUDE_CONFIG_DIR: path.join(home, '.claude') } }
    expect(find({ environment })).toMatchObject({ logs: [], refused: [{ path: path.join(home, '.claude/projects') }] })
  })
})

describe('extra roots', () => {
  it('are a config home or its projects folder, with ~ for the home', () => {
    put('backup/projects/-w/s1.jsonl', 1)
    put('container/projects/-w/s2.jsonl', 2)
    put('loose/-w/s3.jsonl', 3)
    const { logs } = find({ extraRoots: ['~/backup', path.join(home, 'container/projects'), '~/loose'] })
    expect(logs.map(log => [log.place.session, log.account])).toEqual([['s1', '~/backup'], ['s2', path.join(home, 'container')], ['s3', '~/loose']])
  })

  it('that do not exist are named, since somebody typed them', () => {
    expect(find({ extraRoots: ['~/typo'] }).unreadable).toEqual([{ path: '~/typo', code: 'ENOENT' }])
  })

  it('within another root bring nothing twice', () => {
    put('.claude/projects/-w/s1.jsonl')
    expect(find({ extraRoots: ['~/.claude', '~/.claude/projects/-w'] }).logs).toHaveLength(1)
  })
})

describe('what cannot be looked at', () => {
  // Permissions bind no superuser: there a file in a folder's place stands for what cannot be listed.
  const isRoot = process.getuid?.() === 0

  it('is noted, and the others are found', () => {
    put('.claude/projects/-w/s1.jsonl')
    if (isRoot) {
      mkdirSync(path.join(home, '.config/claude'), { recursive: true })
      writeFileSync(path.join(home, '.config/claude/projects'), '')
    } else {
      put('.config/claude/projects/-w/s2.jsonl')
      chmodSync(path.join(home, '.config/claude/projects/-w'), 0)
    }
    const { logs, unreadable } = find()
    if (!isRoot) chmodSync(path.join(home, '.config/claude/projects/-w'), 0o700)
    expect(logs.map(log => log.place.session)).toEqual(['s1'])
    expect(unreadable).toMatchObject([{ code: isRoot ? 'ENOTDIR' : 'EACCES' }])
  })

  it('is not gone: only what is missing from a root that can be listed is', () => {
    const file = put('.claude/projects/-w/s1.jsonl'), root = path.join(home, '.claude/projects')
    const finder = createLogFinder(optionsFor())
    expect(finder.isGone({ path: file, root })).toBe(false)
    rmSync(file)
    expect(finder.isGone({ path: file, root })).toBe(true)
    expect(finder.isGone({ path: file, root: path.join(home, 'unmounted') })).toBe(false)
  })
})

describe('large trees', () => {
  it('are walked to a bounded depth', () => {
    const deep = Array.from({ length: 40 }, (_, n) => `d${n}`)
    put(['.claude/projects', ...deep, 's.jsonl'].join('/'))
    put('.claude/projects/-w/s1.jsonl')
    expect(find().logs.map(log => log.place.session)).toEqual(['s1'])
  })
})
