import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { editConfig, openConfig, readConfig, writeDefaultConfig } from '../../src/config/config-file.ts'
import type { ConfigContext } from '../../src/config/load.ts'
import { codeOf } from '../../src/core/errors.ts'
import { instant } from '../../src/core/time.ts'

const CONTEXT: ConfigContext = { systemZone: 'Europe/Paris', home: '/home/u' }
const GOOD = '# mine\nzone = "UTC"\n'
const BAD = 'zone = "UTC"\nsweeep = 5\n'

/** A folder of its own, with a config in it when a text is given. */
function place(text?: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'purser-config-')))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'purser', 'config.toml')
  if (text !== undefined) {
    mkdirSync(dirname(path))
    writeFileSync(path, text)
  }
  return path
}
function opened(path: string) {
  let now = 0
  return openConfig({ path, context: CONTEXT, now: () => instant(now += 1_000) })
}
const codeFrom = (body: () => unknown): string => { try { body(); return 'nothing was thrown' } catch (error) { return codeOf(error) } }
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8)

describe('openConfig', () => {
  it('takes the defaults where there is no file, and writes none', () => {
    const path = place()
    expect(opened(path).current()).toMatchObject({ settings: { zone: 'Europe/Paris', budgets: [] }, problem: null, file: path, loadedAt: 1_000 })
    expect(readConfig(path)).toBeNull()
  })

  it('throws for a damaged file: there is no last good one yet', () => {
    expect(codeFrom(() => opened(place(BAD)))).toBe('config_invalid')
  })

  it('puts an edit by hand in force, and shows its version and time', () => {
    const path = place(GOOD)
    const config = opened(path)
    const before = config.current()
    expect(config.reload()).toBe(before)
    writeFileSync(path, 'zone = "Asia/Tokyo"\n')
    const after = config.reload()
    expect(after).toMatchObject({ settings: { zone: 'Asia/Tokyo' }, problem: null, loadedAt: 2_000 })
    expect(after.version).not.toBe(before.version)
    expect(config.current()).toBe(after)
  })

  it('keeps the last good config through a damaged one, a missing one and one it cannot decode, and says why', () => {
    const path = place(GOOD)
    const config = opened(path)
    const { version } = config.current()
    for (const [damage, why] of [
      [() => writeFileSync(path, BAD), /line 2: sweeep is not a key/], [() => writeFileSync(path, '['), /not TOML/],
      [() => writeFileSync(path, Buffer.from([0x7a, 0xff, 0xfe])), /not UTF-8/], [() => writeFileSync(path, 'x'.repeat(2 ** 20 + 1)), /at most 1048576/],
      [() => rmSync(path), /is gone; write it again: purser config edit/],
    ] as const) {
      damage()
      expect(config.reload()).toMatchObject({ settings: { zone: 'UTC' }, version, loadedAt: 1_000 })
      expect(config.current().problem).toMatch(why)
    }
    writeFileSync(path, GOOD)
    expect(config.reload()).toMatchObject({ version, problem: null })
  })

  it('edits the file and puts the outcome in force at once', () => {
    const path = place(GOOD)
    const config = opened(path)
    expect(config.edit(text => text.replace('UTC', 'Asia/Tokyo'))).toMatchObject({ settings: { zone: 'Asia/Tokyo' } })
    expect(readFileSync(path, 'utf8')).toBe('# mine\nzone = "Asia/Tokyo"\n')
    expect(config.reload()).toBe(config.current())
  })
})

describe('editConfig', () => {
  const edit = (path: string, change: (text: string) => string) => editConfig(path, CONTEXT, change)

  it('leaves the file as it is when the change throws or would damage it, and nothing beside it', () => {
    const path = place(GOOD)
    expect(() => edit(path, () => { throw new Error('no') })).toThrow('no')
    expect(codeFrom(() => edit(path, () => BAD))).toBe('config_invalid')
    expect(readFileSync(path, 'utf8')).toBe(GOOD)
    expect(readdirSync(dirname(path))).toEqual(['config.toml'])
  })

  it('does not touch the file for a change that changes nothing', () => {
    const path = place(GOOD)
    const { ino } = statSync(path)
    expect(edit(path, text => text)).toBe(GOOD)
    expect(statSync(path).ino).toBe(ino)
  })

  it('replaces the file in one step: the old text stays whole for whoever has it open', () => {
    const path = place(GOOD)
    const { ino } = statSync(path)
    edit(path, text => `${text}# more\n`)
    expect(statSync(path).ino).not.toBe(ino)
    expect(readdirSync(dirname(path))).toEqual(['config.toml'])
  })

  it('keeps the mode, whatever the umask', () => {
    const path = place(GOOD)
    for (const bits of [0o640, 0o600, 0o666]) {
      chmodSync(path, bits)
      edit(path, text => `${text}# ${bits}\n`)
      expect(mode(path)).toBe(bits.toString(8))
    }
  })

  it('changes the file behind a link and leaves the link', () => {
    const path = place(GOOD), link = join(dirname(path), 'link.toml')
    symlinkSync(path, link)
    edit(link, text => text.replace('UTC', 'Asia/Tokyo'))
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readFileSync(path, 'utf8')).toContain('Asia/Tokyo')
  })

  it('refuses a link that leads nowhere rather than replacing it', () => {
    const path = place(GOOD), link = join(dirname(path), 'link.toml')
    symlinkSync(join(dirname(path), 'nothing.toml'), link)
    expect(codeFrom(() => edit(link, text => `${text}# x`))).toBe('config_invalid')
    expect(codeFrom(() => writeDefaultConfig(link, CONTEXT))).toBe('config_invalid')
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
  })

  it('starts again from what somebody else wrote meanwhile: neither change is lost', () => {
    const path = place(GOOD)
    let times = 0
    edit(path, text => {
      if (times++ === 0) writeFileSync(path, `${text}# theirs\n`)
      return `${text}# ours\n`
    })
    expect(readFileSync(path, 'utf8')).toBe(`${GOOD}# theirs\n# ours\n`)
  })

  it('gives up, writing nothing, when somebody keeps writing', () => {
    const path = place(GOOD)
    let times = 0
    expect(codeFrom(() => edit(path, text => {
      writeFileSync(path, `${GOOD}# ${times++}\n`)
      return `${text}# ours\n`
    }))).toBe('conflict')
    expect(readFileSync(path, 'utf8')).not.toContain('ours')
    expect(readdirSync(dirname(path))).toEqual(['config.toml'])
  })

  it('clears away what a crash left beside it', () => {
    const path = place(GOOD)
    writeFileSync(join(dirname(path), `.config.toml.${process.pid}.tmp`), 'half')
    edit(path, text => `${text}# more\n`)
    expect(readdirSync(dirname(path))).toEqual(['config.toml'])
  })

  it.skipIf(process.getuid?.() === 0)('leaves a file alone that is not writable', () => {
    const path = place(GOOD)
    chmodSync(path, 0o400)
    expect(codeFrom(() => edit(path, text => `${text}# more`))).toBe('forbidden')
  })

  it('begins with the commented default where there is no file', () => {
    const path = place()
    edit(path, text => `${text}[[budget]]\nid = "a"\nlimit = 1\n`)
    expect(readFileSync(path, 'utf8')).toMatch(/^# purser: [^]*zone = "Europe\/Paris"[^]*\[\[budget\]\]\nid = "a"\nlimit = 1\n$/)
  })
})

describe('writeDefaultConfig', () => {
  it('writes once, for its owner only', () => {
    const path = place()
    expect(writeDefaultConfig(path, CONTEXT)).toBe(true)
    expect([mode(path), mode(dirname(path))]).toEqual(['600', '700'])
    expect(opened(path).current().settings.zone).toBe('Europe/Paris')
    writeFileSync(path, GOOD)
    expect(writeDefaultConfig(path, CONTEXT)).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe(GOOD)
  })
})

describe('readConfig', () => {
  it('says that a folder is no file', () => {
    expect(codeFrom(() => readConfig(dirname(place(GOOD))))).toBe('unavailable')
  })
})
