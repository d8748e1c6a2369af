// What `purser run` started, alike on every engine.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../src/core/launch/run.ts'
import { nanoUsd } from '../../src/core/money.ts'
import { instant } from '../../src/core/time.ts'
import { ENGINES, type OpenStores } from '../support/databases.ts'

const AT = instant(Date.UTC(2026, 10, 21, 12))
const aRun = (id: string, change: Partial<Run> = {}): Run => ({
  id, node: 'n1', agent: 'claude-code', program: 'claude', session: 's1', account: '~/.claude', project: '/p', branch: 'main', folder: '/p', boot: 'b1', pid: 4711, startTime: '77',
  resumed: false, budget: nanoUsd(5_000_000_000n), startedAt: AT, endedAt: null, ...change,
})

describe.each(ENGINES)('runs on $name', engine => {
  let open: OpenStores
  beforeAll(async () => { open = await engine.open() })
  afterAll(async () => { await open.close() })
  const add = (run: Run) => open.stores.transaction(() => open.stores.runs.add(run))
  const end = (id: string, after = 10) => open.stores.transaction(() => open.stores.runs.end(id, instant(AT + after), 143))

  it('come back as they were written', async () => {
    await add(aRun('whole'))
    await add(aRun('bare', { budget: null, resumed: true, pid: 5, agent: '', session: '' }))
    expect(await open.stores.read(() => open.stores.runs.get('whole'))).toEqual(aRun('whole'))
    expect(await open.stores.read(() => open.stores.runs.get('bare'))).toMatchObject({ budget: null, resumed: true, agent: '' })
    expect(await open.stores.read(() => open.stores.runs.get('nobody'))).toBeNull()
  })

  it('are found by their process while they run: pid and start time, never the pid alone', async () => {
    await add(aRun('mine', { pid: 100, startTime: '5' }))
    const found = (startTime: string) => open.stores.read(() => open.stores.runs.ofProcess({ pid: 100, startTime }))
    expect(await found('5')).toMatchObject({ id: 'mine' })
    expect(await found('6')).toBeNull()
    await end('mine')
    expect(await found('5')).toBeNull()
    expect(await open.stores.read(() => open.stores.runs.get('mine'))).toMatchObject({ endedAt: AT + 10 })
  })

  it('end once: a second word does not move the end, and who saw how it ended is heard', async () => {
    await add(aRun('once', { pid: 101 }))
    await end('once', 10)
    await end('once', 99)
    expect(await open.stores.read(() => open.stores.runs.get('once'))).toMatchObject({ endedAt: AT + 10 })
  })

  it('keep the sessions that turned out to be theirs, each once', async () => {
    await add(aRun('two', { pid: 102 }))
    const know = (session: string) => open.stores.transaction(() => open.stores.runs.addSession('two', { agent: 'codex', session }))
    expect([await know('a'), await know('b'), await know('a')]).toEqual([true, true, false])
    expect(await open.stores.read(() => open.stores.runs.sessions('two'))).toEqual([{ agent: 'codex', session: 'a' }, { agent: 'codex', session: 'b' }])
    expect(await open.stores.read(() => open.stores.runs.ofSession({ agent: 'codex', session: 'a' }))).toEqual(['two'])
  })

  it('are told of that were under way since', async () => {
    await add(aRun('old', { pid: 103, project: '/q' }))
    await add(aRun('open', { pid: 104, project: '/q' }))
    await end('old', 10)
    const beside = (since: number) => open.stores.read(function* () { return (yield* open.stores.runs.beside('claude-code', '/q', instant(AT + since))).map(({ id }) => id) })
    expect(await beside(5)).toEqual(['old', 'open'])
    expect(await beside(11)).toEqual(['open'])
  })
})
