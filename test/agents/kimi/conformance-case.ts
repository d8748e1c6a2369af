import { readFileSync } from 'node:fs'
import { kimi } from '../../../src/agents/kimi/adapter.ts'
import { md5 } from '../../../src/agents/kimi/md5.ts'
import { aProcess } from '../../support/a-process.ts'
import type { AgentCase } from '../../support/agent-case.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/kimi/${name}`, import.meta.url), 'utf8')
const CLI = `.kimi/sessions/${md5('/home/dev/web')}`, CODE = '.kimi-code/sessions/wd_web_0f0f0f0f0f0f'
const around = { '.kimi/kimi.json': fixture('cli-1/kimi.json'), '.kimi/config.toml': fixture('cli-1/config.toml') }
const state = (over: Record<string, unknown> = {}): string => JSON.stringify({ workDir: '/home/dev/web', title: 'canary-3f1b9c', ...over })

export const conformanceCase: AgentCase = {
  adapter: kimi,
  samples: [
    {
      name: 'a session of Kimi CLI with a subagent, and a fork that copies its lines', files: {
        ...around, [`${CLI}/s1/wire.jsonl`]: fixture('cli-1/wire.jsonl'), [`${CLI}/s1/subagents/a1b2c3/wire.jsonl`]: fixture('cli-1/subagent.jsonl'), [`${CLI}/s2/wire.jsonl`]: fixture('cli-1/fork.jsonl'),
        [`${CLI}/s1/context.jsonl`]: '{"role":"user","content":"canary-3f1b9c"}\n',
      },
      totals: { responses: 9, input: 1_496 + 250 + 1, output: 135 + 25 + 1, cacheRead: 1_100 + 150, cacheWrite: 50 },
    },
    {
      name: 'a session of Kimi Code with another agent, and a fork of all of it', files: {
        [`${CODE}/session_1/state.json`]: state(), [`${CODE}/session_1/agents/main/wire.jsonl`]: fixture('code-1/main.jsonl'), [`${CODE}/session_1/agents/a2/wire.jsonl`]: fixture('code-1/subagent.jsonl'),
        [`${CODE}/session_0/state.json`]: state({ forkedFrom: 'session_1' }), [`${CODE}/session_0/agents/main/wire.jsonl`]: fixture('code-1/fork.jsonl'),
      },
      totals: { responses: 7, input: 1_140 + 98 + 7, output: 114 + 26 + 7, cacheRead: 600, cacheWrite: 10 },
    },
  ],
  roles: [
    { role: 'session', process: aProcess('/usr/bin/python3.13', ['python', '/home/dev/.local/bin/kimi'], 'python') },
    { role: 'session', process: aProcess('/usr/bin/node', ['kimi-code'], 'kimi-code') },
    { role: 'helper', process: aProcess('/usr/bin/python3.13', ['kimi-code-worker'], 'kimi-code-worke') },
    { role: 'ide', process: aProcess('/usr/bin/python3.13', ['python', '/home/dev/.local/bin/kimi', 'acp'], 'python') },
  ],
}
