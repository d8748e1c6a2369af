// The built program on a disk that is full, and over databases it cannot use: what it says, what it leaves alone, and
// that all figures are there again once a person has done what it said.
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { builtPackage } from '../support/built-package.ts'
import { openTestSqlite } from '../support/databases.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { LonePurser } from '../support/lone-purser.ts'

let built: TempHome
let cli: string
let purser: LonePurser
beforeAll(async () => { built = tempHome('built'); ({ cli } = await builtPackage(built.path)) })
afterAll(() => built.remove())
beforeEach(() => { purser = new LonePurser(cli) })
afterEach(() => purser.end())

const total = async (): Promise<string> => (await purser.json<{ total: { cost: string } }>('report', 'total')).total.cost

/** Why no small disk can be made here; '' when it can. A mount namespace of its own: nothing is mounted for anyone else. */
function smallDiskMissing(): string {
  try {
    execFileSync('unshare', ['-m', 'sh', '-c', 'd=$(mktemp -d) && mount -t tmpfs -o size=64k tmpfs "$d" && umount "$d" && rmdir "$d"'], { stdio: 'pipe' })
    return ''
  } catch (error) {
    return `a small disk needs root and mount namespaces: ${(error as Error).message.split('\n').at(-1) ?? ''}`
  }
}
const missing = smallDiskMissing()

describe('a disk', () => {
  it.skipIf(missing !== '')(`that fills up while logs are read costs an error and nothing else, and everything is counted once there is room${missing && ` (${missing})`}`, () => {
    for (let n = 0; n < 40; n++) purser.spend(Array.from({ length: 60 }, () => 1), purser.logFile(`${String(n).padStart(8, '0')}-1111-4111-a111-111111111111`))
    mkdirSync(purser.state, { recursive: true, mode: 0o700 })
    const script = `
      mount -t tmpfs -o size=600k,mode=700 tmpfs "$STATE" || exit 99
      echo "full=$("$NODE" "$CLI" index 2>&1 >/dev/null; echo "exit $?")"
      echo "again=$("$NODE" "$CLI" index 2>&1 >/dev/null; echo "exit $?")"
      mount -o remount,size=64m "$STATE"
      "$NODE" "$CLI" index >/dev/null 2>&1; echo "room=exit $?"
      echo "total=$("$NODE" "$CLI" report total --json)"
      umount "$STATE"`
    const out = execFileSync('unshare', ['-m', 'sh', '-c', script], { env: { ...purser.env, STATE: purser.state, NODE: process.execPath, CLI: cli }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    expect(out).toMatch(/full=[^]*(disk is full|the disk failed)[^]*exit 69/)
    expect(out).toMatch(/again=[^]*exit 69/)
    expect(out).toContain('room=exit 0')
    // 2,400 responses of one cent.
    expect(out).toMatch(/"cost": ?"24\.00"/)
  })

  it.skipIf(missing !== '')(`that is full before purser is there says so by every door, exits 69 and leaves nothing half-done${missing && ` (${missing})`}`, () => {
    mkdirSync(purser.state, { recursive: true, mode: 0o700 })
    const script = `
      mount -t tmpfs -o size=64k,mode=700 tmpfs "$STATE" || exit 99
      dd if=/dev/zero of="$STATE/fill" bs=1k 2>/dev/null
      for args in "up --detach" "up --quiet" "hooks install"; do
        echo "$args: $("$NODE" "$CLI" $args 2>&1 >/dev/null; echo "exit $?")"
      done
      find "$STATE" -name '*.tmp*'
      "$NODE" "$CLI" --version >"$STATE/answer"; echo "answer: exit $?"
      umount "$STATE"`
    const out = execFileSync('unshare', ['-m', 'sh', '-c', script], { env: { ...purser.env, STATE: purser.state, NODE: process.execPath, CLI: cli }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    expect(out).toMatch(/^up --detach: purser: the daemon ended at once \(exit 69\)\n +the disk under .*purser is full; free some space: df -h [^]*\nexit 69\nup --quiet: .*disk is full.*\nexit 69\nhooks install: purser: .*purser-hook\.sh cannot be written \(ENOSPC.*\n +free some space: df -h .*\nexit 69\nanswer: exit 69\n$/)
  })

  it.skipIf(missing !== '')(`that may only be read still answers, leaves no file behind, and refuses what would have to be written${missing && ` (${missing})`}`, () => {
    purser.spend([100])
    mkdirSync(purser.state, { recursive: true, mode: 0o700 })
    const script = `
      mount -t tmpfs -o size=64m,mode=700 tmpfs "$STATE" || exit 99
      "$NODE" "$CLI" index >/dev/null 2>&1; before=$(ls -A "$STATE")
      mount -o remount,ro "$STATE"
      echo "total=$("$NODE" "$CLI" report total --json)"
      "$NODE" "$CLI" status >/dev/null; echo "status=exit $?"
      "$NODE" "$CLI" lock list >/dev/null; echo "locks=exit $?"
      "$NODE" "$CLI" doctor --json | grep -o '"id": *"place.state"'
      echo "index=$("$NODE" "$CLI" index 2>&1 >/dev/null; echo "exit $?")"
      echo "up=$("$NODE" "$CLI" up --quiet 2>&1 >/dev/null; echo "exit $?")"
      [ "$before" = "$(ls -A "$STATE")" ] && echo "left as it was"
      umount "$STATE"`
    const out = execFileSync('unshare', ['-m', 'sh', '-c', script], { env: { ...purser.env, STATE: purser.state, NODE: process.execPath, CLI: cli }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    expect(out).toMatch(/"cost": ?"1\.00"/)
    for (const answered of ['status=exit 0', 'locks=exit 0', '"place.state"', 'left as it was']) expect(out).toContain(answered)
    expect(out).toMatch(/index=[^]*purser\.db may only be read by you[^]*exit 69[^]*up=[^]*read-only[^]*exit 69/)
  })
})

describe('a database', () => {
  it('that is damaged is named with the way out, and the way out leads back to every figure', async () => {
    purser.spend([100, 50])
    expect((await purser.run('index')).exit).toBe(0)
    const file = join(purser.state, 'purser.db')
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true })
    const bytes = readFileSync(file)
    writeFileSync(file, Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(bytes.length - 100, 0x5a)]))
    const { exit, err } = await purser.run('status')
    expect({ exit, err }).toMatchObject({ exit: 69, err: expect.stringMatching(/purser\.db: the file is damaged\n +no copy of it is in .*backups\n +start anew from the logs: \(cd/) as string })
    expect((await purser.run('up', '--quiet')).exit).toBe(69)
    // What was said is what works, typed into a shell.
    const typed = /start anew from the logs: (.*) && purser index\)$/m.exec(err)?.[1] ?? ''
    execFileSync('sh', ['-c', `${typed})`])
    expect((await purser.run('index')).exit).toBe(0)
    expect(await total()).toBe('1.50')
  })

  it('that is damaged while there is a copy of it names the newest, and going back to it keeps what no log shows any more', async () => {
    purser.spend([100])
    await purser.run('index')
    const file = join(purser.state, 'purser.db'), backups = join(purser.state, 'backups')
    mkdirSync(backups, { recursive: true })
    for (const name of ['purser-2026-01-01.db', 'purser-2026-02-01.db']) copyFileSync(file, join(backups, name))
    rmSync(purser.logFile(), { force: true })
    purser.spend([50], purser.logFile('22222222-1111-4111-a111-111111111111'))
    writeFileSync(file, 'no database at all')
    const { exit, err } = await purser.run('report', 'total')
    expect({ exit, err }).toMatchObject({ exit: 69, err: expect.stringMatching(/not a purser database\n +there are 2 copies in .*backups; go back/) as string })
    const typed = /purser down; (\(cd .*purser-2026-02-01\.db .*) && purser index\)$/m.exec(err)?.[1] ?? ''
    execFileSync('sh', ['-c', `${typed})`])
    await purser.run('index')
    expect(await total()).toBe('1.50')
  })

  it('of a newer purser is refused by every door and left as it is', async () => {
    purser.spend([100])
    await purser.run('index')
    const file = join(purser.state, 'purser.db')
    const open = await openTestSqlite(file)
    await open.database.script("insert into schema_version (number, name, at) values (99, 'future', 1)")
    await open.close()
    for (const args of [['status'], ['report', 'total'], ['index'], ['up', '--quiet']]) {
      const { exit, err } = await purser.run(...args)
      expect({ exit, err }, args.join(' ')).toMatchObject({ exit: 69, err: expect.stringMatching(/newer purser \(schema 99.*update purser/) as string })
    }
  })

  it.skipIf(process.getuid?.() === 0)('in a folder that may not be written says which', async () => {
    await purser.run('index')
    chmodSync(join(purser.state, 'purser.db'), 0o400)
    chmodSync(purser.state, 0o500)
    expect((await purser.run('index')).exit).toBe(69)
    expect((await purser.run('status')).exit).toBe(0)
    chmodSync(purser.state, 0o700)
  })
})
