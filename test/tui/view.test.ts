import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineWidth, plainLine } from '../../src/core/text/line.ts'
import { reduce, type State } from '../../src/tui/model.ts'
import { cut, shares, sparkline, view } from '../../src/tui/view.ts'
import { quota, samples, usage } from '../support/sample-answers.ts'
import { actedOn } from '../support/terminal-text.ts'
import { aBudget, aLock, anAnswer, aSession, aState, sessionsOf } from './top-answers.ts'

const screen = (state: State, columns = 80, rows = 24): readonly string[] => view(state, { columns, rows }).map(plainLine)
const rich = aState({ answer: anAnswer({
  sessions: [aSession(), aSession({ ...usage('0.42'), session: 'b21d0c5e-1', state: 'idle', pid: null, project: '/home/ada/src/api', branch: '', agent: 'codex', seenAt: '2026-11-21T15:01:00.000Z' })],
  budgets: [aBudget(), aBudget({ id: 'api', spent: '3.10', limit: '3.00', remaining: '-0.10', onBreach: 'terminate' })], locks: [aLock({ rule: 'api', needsConfirmation: false, actions: [] })],
}) })

describe('the lists', () => {
  it('at 80 x 24 say what runs, what fills and what is locked', () => {
    expect(screen(rich).join('\n')).toBe([
      'purser 0.1.0 · following · dry run                                      16:12:00',
      'Today $24.83+   last hour $3.40   now $0.12/min    ▄█',
      '  Locks',
      '    ▲ api main  until 2026-11-22 00:00 (in 7h 48m)  $20.13 of $20.00',
      '  Budgets',
      '    api        ██████████  103%  $3.10 of $3.00    $0.10 over  day, terminate',
      '    web-daily  ███████░░░   71%  $14.20 of $20.00  $5.80 left  day, deny',
      '  Quota',
      '    ~/.claude  5h  █████████░    91%  until 17:03 (in 51m)  heard 12s ago',
      '    ~/.claude  7d  ██████████  spent  reset unknown         heard 12s ago',
      '▸ Sessions  by spending now',
      '  ▸ ● 7f3a91c2  busy  web-app  main  $3.10  $0.12/min  12s ago  pid 4121',
      '    ○ b21d0c5e  idle  api      –     $0.42          –  11m ago  no process',
      ...Array.from({ length: 10 }, () => ''),
      'q quit  ↑↓ Tab choose  Enter open  s sort  / filter  x stop  u unlock  ? help',
    ].join('\n'))
  })
  it('use the room of a wide screen', () => {
    const shown = screen(rich, 200, 50)
    expect([shown.length, shown.find(line => line.includes('7f3a91c2'))]).toEqual([50, '  ▸ ● 7f3a91c2  busy  web-app  main  $3.10  $0.12/min  12s ago  pid 4121    claude-code'])
  })
  it('are as many lines as there are rows and never wider, on any screen, whatever is in them', () => {
    const hostile = aSession({ project: '/x/\u001b[2J\u001b]52;c;ZXZpbA==\u0007プロジェクト', branch: 'a\nb\u202e', session: '\u001b[31m', account: '\u0007' })
    const state = aState({ answer: anAnswer({ sessions: [hostile, ...sessionsOf(40)], budgets: Array.from({ length: 9 }, (_, index) => aBudget({ id: `budget-${index}-with-a-long-name` })), locks: [aLock({ rule: '\u001b[2Jlock' })] }), filter: '' })
    fc.assert(fc.property(fc.integer({ min: 1, max: 220 }), fc.integer({ min: 1, max: 60 }), fc.constantFrom('', '?', '\r', '/x', 'u', '\t\r', '\t\t\r'), (columns, rows, keys) => {
      const lines = view([...keys].reduce((now, text) => reduce(now, { what: 'key', key: text === '\t' ? { key: 'tab' } : text === '\r' ? { key: 'enter' } : { key: 'text', text } }).state, state), { columns, rows })
      expect(lines).toHaveLength(rows)
      for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns)
      expect(actedOn(lines.map(plainLine).join(''))).toEqual([])
    }), { numRuns: 60 })
  })
  it('keep the chosen row in sight and say how many there are', () => {
    const state = { ...aState({ answer: anAnswer({ sessions: sessionsOf(60), rates: [] }), sort: 'today' }), chosen: { sessions: 'claude-code/00000042-1111-4111-a111-111111111111', budgets: '', locks: '' } } as const
    const shown = screen(state)
    expect([shown.find(line => line.startsWith('▸ Sessions')), shown.filter(line => line.includes('00000042')).map(line => line.slice(0, 14))]).toEqual(['▸ Sessions 36–50 of 60  by spending today', ['  ▸ ● 00000042']])
  })
  it('say when nothing runs, and when a filter hides what does', () => {
    expect(screen(aState({ answer: anAnswer({ sessions: [], budgets: [], status: { quota: [] } }) })).slice(2, 4)).toEqual(['▸ Sessions  by spending now', '    no agent is at work'])
    expect(screen(aState({ filter: 'zzz' })).find(line => line.includes('no session'))).toBe('    no session matches; Esc clears the filter')
  })
})

describe('the head', () => {
  const head = (change: Partial<State>, status: Partial<typeof samples.status> = {}): string => screen(aState({ answer: anAnswer({ status }), ...change }))[0] ?? ''
  const daemon = samples.status.daemon
  it('says whether anything is enforced, and whether the figures are of now', () => {
    expect([head({}, { daemon: { ...daemon, armed: true } }), head({}, { daemon: { ...daemon, observe: true } }), head({}, { daemon: { ...daemon, running: false } }), head({}, { daemon: { ...daemon, catchingUp: true } }), head({ problem: 'the daemon is not running' })].map(line => line.slice(15, 63).trimEnd())).toEqual([
      'following · armed', 'following · observing only', 'not running: figures are as of the last index ·', 'reading history · dry run', 'the daemon is not running',
    ])
  })
  it('draws the last minutes where there is room', () => {
    expect(screen(aState(), 100)[1]).toBe('Today $24.83+   last hour $3.40   now $0.12/min    ▄█')
    expect(sparkline([0n, 1n, 50n, 99n, 100n])).toBe(' ▁▄██')
    expect(sparkline([0n, 0n])).toBe('  ')
  })
})

describe('before the first answer and on a tiny screen', () => {
  it('there is something to read', () => {
    expect([screen(aState({ answer: null }))[1], screen(aState({ answer: null, problem: 'the daemon is not running' }))[1], screen(aState(), 30, 8)[0]]).toEqual(['asking...', 'the daemon is not running', 'needs 40 x 10, has 30 x 8'])
  })
})

describe('rows of a screen', () => {
  it('go to the sessions every other time, and to nobody who has no use for them', () => {
    const given = (space: number, sizes: readonly (readonly [string, number])[]): unknown => Object.fromEntries(shares(sizes.map(([name, rows]) => ({ name, rows })), space))
    expect(given(21, [['locks', 1], ['budgets', 9], ['quota', 2], ['sessions', 40]])).toEqual({ locks: 1, budgets: 4, quota: 2, sessions: 10 })
    expect(given(21, [['budgets', 2], ['sessions', 3]])).toEqual({ budgets: 2, sessions: 3 })
    expect(given(4, [['budgets', 9], ['sessions', 9]])).toEqual({ budgets: 1, sessions: 1 })
  })
  it('that are too long are cut at the edge, in the middle of a span', () => {
    expect(plainLine(cut(['one ', 'two three'], 8))).toBe('one two…')
  })
})

it('shows the foot of what is being typed', () => {
  const foot = (state: State): string | undefined => screen(state).at(-1)
  expect([foot(aState({ page: { page: 'filter', before: '' }, filter: 'web' })), foot(aState({ page: { page: 'unlock', lock: aLock({ rule: 'web' }), reason: 'demo' } })), foot(aState({ notice: { text: 'unlocked web', bad: false } })), foot(aState({ page: { page: 'help' } }))]).toEqual([
    'Filter: web▏  Enter keeps it, Esc goes back', 'Reason to unlock web: demo▏  Enter unlocks, Esc leaves it', 'unlocked web', 'Esc back',
  ])
  expect(quota.window).toBe('five_hour')
})
