import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { enforcePorts, sightOf } from '../../../src/daemon/world/sight.ts'
import type { BackgroundSession } from '../../../src/flows/enforce/ports.ts'
import { OpenWorld } from '../../support/open-world.ts'

const DAY = 86_400_000
const background = (account: string, job: string): BackgroundSession => ({ agent: 'claude-code', account, session: 's1', job })

describe('what enforcement sees and may do', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })

  it('hears hooks of the last day and every registry entry, and no session that only a log names', async () => {
    open = await OpenWorld.open()
    const { world, clock } = open
    const bind = (id: string, pid: number) => world.stores.transaction(() => world.stores.sessions.bind({ agent: 'claude-code', id, cwd: '/w', project: '/w', transcript: '', pid, startTime: '5', proof: 'hook' }, clock.now()))
    await bind('yesterday', 11)
    clock.advance(DAY + 1)
    await bind('today', 12)
    await open.spend({ session: 'logged', at: clock.now() })
    open.register({ session: 'registered', pid: 13 })
    const heard = (await sightOf(world).witnesses()).map(({ proof, session, pid }) => `${proof} ${session} ${pid}`)
    expect(heard.sort()).toEqual(['hook today 12', 'registry registered 13'])
  })

  it('signals only when armed, not while observing, and on Linux alone', async () => {
    for (const [options, armed, expected] of [[{}, true, true], [{}, false, false], [{ observe: true }, true, false], [{ platform: 'darwin' as const }, true, false]] as const) {
      open = await OpenWorld.open(options)
      open.world.running.armed = armed
      expect(enforcePorts(open.world).policy(), JSON.stringify(options)).toEqual({ armed: expected, sigkill: false })
      await open.close()
    }
    open = await OpenWorld.open({ config: '[enforcement]\nsigkill = true\n' })
    expect(enforcePorts(open.world).policy().sigkill).toBe(true)
  })

  it("asks the client to stop a background session by its job, in its own config home, with nothing else of ours", async () => {
    open = await OpenWorld.open()
    const bin = path.join(open.home.path, 'bin')
    const said = path.join(open.home.path, 'said')
    mkdirSync(bin)
    const claude = (text: string): void => { writeFileSync(path.join(bin, 'claude'), `#!/bin/sh\n${text}\n`); chmodSync(path.join(bin, 'claude'), 0o755) }
    const { variables } = open.environment
    const world = { ...open.world, environment: { ...open.environment, variables: { ...variables, PATH: `${bin}:${variables.PATH}`, ANTHROPIC_API_KEY: 'secret', CLAUDECODE: '1' } } }
    const ports = enforcePorts(world)
    claude(`printf '%s|' "$@" > ${said}; env >> ${said}`)
    expect(await ports.stopBackground(background('~/.claude-work', 'j; rm -rf /'))).toEqual({ stopped: true })
    expect(readFileSync(said, 'utf8')).toMatch(/^stop\|j; rm -rf \/\|/)
    expect(readFileSync(said, 'utf8')).toContain(`CLAUDE_CONFIG_DIR=${open.home.path}/.claude-work\n`)
    expect(readFileSync(said, 'utf8')).not.toMatch(/secret|CLAUDECODE/)
    claude('echo no such job >&2; exit 3')
    expect(await ports.stopBackground(background('~/.claude', 'j1'))).toEqual({ stopped: false, detail: 'claude stop j1: no such job' })
  })

  it('says so when the client is not there to be asked', async () => {
    open = await OpenWorld.open({ variables: { PATH: '/nonexistent' } })
    expect(await enforcePorts(open.world).stopBackground(background('', 'j1'))).toMatchObject({ stopped: false, detail: expect.stringContaining('ENOENT') as string })
  })
})
