import { describe, expect, it } from 'vitest'
import type { SessionRecordAnswer } from '../../../src/api/session-answers.ts'
import { renderSession, renderSessions } from '../../../src/cli/render/sessions.ts'
import { displayWidth } from '../../../src/core/text/display-width.ts'
import { plainLine } from '../../../src/core/text/line.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'
import { sessionRecord } from '../../support/sample-answers.ts'

const view = { columns: 120, now: SAMPLE_NOW, rowsMax: 12 }
const record = (over: Partial<SessionRecordAnswer> = {}): SessionRecordAnswer => ({ ...sessionRecord, copies: [], ...over })
const text = (lines: ReturnType<typeof renderSession>): string => lines.map(plainLine).join('\n')

describe('sessions', () => {
  it('are a table that holds ids in full', () => {
    const process = { pid: 77, startTime: '1', startedAt: null }
    expect(text(renderSessions([record({ state: 'busy', process }), record({ session: 'ses_41', agent: 'opencode', state: 'unproven', process: null, pane: null, branch: '', seenAt: null }), record()], view))).toBe([
      'STATE     SESSION                               PROJECT  BRANCH  PROCESS  PANE       SEEN     AGENT',
      'busy      7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001  web-app  main    pid 77   purser-10  12s ago  claude-code',
      'unproven  ses_41                                web-app  –       –        –          –        opencode',
      'lost      7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001  web-app  main    –        purser-10  12s ago  claude-code',
    ].join('\n'))
  })
  it('say what is worth a look: one conversation in two processes', () => {
    expect(text(renderSessions([record({ copies: [4188] })], view))).toContain('runs in 2 processes; end all but one')
  })
  it('say how to see older ones, and count what does not fit', () => {
    expect(text(renderSessions([], view))).toBe('no session was heard of in the last day; older ones: purser session list --all')
    expect(text(renderSessions([record(), record(), record()], { ...view, rowsMax: 2 }))).toContain('and 1 more session: purser session list --json')
  })
  it.each([80, 100, 200])('fit %i columns', columns => {
    for (const line of [...renderSessions([record({ project: `/${'x'.repeat(90)}` })], { ...view, columns }), ...renderSession(record({ resume: null, because: 'no' }), { ...view, columns })]) expect(displayWidth(plainLine(line))).toBeLessThanOrEqual(columns)
  })
})

describe('a session', () => {
  it('is everything known of it, and what to type next', () => {
    expect(text(renderSession(record({ resume: { argv: ['claude', '--resume', 'x'], cwd: '/home/ada/my web', differs: '' } }), view))).toBe([
      'lost  7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001  claude-code',
      '',
      '  state         its process is gone without a word',
      '  last process  pid 4121, started 1h 10m ago',
      '  generation    2: it was taken up again',
      '  folder        /home/ada/src/web-app',
      '  branch        main',
      '  account       ~/.claude',
      '  model         claude-opus-5-5',
      '  pane          purser-10',
      '  first seen    1h 32m ago',
      '  last seen     12s ago',
      '',
      '  look at it  purser session attach 7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001',
      '  take it up  purser session resume 7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001',
      "  by hand     cd '/home/ada/my web' && claude --resume x",
    ].join('\n'))
  })
  it('says why it cannot be taken up', () => {
    expect(text(renderSession(record({ resume: null, because: 'the folder it worked in is gone: /x', pane: null, generation: 0, process: null }), view))).toContain('it cannot be taken up now: the folder it worked in is gone: /x')
  })
})
