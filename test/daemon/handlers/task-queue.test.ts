// What people ask of the queue, on the real stores: what is taken, what is refused, and that the text never comes out.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TaskAddInput } from '../../../src/api/task-answers.ts'
import { OpenWorld } from '../../support/open-world.ts'

const CANARY = 'CANARY-47-rewrite-the-parser'
let open: OpenWorld
beforeEach(async () => { open = await OpenWorld.open({ role: 'daemon', config: 'zone = "UTC"\n[tasks]\nbudget = "3"\n[[account]]\nid = "work"\nhome = "~/.claude-work"\n' }) })
afterEach(async () => { await open.close() })
const add = async (change: Partial<TaskAddInput> = {}) => (await open.handlers['task.add']({ text: CANARY, folder: open.project(), ...change })).task
const refused = async (change: Partial<TaskAddInput>) => add(change).then(() => 'taken', (error: unknown) => (error as Error).message)

describe('a task that is added', () => {
  it('has what was said, and the configured rest', async () => {
    expect(await add({ label: 'parser', priority: 4, claims: ['deploy', 'path:.'], account: 'work', mode: 'acceptEdits', verify: ['true'] })).toMatchObject({
      label: 'parser', state: 'queued', priority: 4, budget: '3.00', attempts: 0, attemptsMax: 3, timeout: '1h 00m', mode: 'acceptEdits', verified: true, claims: ['deploy', `path:${open.project()}`], account: 'work', pane: null,
    })
  })
  it('is warned of where nothing would begin', async () => {
    const other = await OpenWorld.open({ role: 'command' })
    expect((await other.handlers['task.add']({ text: 'x', folder: other.project() })).warning).toContain('purser up --detach')
    await other.close()
  })
  it.each<[string, Partial<TaskAddInput>, string]>([
    ['without a text', { text: ' \n' }, 'say what is to be done'], ['of an agent that cannot', { agent: 'crush' }, 'does not work without a person here; agents that do: claude-code, codex'],
    ['in no folder', { folder: '/nowhere' }, 'there is no folder /nowhere'], ['that asks for nothing at all', { mode: 'bypassPermissions' }, 'no permission mode that a task of claude-code may have; it takes: manual, plan'],
    ['on no account', { account: 'home' }, 'there is no account "home" of claude-code'], ['for nothing', { budget: '0' }, '--budget takes an amount above 0'], ['with an option for a model', { model: '--dangerously-skip-permissions' }, 'is no name of a model'],
    ['for ever', { timeout: '2d' }, 'a timeout is a duration'], ['without an end', { attempts: 0 }, 'from 1 to 20'], ['with a label of lines', { label: 'a\nb' }, 'one line'], ['of a claim that is none', { claims: ['path:'] }, 'path'],
    ['with a text of a book', { text: 'x'.repeat(300_000) }, 'at most 256 KiB'],
  ])('%s is refused, and nothing of it is kept', async (_, change, why) => {
    expect(await refused(change)).toContain(why)
    expect(existsSync(join(open.world.places.state, 'tasks'))).toBe(false)
  })
})

it('keeps its text in one file of its owner\'s, and in no row, event, notice, log or answer', async () => {
  const { id } = await add({ label: 'parser', verify: ['sh', '-c', CANARY] })
  const texts = files(open.world.places.state).filter(path => readFileSync(path).includes(CANARY))
  expect(texts.map(path => path.slice(open.world.places.state.length))).toEqual([`/tasks/${id}/text`, `/tasks/${id}/verify`])
  for (const path of texts) expect(statSync(path).mode & 0o077).toBe(0)
  const answers = [await open.handlers['task.list']({}), await open.handlers['task.show']({ id }), await open.handlers['task.logs']({ id }), await open.handlers['status']({}), await open.handlers['events']({})]
  expect(JSON.stringify(answers)).not.toContain(CANARY)
  await open.handlers['task.cancel']({ id, by: 'ada' })
  expect(files(open.world.places.state).filter(path => readFileSync(path).includes(CANARY))).toEqual([])
})

describe('asking by hand', () => {
  it('says what there is instead of a task that is none', async () => {
    await expect(open.handlers['task.show']({ id: 'task-9' })).rejects.toMatchObject({ code: 'not_found', message: 'there is no task "task-9"; see those there are: purser task list --all' })
    const { id } = await add()
    await expect(open.handlers['task.logs']({ id, attempt: 'run-x' })).rejects.toMatchObject({ code: 'not_found' })
  })
  it('neither cancels what is over nor begins it anew', async () => {
    const { id } = await add()
    await open.handlers['task.cancel']({ id, by: 'ada' })
    await expect(open.handlers['task.cancel']({ id, by: 'ada' })).rejects.toMatchObject({ code: 'refused' })
    await expect(open.handlers['task.retry']({ id, by: 'ada' })).rejects.toMatchObject({ message: `task ${id} is cancelled, and its text is deleted; add it again: purser task add` })
  })
  it('lists what is open by urgency, then what ended in the last day', async () => {
    const low = await add({ label: 'low' }), high = await add({ label: 'high', priority: 9 }), gone = await add({ label: 'gone' })
    await open.handlers['task.cancel']({ id: gone.id, by: 'ada' })
    const labels = async (all = false) => (await open.handlers['task.list']({ all })).tasks.map(({ label }) => label)
    expect(await labels()).toEqual(['high', 'low', 'gone'])
    open.clock.advance(25 * 3_600_000)
    expect([await labels(), (await labels(true)).length]).toEqual([['high', 'low'], 3])
    expect([low.id, high.id].every(id => id.startsWith('task-'))).toBe(true)
  })
})

const files = (folder: string): readonly string[] => readdirSync(folder, { withFileTypes: true, recursive: true }).filter(each => each.isFile()).map(each => join(each.parentPath, each.name)).toSorted()
