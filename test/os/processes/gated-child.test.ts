import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { exitCodeOf, isStopped, startGated, type GatedChild } from '../../../src/os/processes/gated-child.ts'
import { bundled } from '../../support/bundled.ts'
import { tempHome } from '../../support/home.ts'
import { registerPid, startTicks } from '../../support/processes.ts'

const home = tempHome('gate')
afterAll(() => home.remove())
const mark = join(home.path, 'mark')
const start = (script: string, ...args: readonly string[]): GatedChild => {
  const child = startGated({ file: process.execPath, args: ['-e', script, ...args], folder: home.path, variables: { PATH: home.env['PATH'] ?? '', MARK: mark } })
  registerPid(child.pid)
  return child
}
const WRITES = 'require("fs").writeFileSync(process.env.MARK, JSON.stringify([process.pid, ...process.argv.slice(1)]))'

describe('a program behind a gate', () => {
  it('does nothing before it is let go, and is then the very process it was', async () => {
    const child = start(WRITES, 'a b', '$(touch x)', '"; exit 9')
    const before = startTicks(child.pid)
    expect([existsSync(mark), before === '']).toEqual([false, process.platform !== 'linux'])
    child.open()
    expect(exitCodeOf(await child.ended)).toBe(0)
    // Its words reach it as they were: no shell reads them.
    expect(JSON.parse(readFileSync(mark, 'utf8'))).toEqual([child.pid, 'a b', '$(touch x)', '"; exit 9'])
    expect(existsSync(join(home.path, 'x'))).toBe(false)
  })
  it('never becomes it when it is given up', async () => {
    const child = start('process.exit(0)')
    child.abandon()
    expect(exitCodeOf(await child.ended)).toBe(125)
  })
  it('never becomes it when whoever started it is killed', async () => {
    const own = await bundled(new URL('../../../src/os/processes/gated-child.ts', import.meta.url), home.path), orphan = join(home.path, 'orphan')
    const script = `require(${JSON.stringify(own)}).startGated({ file: '/bin/sh', args: ['-c', 'echo started > "$0"', ${JSON.stringify(orphan)}], folder: '/', variables: { PATH: '/usr/bin:/bin' } })
      process.kill(process.pid, 'SIGKILL')`
    // Its output stays open until the last process that has it is gone: the gate has ended by then.
    const { signal } = spawnSync(process.execPath, ['-e', script], { env: home.env, timeout: 20_000 })
    expect([signal, existsSync(orphan)]).toEqual(['SIGKILL', false])
  })
  it('ends with the program\'s own code, or 128 and the signal', async () => {
    const left = start('process.exit(7)')
    left.open()
    expect(exitCodeOf(await left.ended)).toBe(7)
    const killed = start('setInterval(() => {}, 1000)')
    killed.open()
    killed.send('SIGTERM')
    expect(exitCodeOf(await killed.ended)).toBe(143)
  })
})

it('knows a process that was stopped from one that works', () => {
  expect([isStopped(process.pid), isStopped(2 ** 22 + 1)]).toEqual([false, false])
})
