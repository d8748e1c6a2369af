import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { darwinProcesses, type Programs } from '../../../src/os/processes/darwin.ts'

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'processes', name), 'utf8')

/** ps and lsof that answer from the listings, and remember how they were called. */
function listings(change: (text: string) => string = text => text): { programs: Programs; calls: string[][] } {
  const calls: string[][] = []
  const answer = (file: string, args: readonly string[]): string => {
    calls.push([file, ...args])
    const only = args.includes('-p') ? new Set((args[args.indexOf('-p') + 1] ?? '').split(',')) : null
    if (file.endsWith('lsof')) return fixture('lsof-cwd.txt').split(/^(?=p\d)/m).filter(part => only === null || only.has(/^p(\d+)/.exec(part)?.[1] ?? '')).join('')
    const text = change(fixture(args.includes('pid,args') || args.at(-1) === 'pid,args' ? 'ps-args.txt' : 'ps-axo.txt'))
    return text.split('\n').filter((line, at) => at === 0 || only === null || only.has(/^\s*(\d+)/.exec(line)?.[1] ?? '')).join('\n')
  }
  return { calls, programs: { read: async (file, args) => answer(file, args), readNow: answer } }
}

describe('the table of macOS', () => {
  it('joins ps and lsof by pid', async () => {
    const { programs } = listings()
    const table = darwinProcesses({ programs })
    expect((await table.list()).find(({ pid }) => pid === 1377)).toEqual({
      pid: 1377, parent: 1203, uid: 501, startTime: '2026-08-07T16:25:15Z', name: '2.1.329', exe: '/Users/dev/.local/share/claude/versions/2.1.329',
      argv: ['claude', '--resume', '3f3c8446-2b81-4c3f-b8fb-6ded90c1fae2'], cwd: '/Users/dev/src/web with space', namespace: '', state: 'S',
    })
    expect(await table.inspect(1377)).toMatchObject({ pid: 1377, cwd: '/Users/dev/src/web with space' })
    expect([await table.inspect(4), await table.inspect(0), await table.hold(4)]).toEqual([null, null, null])
    expect(table.startedAt({ pid: 1377, startTime: '2026-08-07T16:25:15Z' })).toBe(Date.UTC(2026, 7, 7, 16, 25, 15))
  })

  it('asks lsof only about what may be an agent, with conditions that all have to hold', async () => {
    const { programs, calls } = listings()
    await darwinProcesses({ programs, detail: ({ exe }) => exe.includes('/claude/') }).list()
    expect(calls.find(([file]) => file?.endsWith('lsof'))).toEqual(['/usr/sbin/lsof', '-a', '-nP', '-p', '1377', '-d', 'cwd', '-Fpfn'])
    const none = listings()
    await darwinProcesses({ programs: none.programs, detail: () => false }).list()
    expect(none.calls.some(([file]) => file?.endsWith('lsof'))).toBe(false)
  })

  it('holds by pid and start time: another start time is another process', async () => {
    let text = (line: string): string => line
    const { programs } = listings(given => text(given))
    const held = await darwinProcesses({ programs }).hold(1377)
    expect(held?.look()).toMatchObject({ pid: 1377, cwd: '/Users/dev/src/web with space' })
    text = line => line.replace('Aug  7 16:25:15', 'Aug  7 16:25:16')
    expect(held?.look()).toBeNull()
    text = () => ''
    expect(held?.look()).toBeNull()
  })

  it('sees nobody when ps cannot be run', async () => {
    const table = darwinProcesses({ programs: { read: async () => '', readNow: () => '' } })
    expect([await table.list(), await table.inspect(1), await table.self()]).toMatchObject([[], null, { pid: process.pid, ancestors: [process.ppid], namespace: '' }])
  })
})
