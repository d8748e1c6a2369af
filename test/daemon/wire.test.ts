import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqlite } from '../../src/store/engines/sqlite.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { OpenWorld } from '../support/open-world.ts'

describe('opening a world', () => {
  let home: TempHome
  beforeEach(() => { home = tempHome('wire') })
  afterEach(() => home.remove())
  const modeOf = (file: string): number => statSync(file).mode & 0o777

  it('keeps state and every file of the database to its owner, on a fresh home and on a careless one', async () => {
    const state = path.join(home.path, '.local', 'state', 'purser')
    mkdirSync(state, { recursive: true, mode: 0o755 })
    writeFileSync(path.join(state, 'purser.db'), '', { mode: 0o644 })
    const open = await OpenWorld.open({ home })
    await open.spend({})
    expect(modeOf(state)).toBe(0o700)
    expect(readdirSync(state).filter(name => name.startsWith('purser.db')).map(name => [name, modeOf(path.join(state, name))])).toEqual(expect.arrayContaining([['purser.db', 0o600], ['purser.db-wal', 0o600]]))
    await open.close()
  })

  it('mints an id for this machine once, that says nothing about it', async () => {
    const ids: string[] = []
    for (let time = 0; time < 2; time++) {
      const open = await OpenWorld.open({ home })
      ids.push(open.world.node)
      await open.close()
    }
    expect(ids[0]).toMatch(/^n-[0-9a-f]{8}$/)
    expect(ids[1]).toBe(ids[0])
  })

  it('refuses a state folder that is a link, and a database of a newer purser, and lets go of everything', async () => {
    const elsewhere = path.join(home.path, 'elsewhere')
    mkdirSync(elsewhere)
    symlinkSync(elsewhere, path.join(home.path, 'link'))
    await expect(OpenWorld.open({ home, variables: { PURSER_STATE: path.join(home.path, 'link') } })).rejects.toMatchObject({ code: 'forbidden' })
    const open = await OpenWorld.open({ home })
    const { database } = open.world.places
    await open.close()
    const direct = openSqlite({ path: database, random: () => 0 })
    await direct.script("insert into schema_version (number, name, at) values (9999, 'future', 1)")
    await direct.close()
    await expect(OpenWorld.open({ home })).rejects.toMatchObject({ code: 'schema_newer' })
    const mended = openSqlite({ path: database, random: () => 0 })
    await mended.script('delete from schema_version where number = 9999')
    await mended.close()
    await (await OpenWorld.open({ home })).close()
  })

  it('refuses to start a daemon on a damaged configuration, and still answers a command', async () => {
    const config = 'zone = "UTC"\nlimmit = 3\n'
    const open = await OpenWorld.open({ home, config })
    expect((await open.handlers.status({})).config.problem).toContain('limmit')
    await open.close()
    await expect(OpenWorld.open({ home, config, role: 'daemon' })).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringMatching(/config\.toml[\s\S]*2/) as string })
  })

  it('remembers the project of a worktree that was deleted since', async () => {
    const open = await OpenWorld.open({ home })
    await open.world.stores.transaction(() => open.world.stores.cursors.rememberPlace('/gone/web-feature', '/src/web'))
    await open.close()
    const again = await OpenWorld.open({ home })
    expect(again.world.projectOf('/gone/web-feature')).toBe('/src/web')
    await again.close()
  })

  it('holds no budget while it only observes, whatever is configured', async () => {
    for (const role of ['command', 'daemon'] as const) {
      const open = await OpenWorld.open({ home, role, observe: true, config: '[[budget]]\nid = "all"\nlimit = "1"\n' })
      expect([open.world.budgets(), open.world.config.current().settings.budgets.length]).toEqual([[], 1])
      await open.close()
    }
  })

  it('looks for logs where the configuration of now says', async () => {
    const open = await OpenWorld.open({ home })
    const roots = () => open.world.finder.find().roots.length
    const before = roots()
    const extra = path.join(home.path, 'extra')
    mkdirSync(extra)
    mkdirSync(path.dirname(open.world.places.configFile), { recursive: true })
    writeFileSync(open.world.places.configFile, `[logs]\nroots = [${JSON.stringify(extra)}]\n`)
    open.world.config.reload()
    expect(roots()).toBe(before + 1)
    await open.close()
  })
})
