import { describe, expect, it } from 'vitest'
import type { AgentAnswer } from '../../../src/api/agents-answer.ts'
import { renderAgents } from '../../../src/cli/render/agents.ts'
import { plainLine, type Line } from '../../../src/core/text/line.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'

const view = { columns: 100, now: SAMPLE_NOW, rowsMax: 12 }
const text = (agents: readonly AgentAnswer[], columns = view.columns): string => renderAgents({ agents }, { ...view, columns }).map((line: Line) => plainLine(line)).join('\n')
const agent = (over: Partial<AgentAnswer>): AgentAnswer => ({
  agent: 'x', name: 'X', found: true, folders: ['/home/ada/.x'], logs: [{ source: 'logs', count: 1 }], unread: 0, accounts: ['~/.x'], responses: 1,
  lastWrittenAt: new Date(SAMPLE_NOW - 120_000).toISOString(), lastSpentAt: null, unpriced: { responses: 0, models: [] }, partial: 0, flaws: [], ...over,
})

describe('agents', () => {
  it('are a table of what is here, what needs a look below it, and the others by name', () => {
    expect(text([
      agent({ agent: 'claude-code', name: 'Claude Code', logs: [{ source: 'sessions', count: 2_415 }], responses: 129_331, accounts: ['~/.claude'] }),
      agent({ agent: 'codex', name: 'Codex', logs: [{ source: 'rollouts', count: 227 }], responses: 2_811, accounts: ['~/.codex'], unread: 1, unpriced: { responses: 12, models: ['m'] }, flaws: [{ kind: 'malformed', times: 3, files: 2 }, { kind: 'inferred', times: 1, files: 1 }] }),
      agent({ agent: 'cursor', name: 'Cursor', estimated: 'its tokens are guessed from text', responses: 40, accounts: [], lastWrittenAt: null }),
      agent({ agent: 'gemini', name: 'Gemini CLI', found: false }), agent({ agent: 'amp', name: 'Amp', found: false }),
    ])).toBe([
      'AGENT         LOGS  RESPONSES  LAST WRITTEN  WHERE',
      'Claude Code  2,415    129,331  2m ago        ~/.claude',
      'Codex          227      2,811  2m ago        ~/.codex',
      'Cursor ~         1         40  –             /home/ada/.x',
      '',
      '▲ Codex: 12 responses without a price, 3 places malformed  purser agent doctor codex',
      '· Codex: 1 log not read to the end yet',
      '~ Cursor is estimated: its tokens are guessed from text',
      '',
      'not found here  Gemini CLI, Amp',
    ].join('\n'))
  })

  it('say what to do when none is here, and name one whose logs are gone', () => {
    expect(text([agent({ name: 'Amp', found: false })])).toBe(['no agent was found for this user', 'run one once; if its logs are elsewhere: purser config edit, key roots', '', 'known  Amp'].join('\n'))
    expect(text([agent({ accounts: [], folders: [], logs: [] })])).toContain('only in the records')
  })

  it('fit eighty columns', () => {
    const wide = agent({ name: 'VS Code Copilot', accounts: ['~/.config/Code/User/globalStorage/github.copilot-chat', '~/.config/Code - Insiders/User/globalStorage'] })
    for (const line of text([wide], 80).split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })
})
