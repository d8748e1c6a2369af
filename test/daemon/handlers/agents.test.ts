import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readLogs } from '../../../src/daemon/handlers/reports.ts'
import { countsFor, header, rolloutPath, rolloutText, threadId, turn } from '../../support/codex-lines.ts'
import { OpenWorld } from '../../support/open-world.ts'

describe('agents', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })
  const opened = async (): Promise<OpenWorld> => (open = await OpenWorld.open())
  const listed = async (name: string) => (await open?.handlers['agent.list']({}))?.agents.find(({ agent }) => agent === name)
  const rollout = (model: string, torn = ''): void => {
    const file = path.join(open?.home.path ?? '', rolloutPath(threadId(1)))
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, rolloutText(header(threadId(1)), turn(model), ...countsFor([[100, 0, 5], [200, 0, 7]])) + torn)
  }

  it('are listed all, with what was found and read of each', async () => {
    await opened()
    await open?.spend({ session: 's1' }, { session: 's2' })
    rollout('gpt-5.3-codex')
    expect(await listed('codex')).toMatchObject({ found: true, logs: [{ source: 'rollouts', count: 1 }], unread: 1, responses: 0, accounts: ['~/.codex'], lastSpentAt: null })
    if (open) await readLogs(open.world)
    expect(await listed('codex')).toMatchObject({ unread: 0, responses: 2, unpriced: { responses: 0, models: [] }, flaws: [], lastSpentAt: '2026-05-04T08:00:20.000Z' })
    expect(await listed('claude-code')).toMatchObject({ found: true, responses: 2, logs: [{ source: 'sessions', count: 2 }] })
    expect(await listed('gemini')).toMatchObject({ found: false, folders: [], logs: [], responses: 0, lastWrittenAt: null })
  })

  it('are diagnosed: what has no price and what could not be understood, agent by agent', async () => {
    await opened()
    rollout('codex-auto-review', '{"type":"event_msg","payload":{"type":"token_count"\n')
    if (open) await readLogs(open.world)
    expect(await listed('codex')).toMatchObject({ unpriced: { responses: 2, models: ['codex-auto-review'] }, flaws: [{ kind: 'malformed', times: 1, files: 1 }] })
    const findings = (await open?.handlers['agent.doctor']({}))?.findings ?? []
    expect(findings.map(({ id, level }) => [id, level])).toEqual([['agent.codex', 'ok'], ['agent.codex.malformed', 'warn'], ['agent.codex.unpriced', 'warn']])
    expect((await open?.handlers['agent.doctor']({ agent: 'claude-code' }))?.findings).toMatchObject([{ level: 'info', title: 'Claude Code was not found' }])
  })

  it('that are guessed never count for a hard action', async () => {
    const world = (await opened()).world
    expect([...world.estimatedAgents].toSorted()).toEqual(world.adapters.filter(({ estimated }) => estimated !== undefined).map(({ name }) => name).toSorted())
    expect(world.estimatedAgents.has('cursor')).toBe(true)
    expect(world.estimatedAgents.has('codex')).toBe(false)
  })

  it('of another name are no agent, and the nearest is named', async () => {
    await opened()
    await expect(open?.handlers['agent.doctor']({ agent: 'codx' })).rejects.toMatchObject({ code: 'not_found', message: 'no agent is called "codx"; did you mean "codex"? See them: purser agent list' })
  })
})
