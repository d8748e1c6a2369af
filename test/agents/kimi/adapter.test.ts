import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cliSessions, codeSessions, kimi } from '../../../src/agents/kimi/adapter.ts'
import { md5 } from '../../../src/agents/kimi/md5.ts'
import { factsOf, type AgentLog } from '../../support/agent-logs.ts'
import { itIsTheSameLedgerInAnyOrder } from '../../support/any-order.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/kimi/${name}`, import.meta.url), 'utf8')
const PROJECT = md5('/home/dev/web')
const around = { '../kimi.json': fixture('cli-1/kimi.json'), '../config.toml': fixture('cli-1/config.toml'), '../config.json': null }
const LOGS: readonly AgentLog[] = [
  ...([['s1/wire.jsonl', 'wire'], ['s1/subagents/a1b2c3/wire.jsonl', 'subagent'], ['s2/wire.jsonl', 'fork']] as const)
    .map(([path, name]) => ({ source: cliSessions, path: `${PROJECT}/${path}`, text: fixture(`cli-1/${name}.jsonl`), companions: around })),
  ...([['session_1/agents/main', 'main', {}], ['session_1/agents/a2', 'subagent', {}], ['session_0/agents/main', 'fork', { forkedFrom: 'session_1' }]] as const)
    .map(([path, name, state]) => ({ source: codeSessions, path: `wd_web/${path}/wire.jsonl`, text: fixture(`code-1/${name}.jsonl`), companions: { [`wd_web/${path.split('/')[0]}/state.json`]: JSON.stringify({ workDir: '/home/dev/web', ...state }) } })),
]

describe('Kimi', () => {
  itIsTheSameLedgerInAnyOrder('Kimi', LOGS)

  it('lets no key of the configuration into a fact', () => {
    expect(JSON.stringify(LOGS.flatMap(log => factsOf(log)))).not.toContain('canary-3f1b9c')
  })

  it('resumes a session by its id', () => {
    expect(kimi.resume?.argv('s1')).toEqual(['kimi', '--session', 's1'])
  })
})
