import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AgentAdapter } from '../../../src/core/sessions/agent-adapter.ts'
import type { LineSource } from '../../../src/core/sessions/log-source.ts'
import { FollowedTree } from '../../../src/os/logs/followed-tree.ts'
import { createLogFinder } from '../../../src/os/logs/log-finder.ts'
import { resolveRoots, type FinderOptions } from '../../../src/os/logs/log-roots.ts'
import { tempHome, type TempHome } from '../../support/home.ts'
import { toyAgent, toyLines } from '../../support/toy-agent.ts'

let home: TempHome
beforeEach(() => { home = tempHome('roots') })
afterEach(() => home.remove())

function put(...names: readonly string[]): void {
  for (const name of names) {
    const file = path.join(home.path, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, '{}\n')
  }
}
const sourceAt = (name: string, folder: string, over: Partial<LineSource> = {}): LineSource =>
  ({ ...toyLines, name, roots: each => [{ path: `${each.home}/${folder}`, account: `~/${path.dirname(folder)}`, configHome: path.dirname(`${each.home}/${folder}`) }], ...over })
const agent = (name: string, ...sources: readonly LineSource[]): AgentAdapter => ({ ...toyAgent, name, sources })
const optionsFor = (agents: readonly AgentAdapter[], extraRoots: readonly string[] = []): FinderOptions =>
  ({ adapters: new Map(agents.map(each => [each.name, each])), environment: { home: home.path, platform: 'linux', variables: {} }, extraRoots, allowOutsideHome: false, maxFiles: 0 })

/** What is found by the walk, and by the tree that follows it: path below the home, agent and source. */
function found(agents: readonly AgentAdapter[], extraRoots: readonly string[] = []): string[] {
  const options = optionsFor(agents, extraRoots)
  const text = (log: { path: string; agent: string; source: string; place: { session: string } }): string => `${path.relative(home.path, log.path)} ${log.agent}/${log.source} ${log.place.session}`
  const walked = createLogFinder(options).find().logs.map(text).toSorted()
  const tree = new FollowedTree({ added: () => undefined, removed: () => undefined })
  tree.addRoots(resolveRoots(options).roots)
  expect(tree.take().changed.map(text).toSorted()).toEqual(walked)
  return walked
}

describe('roots that sources share', () => {
  it('are walked once, and the first source that owns a path reads it', () => {
    put('.toy/x/a.jsonl', '.toy/x/b.special.jsonl', '.toy/x/c.txt')
    const special = sourceAt('special', '.toy/x', { owns: name => name.endsWith('.special.jsonl') })
    const any = sourceAt('any', '.toy/x')
    expect(found([agent('one', special, any)])).toEqual(['.toy/x/a.jsonl one/any a.jsonl', '.toy/x/b.special.jsonl one/special b.special.jsonl'])
    expect(found([agent('one', any), agent('two', special)])).toEqual(['.toy/x/a.jsonl one/any a.jsonl', '.toy/x/b.special.jsonl one/any b.special.jsonl'])
    expect(createLogFinder(optionsFor([agent('one', special, any)])).find().roots).toEqual([path.join(home.path, '.toy/x')])
  })

  it('may lie within each other when they are of different sources, each with its own view of a path', () => {
    put('.toy/deep/log/a.jsonl', '.toy/deep/b.jsonl')
    const outer = sourceAt('outer', '.toy', { owns: name => name === 'deep/b.jsonl' })
    const inner = sourceAt('inner', '.toy/deep/log')
    const both = ['.toy/deep/b.jsonl one/outer deep/b.jsonl', '.toy/deep/log/a.jsonl two/inner a.jsonl']
    expect(found([agent('one', outer), agent('two', inner)])).toEqual(both)
    expect(found([agent('two', inner), agent('one', outer)])).toEqual(both)
  })

  it('are also those an agent\'s own list names, as far as they may be read', () => {
    put('.toy/x/a.jsonl', 'web/.toy/b.jsonl', 'api/.toy/c.jsonl')
    const list = path.join(home.path, '.toy/projects.json')
    const listing = sourceAt('listing', '.toy/x', {
      rootLists: () => [{ path: list, roots: text => text.split(' ').map(folder => ({ path: folder, account: '~/.toy', configHome: folder })) }, { path: path.join(home.path, 'absent'), roots: () => { throw new Error('never asked') } }],
    })
    expect(found([agent('one', listing)])).toEqual(['.toy/x/a.jsonl one/listing a.jsonl'])
    writeFileSync(list, `${path.join(home.path, 'web/.toy')} /etc ${path.join(home.path, 'gone')}`)
    expect(found([agent('one', listing)])).toEqual(['.toy/x/a.jsonl one/listing a.jsonl', 'web/.toy/b.jsonl one/listing b.jsonl'])
    expect(resolveRoots(optionsFor([agent('one', listing)])).refused).toMatchObject([{ path: '/etc' }])
    writeFileSync(list, 'x'.repeat(1024 * 1024 + 1))
    expect(found([agent('one', listing)]), 'no list is that long').toEqual(['.toy/x/a.jsonl one/listing a.jsonl'])
  })

  it('list and watch no folder that no source enters', () => {
    put('.toy/lines/day/a.jsonl', '.toy/lines/private/b.jsonl')
    const added: string[] = []
    const tree = new FollowedTree({ added: folder => { added.push(path.relative(home.path, folder)) }, removed: () => undefined })
    tree.addRoots(resolveRoots(optionsFor([agent('toy', toyLines)])).roots)
    expect(added).toEqual(['.toy/lines', '.toy/lines/day'])
    expect(found([agent('toy', toyLines)])).toEqual(['.toy/lines/day/a.jsonl toy/lines day/a.jsonl'])
  })

  it('are none while a folder exists that makes their files something else', () => {
    put('.toy/saved.jsonl')
    const saved = sourceAt('saved', '.toy', { roots: each => [{ path: `${each.home}/.toy`, account: '~/.toy', configHome: `${each.home}/.toy`, unless: ['sessions'] }] })
    expect(found([agent('toy', saved)])).toEqual(['.toy/saved.jsonl toy/saved saved.jsonl'])
    mkdirSync(path.join(home.path, '.toy', 'sessions'))
    expect(found([agent('toy', saved)])).toEqual([])
  })
})

describe('a root that the user named', () => {
  const chats = sourceAt('chats', '.chat/tmp/chats', { owns: name => name.endsWith('.chat.jsonl'), roots: each => [{ path: `${each.home}/.chat/tmp/chats`, account: '~/.chat', configHome: `${each.home}/.chat` }] })
  const logs = sourceAt('logs', '.toy/logs', { anyFolder: 'rest' })

  it('is a config home of whichever agent has its folder there, and then of no other', () => {
    put('backup/logs/a.jsonl', 'backup/other/b.jsonl', 'old/tmp/chats/c.chat.jsonl')
    expect(found([agent('one', logs), agent('two', chats)], [path.join(home.path, 'backup'), '~/old'])).toEqual(['backup/logs/a.jsonl one/logs a.jsonl', 'old/tmp/chats/c.chat.jsonl two/chats c.chat.jsonl'])
  })

  it('is an agent\'s log folder itself when it bears its name', () => {
    put('copy/logs/a.jsonl', 'copy/chats/c.chat.jsonl')
    const roots = resolveRoots(optionsFor([agent('one', logs), agent('two', chats)], ['~/copy/logs', '~/copy/chats'])).roots
    expect(roots.map(({ agent: name, account, configHome }) => [name, account, path.relative(home.path, configHome)])).toEqual([['two', '~/copy', 'copy'], ['one', '~/copy', 'copy']])
  })

  it('is read by sources that take any folder when it has no agent\'s layout', () => {
    put('heap/a.jsonl', 'heap/c.chat.jsonl')
    expect(found([agent('one', logs), agent('two', chats)], ['~/heap'])).toEqual(['heap/a.jsonl one/logs a.jsonl', 'heap/c.chat.jsonl one/logs c.chat.jsonl'])
    const named = { ...chats, anyFolder: true as const }
    expect(found([agent('one', logs), agent('two', named)], ['~/heap'])).toEqual(['heap/a.jsonl one/logs a.jsonl', 'heap/c.chat.jsonl two/chats c.chat.jsonl'])
  })
})
