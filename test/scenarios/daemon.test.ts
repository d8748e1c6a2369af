// A day of the daemon's life, with the program as it is built: started twice, killed, given bad configurations, logs that
// are rotated under it, locks that it keeps and lets go.
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { builtPackage } from '../support/built-package.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { LonePurser } from '../support/lone-purser.ts'

let built: TempHome
let cli: string
let purser: LonePurser
beforeAll(async () => { built = tempHome('built'); ({ cli } = await builtPackage(built.path)) })
afterAll(() => built.remove())
beforeEach(() => { purser = new LonePurser(cli) })
afterEach(() => purser.end())

const DENY = (limit: string): string => `zone = "UTC"\n[[budget]]\nid = "web"\nwindow = "month"\nlimit = "${limit}"\non_breach = "deny"\n`

describe('one daemon at a time', () => {
  it('starts detached, says so the second time, refuses a second one in the foreground, and goes when asked', async () => {
    expect(await purser.run('up', '--detach')).toMatchObject({ exit: 0 })
    const { pid } = (await purser.status()).daemon
    const again = await purser.run('up', '--detach')
    expect(again.exit).toBe(0)
    expect(again.out + again.err).toContain(`already running (pid ${pid})`)
    const second = await purser.run('up', '--quiet')
    expect(second).toMatchObject({ exit: 69, err: expect.stringContaining('already running') as string })
    expect((await purser.status()).daemon.pid).toBe(pid)
    expect(await purser.run('down')).toMatchObject({ exit: 0 })
    expect(await purser.json('status')).toMatchObject({ daemon: { running: false, pid: null } })
    expect(existsSync(join(purser.state, 'purser.sock'))).toBe(false)
    expect(existsSync(join(purser.state, 'locks', 'heartbeat'))).toBe(false)
  })

  it('is one among eight that start at once, over a dead one, and the seven others say why they went', async () => {
    const dead = await purser.up()
    dead.signal('SIGKILL')
    await dead.exited
    const daemons = Array.from({ length: 8 }, () => purser.start())
    const ends = await Promise.all(daemons.map(daemon => Promise.race([
      daemon.exited.then(({ code }) => ({ daemon, code })),
      purser.until(async () => daemon.pid === (await purser.status().catch(() => null))?.daemon.pid).then(() => ({ daemon, code: 'runs' as const })),
    ])))
    expect(ends.filter(({ code }) => code === 'runs')).toHaveLength(1)
    for (const { daemon, code } of ends.filter(each => each.code !== 'runs')) {
      expect(code).toBe(69)
      expect(daemon.said()).toMatch(/already running|other daemons are starting/)
    }
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('leaves nothing behind after %s', async signal => {
    const daemon = await purser.up()
    expect(existsSync(join(purser.state, 'locks', 'heartbeat'))).toBe(true)
    daemon.signal(signal)
    expect(await daemon.exited).toMatchObject({ signal: null })
    expect(existsSync(join(purser.state, 'purser.sock'))).toBe(false)
    expect(existsSync(join(purser.state, 'locks', 'heartbeat'))).toBe(false)
    await purser.up()
  })

  it('starts again after SIGKILL, over the socket and the lease that were left', async () => {
    purser.spend([100])
    const daemon = await purser.up()
    daemon.signal('SIGKILL')
    await daemon.exited
    expect(existsSync(join(purser.state, 'purser.sock'))).toBe(true)
    expect(await purser.json('status')).toMatchObject({ daemon: { running: false }, today: { cost: '1.00' } })
    purser.spend([50])
    await purser.up()
    expect((await purser.status()).today.cost).toBe('1.50')
  })
})

describe('the logs it follows', () => {
  it('shows what is appended, once, through rotation, truncation and removal, while it runs and while it does not', async () => {
    purser.spend([100, 100])
    const first = await purser.up()
    await purser.costs('2.00')
    purser.spend([25])
    await purser.costs('2.25')
    // Rotated while it runs: the old file moves away, a new one takes its name.
    renameSync(purser.logFile(), purser.logFile('bbbbbbbb-1111-4111-a111-111111111111'))
    purser.spend([25])
    await purser.costs('2.50')
    // Truncated while it runs, and written anew.
    const kept = purser.line(50)
    writeFileSync(purser.logFile(), kept)
    await purser.costs('3.00')
    first.signal('SIGTERM')
    await first.exited
    // The same while nobody looks: truncated to other content, and one more file.
    writeFileSync(purser.logFile(), kept + purser.line(50))
    purser.spend([50], purser.logFile('cccccccc-1111-4111-a111-111111111111'))
    await purser.up()
    expect((await purser.status()).today).toMatchObject({ cost: '4.00', responses: 7 })
  })

  it.skipIf(process.getuid?.() === 0)('reads the others when one file is unreadable, and that one once it can', async () => {
    purser.spend([100])
    const closed = purser.logFile('dddddddd-1111-4111-a111-111111111111')
    purser.spend([10], closed)
    chmodSync(closed, 0)
    await purser.up()
    expect((await purser.status()).today.cost).toBe('1.00')
    chmodSync(closed, 0o600)
    appendFileSync(closed, purser.line(10))
    await purser.costs('1.20')
  })

  it('goes on past lines that are no JSON, cut off, binary, or of another program', async () => {
    purser.spend([100])
    const odd = purser.logFile('eeeeeeee-1111-4111-a111-111111111111')
    writeFileSync(odd, Buffer.concat([Buffer.from('{"type":"assistant","message":{"usage":{"output_tokens":1\nnot json at all\n'), Buffer.from([0, 255, 254, 10]), Buffer.from(purser.line(10)), Buffer.from('{"half":')]))
    await purser.up()
    expect((await purser.status()).today.cost).toBe('1.10')
  })
})

describe('the rules it holds', () => {
  it('takes a good edit at once, keeps the last good one over a bad edit, and names file and line', async () => {
    purser.configure(DENY('100'))
    purser.spend([150])
    await purser.up()
    expect((await purser.status()).budgets).toMatchObject([{ id: 'web', limit: '100.00', spent: '1.50' }])
    purser.configure(`${DENY('100')}thresholds = "many"\n`)
    await purser.until(async () => (await purser.status()).config.problem !== null)
    const broken = await purser.status()
    expect(broken.config.problem).toContain('thresholds')
    expect(broken.budgets).toMatchObject([{ limit: '100.00' }])
    purser.configure(DENY('1'))
    await purser.until(async () => (await purser.status()).locks.length === 1)
    expect(await purser.status()).toMatchObject({ config: { problem: null }, budgets: [{ limit: '1.00', state: 'exhausted' }], locks: [{ rule: 'web', spent: '1.50' }] })
  })

  it('locks below what is spent, projects the lock, repairs it, keeps it over restarts, and lets go with a raise', async () => {
    purser.spend([300])
    const first = await purser.up()
    const set = await purser.run('budget', 'set', 'web', '--limit', '2', '--window', 'month', '--on-breach', 'deny')
    expect(set.exit).toBe(0)
    expect(set.out + set.err).toContain('is spent already')
    await purser.until(async () => purser.lockFiles().length === 1)
    const [file = ''] = purser.lockFiles()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const sound = readFileSync(file, 'utf8')
    // Damaged by a hand or a disk: told, and made whole again.
    writeFileSync(file, sound.slice(0, sound.length / 2))
    await purser.until(async () => readFileSync(file, 'utf8') === sound && (await purser.codes()).includes('lock.file_damaged'))
    first.signal('SIGKILL')
    await first.exited
    expect(purser.lockFiles()).toEqual([file])
    const second = await purser.up()
    const [lock] = (await purser.status()).locks
    expect((await purser.status()).locks).toHaveLength(1)
    expect((await purser.run('lock', 'release', lock?.id ?? '')).exit).toBe(2)
    expect((await purser.run('lock', 'release', 'L000000', '--reason', 'x')).exit).toBe(4)
    expect(await purser.run('lock', 'release', lock?.id ?? '', '--reason', 'demo at four', '--raise', '2')).toMatchObject({ exit: 0 })
    await purser.until(async () => purser.lockFiles().length === 0)
    purser.spend([50])
    await purser.costs('3.50')
    expect((await purser.status()).locks).toEqual([])
    // The raise is spent too: a new breach, and a new lock.
    purser.spend([100])
    await purser.until(async () => (await purser.status()).locks.length === 1)
    second.signal('SIGTERM')
    await second.exited
    expect((await purser.json<{ locks: { id: string }[] }>('lock', 'list')).locks).toHaveLength(1)
  })

  it('only looks with --observe: no lock, no lock file, and the same figures', async () => {
    purser.configure(DENY('1'))
    purser.spend([500])
    const looking = await purser.up('--observe')
    expect(await purser.status()).toMatchObject({ today: { cost: '5.00' }, locks: [], daemon: { observe: true } })
    expect(purser.lockFiles()).toEqual([])
    looking.signal('SIGTERM')
    await looking.exited
    await purser.up()
    expect((await purser.status()).locks).toHaveLength(1)
  })
})

describe('a place it cannot use', () => {
  it('refuses a socket that another program holds, without taking it away', async () => {
    mkdirSync(purser.state, { recursive: true, mode: 0o700 })
    const socket = join(purser.state, 'purser.sock')
    const other = createServer(connection => connection.resume().end('hello'))
    await new Promise<void>(resolve => { other.listen(socket, resolve) })
    const { exit, err } = await purser.run('up', '--quiet')
    expect({ exit, err }).toMatchObject({ exit: 69, err: expect.stringContaining('something that is not purser answers on the socket') as string })
    expect(other.listening && existsSync(socket)).toBe(true)
    await new Promise(resolve => other.close(resolve))
  })
})
