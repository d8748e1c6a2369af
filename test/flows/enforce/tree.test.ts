import { describe, expect, it } from 'vitest'
import type { ProcessInfo } from '../../../src/core/machine/process-table.ts'
import { holdTree, signalTree, type Tree } from '../../../src/flows/enforce/tree.ts'
import { aWorld, type World } from '../../support/enforcement-world.ts'
import { aProcess, US } from '../../support/fake-processes.ts'

const tool = (pid: number, parent: number, change: Partial<ProcessInfo> = {}): ProcessInfo => aProcess({ pid, parent, startTime: String(pid), name: 'bash', exe: '/usr/bin/bash', argv: ['bash', '-c', 'make'], ...change })
const held = async (world: World): Promise<Tree> => {
  const root = await world.table.hold(4711)
  if (!root) throw new Error('the root is gone')
  return holdTree(world, root, US)
}
const pids = (tree: Tree): readonly number[] => tree.members.map(({ info }) => info.pid)

describe('the tree below a target', () => {
  it('is every tool it started and what those started', async () => {
    const world = aWorld({ processes: [aProcess(), tool(5000, 4711), tool(5001, 5000), tool(6000, 1), tool(6001, 900)] })
    const tree = await held(world)
    expect(pids(tree)).toEqual([5000, 5001])
    expect(tree.left).toEqual([])
    tree.release()
    expect(world.table.held).toBe(1)
  })

  it.each([
    ['a tmux server and its panes', { name: 'tmux: server', exe: '/usr/bin/tmux' }, /terminal multiplexer/],
    ['an editor and its terminals', { exe: '/usr/share/code/code' }, /IDE extension host/],
    ['a login shell', { argv: ['-bash'] }, /login shell/],
    ['another user\'s process', { uid: 0 }, /uid 0/],
    ['a container', { namespace: 'pid:[1]' }, /another pid namespace/],
    ['a session of its own', { name: 'claude', exe: '/x/claude.exe', argv: ['claude'] }, /an agent session of its own/],
    ['an IDE host', { name: 'claude', exe: '/x/claude.exe', argv: ['claude', 'extensionHost'] }, /IDE extension host/],
  ])('does not hold %s, nor what runs below', async (_name, change, reason) => {
    const world = aWorld({ processes: [aProcess(), tool(5000, 4711, change), tool(5001, 5000)] })
    const tree = await held(world)
    expect(pids(tree)).toEqual([])
    expect(tree.left.join()).toMatch(reason)
    tree.release()
    expect(world.table.held).toBe(1)
  })

  it('does not hold purser, should it ever be below', async () => {
    const world = aWorld({ processes: [aProcess(), tool(US.pid, 4711), tool(400, 4711)] })
    expect(pids(await held(world))).toEqual([])
  })

  it('takes the agent\'s own helpers along', async () => {
    const world = aWorld({ processes: [aProcess(), tool(5000, 4711, { name: 'claude', exe: '/x/claude.exe', argv: ['claude', 'bg-pty-host'] })] })
    expect(pids(await held(world))).toEqual([5000])
  })

  it('loses whoever lost the chain while it was being held: reported, not signalled', async () => {
    const world = aWorld({ processes: [aProcess(), tool(5000, 4711), tool(5001, 5000), tool(5002, 4711)] })
    const { hold } = world.table
    world.table.hold = async pid => {
      const found = await hold.call(world.table, pid)
      if (pid === 5002) world.table.end(5000)
      return found
    }
    const tree = await held(world)
    expect(pids(tree)).toEqual([5002])
    expect(tree.left).toEqual(['5001@5001 (its parent ended: it is reported, not signalled)'])
  })

  it('does not hold a process that took a child\'s pid meanwhile', async () => {
    const world = aWorld({ processes: [aProcess(), tool(5000, 4711)] })
    const { list } = world.table
    world.table.list = async () => { const seen = await list.call(world.table); world.table.change(5000, { startTime: '999' }); return seen }
    expect(pids(await held(world))).toEqual([])
  })
})

it('signals each member whatever the others answer', async () => {
  const world = aWorld({ processes: [aProcess(), tool(5000, 4711), tool(5001, 4711), tool(5002, 4711)] })
  const tree = await held(world)
  world.sent.onSignal = ({ pid }) => (pid === 5001 ? { sent: false, why: 'not_permitted', detail: 'no' } : undefined)
  world.table.end(5002)
  expect(await signalTree(world, tree, 'SIGTERM')).toEqual([{ identity: '5000@5000', error: '' }, { identity: '5001@5001', error: 'no' }, { identity: '5002@5002', error: '' }])
  expect(world.sent.sent).toEqual([{ pid: 5000, signal: 'SIGTERM' }])
})
