import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AwaitedRoots, awaitedNames } from '../../../src/os/logs/awaited-roots.ts'

describe('awaitedNames', () => {
  const there = (...paths: readonly string[]) => (path: string): boolean => paths.includes(path)

  it('names the nearest folder there is, and what is missing in it', () => {
    const awaited = awaitedNames(['/home/a/.claude/projects', '/home/a/.codex/sessions', '/home/a/.codex/archived_sessions'], there('/', '/home', '/home/a', '/home/a/.claude'))
    expect([...awaited].map(([folder, names]) => [folder, [...names]])).toEqual([['/home/a/.claude', ['projects']], ['/home/a', ['.codex']]])
  })

  it('never watches the top of the file system', () => {
    expect(awaitedNames(['/nowhere/at/all'], there('/')).size).toBe(0)
  })
})

describe('awaited roots', () => {
  let home: string, told: () => void, appeared: Promise<void>, roots: AwaitedRoots
  beforeEach(() => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'purser-roots-')))
    appeared = new Promise(resolve => { told = resolve })
    roots = new AwaitedRoots(() => told())
  })
  afterEach(() => { roots.close(); rmSync(home, { recursive: true, force: true }) })

  it('are told of when they come into being, step by step', async () => {
    const root = join(home, '.claude', 'projects')
    expect(roots.await([root])).toBe(false)
    mkdirSync(join(home, '.claude'))
    await appeared
    appeared = new Promise(resolve => { told = resolve })
    expect(roots.await([root])).toBe(false)
    mkdirSync(root)
    await appeared
    expect(roots.await([root])).toBe(false)
  })

  it('do not wake anybody for other names', async () => {
    let woken = 0
    const own = new AwaitedRoots(() => { woken++; told() })
    own.await([join(home, '.claude', 'projects')])
    writeFileSync(join(home, 'other'), '')
    mkdirSync(join(home, '.claude'))
    await appeared
    // Events come in order: the other name was heard before.
    expect(woken).toBe(1)
    own.close()
  })

  it('survive folders that cannot be watched', () => {
    const own = new AwaitedRoots(() => undefined, () => { throw Object.assign(new Error('none left'), { code: 'ENOSPC' }) })
    expect(own.await([join(home, '.claude')])).toBe(false)
    own.close()
  })
})
