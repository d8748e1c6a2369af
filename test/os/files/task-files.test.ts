// Texts only their owner reads, and a gate that opens once.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TaskFiles } from '../../../src/core/tasks/task-files.ts'
import { taskFiles } from '../../../src/os/files/task-files.ts'
import { tempHome, type TempHome } from '../../support/home.ts'
import { until } from '../../support/until.ts'

const TASK = 'task-0123456789', RUN = 'run-0123456789'
let home: TempHome, files: TaskFiles, folder: string
beforeEach(() => {
  home = tempHome('task-files')
  folder = path.join(home.path, 'tasks')
  files = taskFiles(folder)
})
afterEach(() => home.remove())

it('are for their owner alone, and gone when they are forgotten', () => {
  files.write(TASK, { text: 'do it', verify: ['npm', 'test'] })
  expect([folder, path.join(folder, TASK), path.join(folder, TASK, 'text'), path.join(folder, TASK, 'verify')].map(each => statSync(each).mode & 0o077)).toEqual([0, 0, 0, 0])
  expect([files.read(TASK), files.withText()]).toEqual([{ text: 'do it', verify: ['npm', 'test'] }, [TASK]])
  files.forget(TASK)
  expect([files.read(TASK), files.withText(), existsSync(path.join(folder, TASK))]).toEqual([null, [], false])
})
it('take no id that could be a path', () => {
  expect(() => files.write('../task-0123456789', { text: '', verify: [] })).toThrow('an id of ours')
  expect(() => files.output(TASK, '../x', 1)).toThrow('an id of ours')
})

describe('a gate', () => {
  const wait = async (keepOutput: boolean, args: readonly string[] = ['-c', 'cat; printf " %s" "$@"', 'sh', 'a b', '$(id)', ';']) => {
    files.write(TASK, { text: 'the text', verify: [] })
    const [program = '', ...rest] = await files.gated(TASK, RUN, { file: '/bin/sh', args, keepOutput })
    const child = spawn(program, rest, { env: home.env, stdio: ['ignore', 'pipe', 'inherit'] })
    let out = ''
    child.stdout?.setEncoding('utf8').on('data', (part: string) => { out += part })
    return { child, out: () => out, ended: new Promise<number | null>(resolve => { child.once('close', code => resolve(code)) }) }
  }

  it('keeps its program waiting until it is opened, once; then that is the very same process', async () => {
    const { out, ended } = await wait(false)
    await until(async () => (await files.letGo(TASK, RUN)) === 'opened')
    expect(await ended).toBe(0)
    expect(out()).toBe('the text a b $(id) ;')
    expect(await files.letGo(TASK, RUN)).toBe('gone')
  })
  it.each([['a word that is none', 'no\n'], ['no word at all', '']])('stays shut for %s, and whoever waited is gone', async (_, word) => {
    const { out, ended } = await wait(false)
    writeFileSync(path.join(folder, TASK, `${RUN}.gate`), word)
    expect([await ended, out()]).toEqual([125, ''])
  })
  it('is shut while nobody waits at it', async () => {
    files.write(TASK, { text: 't', verify: [] })
    await files.gated(TASK, RUN, { file: '/bin/true', args: [], keepOutput: false })
    expect(await files.letGo(TASK, RUN)).toBe('shut')
    files.shut(TASK, RUN)
    expect(await files.letGo(TASK, RUN)).toBe('gone')
  })
  it('lets output go to a file of its owner\'s where that was asked for, and keeps it when the text is forgotten', async () => {
    const { out, ended } = await wait(true, ['-c', 'echo out; echo err >&2'])
    await until(async () => (await files.letGo(TASK, RUN)) === 'opened')
    await ended
    files.forget(TASK)
    const kept = files.output(TASK, RUN, 100)
    expect([out(), kept?.text, kept && statSync(kept.path).mode & 0o077, files.read(TASK)]).toEqual(['', 'out\nerr\n', 0, null])
    expect(files.output(TASK, RUN, 4)?.text).toBe('err\n')
    expect(readFileSync(kept?.path ?? '', 'utf8')).toBe('out\nerr\n')
  })
})
