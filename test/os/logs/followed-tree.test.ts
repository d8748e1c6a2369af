import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sessionLogs } from '../../../src/agents/claude-code/adapter.ts'
import { FollowedTree } from '../../../src/os/logs/followed-tree.ts'
import { toyDatabase } from '../../support/toy-agent.ts'

let root: string, tree: FollowedTree, events: string[]
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'purser-tree-')))
  events = []
  tree = new FollowedTree({ added: folder => events.push(`+${path.relative(root, folder)}`), removed: folder => events.push(`-${path.relative(root, folder)}`) })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const put = (relative: string, text = '{}\n'): string => {
  const file = path.join(root, relative)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}
const addRoot = (): void => tree.addRoots([{ path: root, agent: 'claude-code', source: sessionLogs, account: '~/.claude', configHome: root }])
/** Looks at everything, and says what changed and what went, by name. */
const lookAround = (): { changed: string[]; gone: string[] } => {
  for (const folder of tree.folders) tree.lookAtFolder(folder, true)
  for (const file of tree.files) tree.lookAtFile(file)
  return taken()
}
const taken = (): { changed: string[]; gone: string[] } => {
  const { changed, gone } = tree.take()
  return { changed: changed.map(log => path.relative(root, log.path)).toSorted(), gone: gone.map(log => path.relative(root, log.path)).toSorted() }
}

describe('a followed tree', () => {
  it('first holds everything there is, each once', () => {
    put('-w/s1.jsonl')
    put('-w/s1/subagents/agent-a.jsonl')
    put('-w/notes.md')
    addRoot()
    addRoot()
    expect(taken()).toEqual({ changed: ['-w/s1.jsonl', '-w/s1/subagents/agent-a.jsonl'], gone: [] })
    expect(lookAround()).toEqual({ changed: [], gone: [] })
    expect(events).toEqual(['+', '+-w', '+-w/s1', '+-w/s1/subagents'])
  })

  it('tells of growth, rewriting and replacement, and of a folder that came full', () => {
    const grown = put('-w/a.jsonl'), replaced = put('-w/b.jsonl')
    addRoot()
    tree.take()
    appendFileSync(grown, '{}\n')
    writeFileSync(`${replaced}.new`, '{}\n')
    renameSync(`${replaced}.new`, replaced)
    put('-x/deep/er/c.jsonl')
    expect(lookAround().changed).toEqual(['-w/a.jsonl', '-w/b.jsonl', '-x/deep/er/c.jsonl'])
  })

  it('lists a folder again only when it changed, unless it must', () => {
    put('-w/a.jsonl')
    addRoot()
    tree.take()
    tree.lookAtFolder(path.join(root, '-w'), false)
    expect(taken()).toEqual({ changed: [], gone: [] })
    put('-w/b.jsonl')
    tree.lookAtFolder(path.join(root, '-w'), false)
    expect(taken().changed).toEqual(['-w/b.jsonl'])
  })

  it('says that a log is gone once, and that it is back', () => {
    const file = put('-w/a.jsonl')
    addRoot()
    tree.take()
    rmSync(file)
    expect(lookAround()).toEqual({ changed: [], gone: ['-w/a.jsonl'] })
    expect(lookAround()).toEqual({ changed: [], gone: [] })
    put('-w/a.jsonl')
    expect(lookAround()).toEqual({ changed: ['-w/a.jsonl'], gone: [] })
  })

  it('says that what was in a deleted folder is gone, and lets go of the folders', () => {
    put('-w/a.jsonl')
    put('-w/a/subagents/agent-b.jsonl')
    addRoot()
    tree.take()
    rmSync(path.join(root, '-w'), { recursive: true })
    expect(lookAround().gone).toEqual(['-w/a.jsonl', '-w/a/subagents/agent-b.jsonl'])
    expect(tree.folders).toEqual([root])
    expect(events.filter(each => each.startsWith('-'))).toHaveLength(3)
  })

  it('says nothing is gone while the root cannot be seen', () => {
    put('-w/a.jsonl')
    addRoot()
    tree.take()
    renameSync(root, `${root}-away`)
    expect(lookAround()).toEqual({ changed: [], gone: [] })
    renameSync(`${root}-away`, root)
    expect(lookAround()).toEqual({ changed: [], gone: [] })
    expect(tree.files).toHaveLength(1)
  })

  it('lets go of a log that became a link or a folder, without calling it gone', () => {
    const one = put('-w/a.jsonl'), other = put('-w/b.jsonl')
    addRoot()
    tree.take()
    rmSync(one)
    symlinkSync(other, one)
    rmSync(other)
    mkdirSync(other)
    expect(lookAround()).toEqual({ changed: [], gone: [] })
    expect(tree.files).toEqual([])
  })

  it('sees a database change with its write-ahead log, and knows whose that log is', () => {
    const database = put('toy.db', 'pages')
    tree.addRoots([{ path: root, agent: 'toy', source: toyDatabase, account: '~/.toy', configHome: root }])
    expect(taken().changed).toEqual(['toy.db'])
    const wal = put('toy.db-wal', 'rows')
    expect(lookAround().changed).toEqual(['toy.db'])
    utimesSync(wal, 1_800_000_000, 1_800_000_000)
    taken()
    lookAround()
    appendFileSync(wal, 'more')
    // Within one tick of a coarse clock the size alone tells.
    utimesSync(wal, 1_800_000_000, 1_800_000_000)
    expect(lookAround().changed).toEqual(['toy.db'])
    expect(tree.logOf(wal)).toBe(database)
    expect(tree.logOf(`${root}/other.db-wal`)).toBe(`${root}/other.db-wal`)
    expect(lookAround().changed).toEqual([])
  })
})
