import { chmodSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommandResult } from '../../src/core/machine/notifier.ts'
import { askThrough, collectMachineFacts, type DoctorSources } from '../../src/os/doctor-facts.ts'

let root = ''
let servers: Server[] = []
beforeEach(() => { root = realpathSync(mkdtempSync(join(tmpdir(), 'purser-doctor-'))) })
afterEach(async () => {
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  servers = []
  rmSync(root, { recursive: true, force: true })
})

const at = (...parts: string[]): string => join(root, ...parts)
function put(path: string, text: string, mode = 0o600): string {
  mkdirSync(dirname(at(path)), { recursive: true })
  writeFileSync(at(path), text)
  chmodSync(at(path), mode)
  return at(path)
}
function link(path: string, target: string): void {
  mkdirSync(dirname(at(path)), { recursive: true })
  symlinkSync(target, at(path))
}
const folder = (path: string, mode = 0o700): string => {
  mkdirSync(at(path), { recursive: true })
  chmodSync(at(path), mode)
  return at(path)
}

/** A machine that is a folder of this test: its own /proc, its own /, no program to ask. */
const sources = (over: Partial<DoctorSources> = {}): DoctorSources => ({
  platform: 'linux', nodeVersion: '22.23.0', uid: process.getuid?.(), pid: 4, proc: at('proc'), root: at('slash'), hookScript: at('state/hook/purser-hook.sh'), clientSettings: [], ask: async () => null,
  places: { state: at('state'), runtime: at('run'), database: at('state/purser.db'), configFile: at('config.toml'), socket: at('run/purser.sock') }, ...over,
})
const collect = (over: Partial<DoctorSources> = {}) => collectMachineFacts(sources(over))

describe('the disk under the state folder', () => {
  it('is nothing before there is such a folder, and then has room and may be written', async () => {
    expect((await collect()).disk).toBeNull()
    folder('state')
    const { disk } = await collect()
    expect(disk).toMatchObject({ path: at('state'), writable: true })
    expect((disk as { free: number }).free).toBeGreaterThan(0)
  })

  it.skipIf(process.getuid?.() === 0)('is seen to be closed', async () => {
    folder('state', 0o500)
    expect((await collect()).disk).toMatchObject({ writable: false })
  })
})

describe('the platform', () => {
  it.each([
    ['6.1.0-18-amd64', 0], ['4.4.0-19041-Microsoft', 1], ['5.15.90.1-microsoft-standard-WSL2', 2], ['6.6.0-microsoft-custom-wsl2', 2],
  ])('of kernel %s is WSL generation %i', async (release, wsl) => {
    put('proc/sys/kernel/osrelease', `${release}\n`)
    expect((await collect()).platform).toEqual({ system: 'linux', wsl, container: '', pidNamespace: 'unknown' })
  })

  it.each([['pid:[4026531836]', 'initial'], ['pid:[4026532198]', 'own']])('knows the namespace %s as %s', async (target, pidNamespace) => {
    link('proc/self/ns/pid', target)
    expect((await collect()).platform).toMatchObject({ pidNamespace })
  })

  it.each(['.dockerenv', 'run/.containerenv'])('knows a container by /%s', async mark => {
    put(`slash/${mark}`, '')
    expect((await collect()).platform.container).toBe(`/${mark}`)
  })

  it.each([['darwin', 'darwin'], ['win32', 'win32'], ['freebsd', 'other']])('of %s is %s, and nothing of Linux is looked for', async (platform, system) => {
    expect((await collect({ platform })).platform).toEqual({ system, wsl: 0, container: '', pidNamespace: 'unknown' })
  })
})

describe('the places', () => {
  it('are told with kind, mode and owner, without following a link of the state folder', async () => {
    folder('real', 0o755)
    link('state', at('real'))
    folder('run', 0o700)
    put('config.toml', '', 0o640)
    expect((await collect()).places).toEqual([
      { what: 'state', path: at('state'), kind: 'link', mode: 0o755, owner: 'us' },
      { what: 'runtime', path: at('run'), kind: 'folder', mode: 0o700, owner: 'us' },
      { what: 'database', path: at('state/purser.db'), kind: 'missing', mode: 0, owner: 'unknown' },
      { what: 'config', path: at('config.toml'), kind: 'file', mode: 0o640, owner: 'us' },
    ])
  })

  it('are another\'s when the uid is not ours, and nobody\'s where there are no uids', async () => {
    folder('state')
    expect((await collect({ uid: 4_242 })).places[0]).toMatchObject({ kind: 'folder', owner: 'another' })
    expect((await collect({ uid: undefined })).places[0]).toMatchObject({ kind: 'folder', owner: 'unknown' })
  })

  it('are told once when the runtime folder is the state folder', async () => {
    folder('state')
    const { places } = sources()
    expect((await collect({ places: { ...places, runtime: places.state } })).places.map(({ what }) => what)).toEqual(['state', 'database', 'config'])
  })

  it('that dangle or are below a file are told as they are', async () => {
    link('state', at('nowhere'))
    put('run', 'a file')
    expect((await collect()).places.slice(0, 2)).toMatchObject([{ what: 'state', kind: 'missing' }, { what: 'runtime', kind: 'file' }])
  })
})

describe('the socket', () => {
  const listen = async (path: string): Promise<Server> => {
    mkdirSync(dirname(path), { recursive: true })
    const server = createServer(socket => socket.end())
    servers.push(server)
    await new Promise<void>(resolve => server.listen(path, resolve))
    return server
  }

  it('answers where somebody listens', async () => {
    await listen(at('run/purser.sock'))
    expect((await collect()).socket).toEqual({ path: at('run/purser.sock'), state: 'answers' })
  })

  it('is missing, or refuses where a dead daemon left it', async () => {
    expect((await collect()).socket.state).toBe('missing')
    put('run/purser.sock', 'no socket at all')
    expect((await collect()).socket.state).toBe('refuses')
  })
})

describe('who has the database open', () => {
  const holder = (pid: number, file: string, exe: string | null, comm = 'x') => {
    link(`proc/${pid}/fd/0`, '/dev/null')
    link(`proc/${pid}/fd/7`, file)
    if (exe !== null) link(`proc/${pid}/exe`, exe)
    put(`proc/${pid}/comm`, `${comm}\n`)
  }

  it('is told from the open files of every process but our own', async () => {
    const database = at('state/purser.db')
    holder(4, database, '/usr/bin/node')
    holder(11, database, '/usr/bin/sqlite3')
    holder(12, `${database}-wal`, '/opt/tool/browser (deleted)')
    holder(13, `${database}-shm`, null, 'python3')
    holder(14, `${database}-old`, '/usr/bin/other')
    folder('proc/15')
    put('proc/meminfo', '')
    expect((await collect()).openers).toEqual([{ pid: 11, program: 'sqlite3' }, { pid: 12, program: 'browser' }, { pid: 13, program: 'python3' }])
  })

  it('is nobody when nobody has', async () => {
    holder(11, '/dev/null', '/usr/bin/vi')
    expect((await collect()).openers).toEqual([])
  })

  it('is unknown where there is no process table to look at', async () => {
    expect((await collect()).openers).toEqual({ unknown: `${at('proc')} cannot be read` })
    expect((await collect({ platform: 'win32' })).openers).toMatchObject({ unknown: expect.any(String) })
  })

  it('is asked of lsof on macOS', async () => {
    const asked: (readonly string[])[] = []
    const ask = async (argv: readonly string[]) => { asked.push(argv); return argv[0] === 'lsof' ? 'p4\ncnode\nf21\np77\ncsqlite3\nf3\np78\ncDB Browser for\nf9\n' : null }
    expect((await collect({ platform: 'darwin', ask })).openers).toEqual([{ pid: 77, program: 'sqlite3' }, { pid: 78, program: 'DB Browser for' }])
    expect(asked).toContainEqual(['lsof', '-F', 'pc', '--', at('state/purser.db')])
    expect((await collect({ platform: 'darwin', ask: async () => '' })).openers).toEqual([])
    expect((await collect({ platform: 'darwin' })).openers).toEqual({ unknown: 'lsof was not found in PATH' })
  })
})

describe('the sqlite3 command', () => {
  it.each([['3.40.1 2022-12-28 14:03:47 df5c253c0b3d', '3.40.1'], ['3.53.2', '3.53.2']])('answers %j', async (text, version) => {
    expect((await collect({ ask: async argv => (argv.join(' ') === 'sqlite3 --version' ? text : null) })).systemSqlite).toBe(version)
  })

  it('is missing, or says nothing we know', async () => {
    expect((await collect()).systemSqlite).toBeNull()
    expect((await collect({ ask: async () => 'segmentation fault' })).systemSqlite).toMatchObject({ unknown: expect.any(String) })
  })
})

describe('the kernel\'s watch limits', () => {
  it('are read, or unknown', async () => {
    put('proc/sys/fs/inotify/max_user_watches', '65536\n')
    expect((await collect()).inotify).toMatchObject({ unknown: expect.any(String) })
    put('proc/sys/fs/inotify/max_user_instances', '128\n')
    expect((await collect()).inotify).toEqual({ watchesMax: 65_536, instancesMax: 128 })
    expect((await collect({ platform: 'darwin' })).inotify).toMatchObject({ unknown: expect.any(String) })
  })
})

describe('the log retention of a client', () => {
  const settings = (...names: string[]) => names.map(name => ({ client: 'Claude Code', file: at(name) }))
  const retention = async (text: string) => {
    put('settings.json', text)
    return (await collect({ clientSettings: settings('settings.json') })).retention
  }

  it.each([
    ['{"cleanupPeriodDays": 7, "model": "x"}', 7, ''], ['{"cleanupPeriodDays": 0}', 0, ''], ['\ufeff{"cleanupPeriodDays": 5}', 5, ''], ['{}', null, ''], ['', null, ''],
    ['{"cleanupPeriodDays": "7"}', null, '"cleanupPeriodDays" is not a number'], ['[]', null, 'it is not a JSON object'], ['null', null, 'it is not a JSON object'], ['{"key": "sk-ant-secret"', null, 'it is not JSON'],
  ])('in %s is %s', async (text, days, problem) => {
    expect(await retention(text)).toEqual([{ client: 'Claude Code', file: at('settings.json'), days, problem }])
  })

  it('is the client\'s default where there is no file, and told where the file is no file', async () => {
    expect((await collect({ clientSettings: settings('none.json') })).retention).toEqual([{ client: 'Claude Code', file: at('none.json'), days: null, problem: '' }])
    folder('settings.json')
    expect((await collect({ clientSettings: settings('settings.json') })).retention).toMatchObject([{ days: null, problem: expect.stringContaining('EISDIR') }])
  })

  it('comes from the first file that sets it, per client', async () => {
    put('managed.json', '{}')
    put('user.json', '{"cleanupPeriodDays": 3}')
    const found = await collect({ clientSettings: [...settings('managed.json', 'user.json'), { client: 'Other', file: at('none.json') }] })
    expect(found.retention).toEqual([{ client: 'Claude Code', file: at('user.json'), days: 3, problem: '' }, { client: 'Other', file: at('none.json'), days: null, problem: '' }])
  })

  it('is never read from a file too large to be settings', async () => {
    expect(await retention(`{"pad": "${'x'.repeat(4 * 1024 * 1024)}", "cleanupPeriodDays": 1}`)).toMatchObject([{ days: null, problem: expect.stringContaining('too large') }])
  })
})

describe('the hook script', () => {
  it('has the instant at which it was written, or none', async () => {
    expect((await collect()).hookScriptAt).toBeNull()
    put('state/hook/purser-hook.sh', '#!/bin/sh\n')
    utimesSync(at('state/hook/purser-hook.sh'), 1_795_000_000, 1_795_000_000)
    expect((await collect()).hookScriptAt).toBe(1_795_000_000_000)
  })
})

it('changes nothing it looks at', async () => {
  folder('state', 0o755)
  put('settings.json', '{"cleanupPeriodDays": 7}', 0o644)
  const before = ['state', 'settings.json'].map(name => lstatSync(at(name)).mtimeMs)
  await collect({ clientSettings: [{ client: 'Claude Code', file: at('settings.json') }] })
  expect(['state', 'settings.json'].map(name => lstatSync(at(name)).mtimeMs)).toEqual(before)
  expect(lstatSync(at('state')).mode & 0o777).toBe(0o755)
})

describe('askThrough', () => {
  const asking = (result: CommandResult) => askThrough({ run: async () => result })(['sqlite3', '--version'])

  it('takes what a program printed whatever its exit code, and null for no program', async () => {
    expect(await asking({ ended: 'exit', code: 1, output: 'text' })).toBe('text')
    expect(await asking({ ended: 'deadline', output: '' })).toBe('')
    expect(await asking({ ended: 'not_started', why: 'not_found', output: '' })).toBeNull()
  })
})
