import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openInProcess } from '../../src/daemon/in-process.ts'
import type { Environment } from '../../src/core/sessions/agent-adapter.ts'
import { aRecord } from '../support/claude-lines.ts'
import { tempHome, type TempHome } from '../support/home.ts'

describe('asking without a daemon', () => {
  let home: TempHome
  let environment: Environment
  beforeEach(() => {
    home = tempHome('in-process')
    environment = { home: home.path, platform: 'linux', variables: { HOME: home.path, PATH: home.env.PATH } }
  })
  afterEach(() => home.remove())
  const locksIn = (): string[] => {
    const folder = path.join(home.path, '.local', 'state', 'purser', 'locks')
    return existsSync(folder) ? readdirSync(folder).filter(name => name.endsWith('.lock')) : []
  }

  it('answers on a fresh home, and only looks', async () => {
    const plane = await openInProcess({ environment })
    expect(await plane.call('status', {})).toMatchObject({ daemon: { running: false, armed: false }, today: { responses: 0 } })
    await expect(plane.call('down', {})).rejects.toMatchObject({ code: 'daemon_unreachable' })
    await plane.close()
    expect([locksIn(), existsSync(path.join(home.path, '.config', 'purser'))]).toEqual([[], false])
  })

  it('lets hooks see at once what it locked and what it released, although nobody watches', async () => {
    const folder = path.join(home.path, '.claude', 'projects', '-w')
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, 's1.jsonl'), `${JSON.stringify(aRecord({ cwd: home.path }))}\n`)
    const first = await openInProcess({ environment })
    await first.call('index', {})
    await first.call('budget.set', { id: 'all', limit: '0.0001', onBreach: 'deny', window: 'lifetime' })
    await first.close()
    expect(locksIn()).toHaveLength(1)
    const second = await openInProcess({ environment })
    const { locks } = await second.call('lock.list', {})
    await second.call('lock.release', { id: locks[0]?.id ?? '', reason: 'demo', by: 'dev' })
    await second.close()
    expect(locksIn()).toEqual([])
  })

  it('remembers that signals were armed', async () => {
    const first = await openInProcess({ environment })
    await first.call('arm', { by: 'dev' })
    await first.close()
    const second = await openInProcess({ environment })
    expect((await second.call('status', {})).daemon.armed).toBe(true)
    await second.close()
  })

  it('lets go of everything when it cannot be opened', async () => {
    mkdirSync(path.join(home.path, '.local', 'state'), { recursive: true })
    writeFileSync(path.join(home.path, '.local', 'state', 'purser'), 'a file where the folder should be')
    await expect(openInProcess({ environment })).rejects.toThrow('purser')
  })
})
