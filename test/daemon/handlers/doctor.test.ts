import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { instant } from '../../../src/core/time.ts'
import { aProcess } from '../../support/fake-processes.ts'
import { NOON, OpenWorld } from '../../support/open-world.ts'

describe('doctor', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const opened = async (options = {}): Promise<OpenWorld> => (open = await OpenWorld.open(options))
  const finding = async (id: string) => (await open?.handlers.doctor({}))?.findings.filter(each => each.id === id) ?? []

  it('gives each finding a level, and each that is not fine a remedy', async () => {
    const { handlers } = await opened()
    const { findings } = await handlers.doctor({})
    expect(findings.length).toBeGreaterThan(8)
    expect(findings.filter(({ level, remedy }) => (level === 'warn' || level === 'error') && remedy === '')).toEqual([])
    expect(findings.filter(({ title }) => title === '')).toEqual([])
  })

  it('names what has no price and what could not be read', async () => {
    await opened()
    open?.appendLine('web', 's1', '{"type":"assistant","message":{"usage":{"output_tokens":')
    await open?.spend({ model: 'claude-nobody-9' })
    const text = JSON.stringify((await open?.handlers.doctor({}))?.findings.filter(({ level }) => level !== 'ok'))
    expect(text).toContain('claude-nobody-9')
    expect(text).toContain(path.join('-web', 's1.jsonl'))
  })

  it('sees a state folder that others may enter', async () => {
    const { world } = await opened()
    const before = JSON.stringify(await open?.handlers.doctor({}))
    chmodSync(world.places.state, 0o755)
    const after = (await open?.handlers.doctor({}))?.findings.filter(({ level }) => level === 'warn' || level === 'error') ?? []
    expect(after.some(each => JSON.stringify(each).includes(world.places.state) && !before.includes(JSON.stringify(each)))).toBe(true)
    chmodSync(world.places.state, 0o700)
  })

  it('asks only a daemon how it watches and since when it listens', async () => {
    await opened()
    expect(JSON.stringify(await finding('watch'))).toContain('only a running daemon watches')
    await open?.close()
    await opened({ role: 'daemon' })
    await open?.handlers.index({})
    expect(JSON.stringify(await finding('watch'))).not.toContain('only a running daemon watches')
  })

  it('tells of a wall clock that went back, and of agents of other users', async () => {
    const { world, table } = await opened({ role: 'daemon' })
    const telling = async () => (await open?.handlers.doctor({}))?.findings.filter(({ level }) => level !== 'ok') ?? []
    const quiet = JSON.stringify(await telling())
    world.running.clockSteps = { count: 2, longestMs: 90_000, last: instant(NOON) }
    table.processes.push(aProcess({ uid: 1001 }))
    // What is fine may read otherwise a moment later: how much room the disk has.
    const loud = (await telling()).filter(each => !quiet.includes(JSON.stringify(each)))
    expect(loud.map(({ id }) => id).sort()).toEqual(['clock.stepped', 'platform.users'])
  })

  it('reads how long the client keeps its logs', async () => {
    await opened()
    const settings = path.join(open?.home.path ?? '', '.claude', 'settings.json')
    mkdirSync(path.dirname(settings), { recursive: true })
    writeFileSync(settings, '{"cleanupPeriodDays": 1}')
    expect(JSON.stringify((await open?.handlers.doctor({}))?.findings.filter(({ level }) => level !== 'ok'))).toContain(settings)
  })
})
