import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { OpenWorld } from '../../support/open-world.ts'
import { aProcess } from '../../support/fake-processes.ts'

const CONFIG = '[[account]]\nid = "main"\nhome = "~/.claude"\n[[account]]\nid = "work"\nhome = "~/.claude-work"\n[[account]]\nid = "cx"\nagent = "codex"\nhome = "~/.codex"\n'
let open: OpenWorld | undefined
afterEach(async () => { await open?.close(); open = undefined })

async function opened(): Promise<{ world: OpenWorld; write: (name: string, text: string) => void; at: (name: string) => string }> {
  const world = open = await OpenWorld.open({ config: CONFIG })
  const at = (name: string): string => path.join(world.home.path, name)
  const write = (name: string, text: string): void => { mkdirSync(path.dirname(at(name)), { recursive: true }); writeFileSync(at(name), text) }
  write('.claude/projects/web/a.jsonl', 'one')
  write('.claude-work/projects/web/b.jsonl', 'two')
  return { world, write, at }
}
const refusal = (call: Promise<unknown>): Promise<string> => call.then(() => 'nothing was refused', (error: Error) => error.message)
const share = (world: OpenWorld, change: object = {}) => world.handlers['account.share']({ id: 'work', with: 'main', by: 'ada', ...change })

describe('account share', () => {
  it('says what it would do, does it, says that it is done, and undoes it', async () => {
    const { world, at } = await opened()
    expect(await share(world, { check: true })).toMatchObject({ did: 'would-share', files: 1, bytes: 3, backups: [] })
    expect(lstatSync(at('.claude-work/projects')).isSymbolicLink()).toBe(false)
    expect(await share(world)).toMatchObject({ did: 'shared', files: 1, backups: [at('.claude-work/projects.before-purser')] })
    expect(readFileSync(at('.claude-work/projects/web/a.jsonl'), 'utf8')).toBe('one')
    expect((await world.handlers['account.show']({ id: 'work' })).account.sharesWith).toEqual(['main'])
    expect(await share(world)).toMatchObject({ did: 'nothing' })
    expect(await share(world, { undo: true, check: true })).toMatchObject({ did: 'would-undo' })
    expect(await share(world, { undo: true })).toMatchObject({ did: 'undone' })
    expect([readFileSync(at('.claude-work/projects/web/b.jsonl'), 'utf8'), (await world.handlers['account.show']({ id: 'work' })).account.sharesWith]).toEqual(['two', []])
    expect(await world.codes()).toEqual(['account.shared', 'account.unshared'])
  })
  it('changes nothing where two conversations would meet under one name', async () => {
    const { world, write, at } = await opened()
    write('.claude-work/projects/web/a.jsonl', 'another')
    expect(await refusal(share(world))).toContain('1 conversations are there twice with another content, such as web/a.jsonl; nothing was changed')
    expect(lstatSync(at('.claude-work/projects')).isSymbolicLink()).toBe(false)
  })
  it('changes nothing while a session runs there', async () => {
    const { world, write } = await opened()
    write('.claude-work/sessions/4711.json', JSON.stringify({ pid: 4711, sessionId: 's-1', cwd: '/p', procStart: '395962', status: 'idle' }))
    world.table.processes.push(aProcess())
    expect(await refusal(share(world))).toBe('a session runs on work (pid 4711); end it first, then try again')
  })
  it('is for two logins of one agent', async () => {
    const { world } = await opened()
    expect(await refusal(share(world, { id: 'cx' }))).toContain('have nothing in common')
    expect(await refusal(share(world, { id: 'main' }))).toBe('main cannot share with itself')
    expect(await refusal(share(world, { id: 'nobody' }))).toContain('nobody')
  })
})
