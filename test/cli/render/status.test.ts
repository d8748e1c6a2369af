import { describe, expect, it } from 'vitest'
import type { LockAnswer, StatusAnswer } from '../../../src/api/control-plane.ts'
import { renderStatus } from '../../../src/cli/render/status.ts'
import { displayWidth } from '../../../src/core/text/display-width.ts'
import { plainLine, type Line } from '../../../src/core/text/line.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'
import { lock, samples, session, usage } from '../../support/sample-answers.ts'
import { actedOn } from '../../support/terminal-text.ts'

const status: StatusAnswer = { ...samples.status, budgets: samples.status.budgets.map(({ task: _none, ...rule }) => rule) }
const view = { columns: 80, now: SAMPLE_NOW, rowsMax: 12 }
const text = (lines: readonly Line[]): string => lines.map(plainLine).join('\n')
const { released: _released, ...open } = lock
const openLock: LockAnswer = open

describe('status', () => {
  it('is one screen', () => {
    expect(text(renderStatus(status, view))).toBe([
      'purser 0.1.0 · following · dry run: signals wait for purser arm',
      '',
      'Today  $24.83+   1,204 responses   310k in   88.1k out   42.4M cached',
      '+ at least: 3 responses have no price yet; see: purser pricing diagnose',
      '',
      'PROJECT  BRANCH           TODAY  RESPONSES  INPUT  OUTPUT  CACHED',
      'web-app  main           $14.20         640   310k   88.1k   42.4M',
      'web-app  feature/login   $6.11         310   310k   88.1k   42.4M',
      'api      main            $4.52+        254   310k   88.1k   42.4M',
      '',
      'Budgets',
      '  all                    █████████░  92%  $371.20 of $400.00  $28.80 left',
      '    everything, month until 2026-12-01 00:00 · warn',
      '    class O: about $1.90 over (estimate)',
      '  web-daily branch main  ███████░░░  71%  $14.20 of $20.00    $5.80 left',
      '    project web-*, each branch, day until 2026-11-22 00:00 · deny',
      '    class H: at most $0.41 over, plus unseen calls up to $0.02',
      '',
      'Quota',
      '  ~/.claude  5h  █████████░    91%  until 17:03 (in 51m)  status line, 12s ago',
      '  ~/.claude  7d  ██████████  spent  reset unknown         log, 12s ago',
      '',
      'Sessions',
      '  ● 7f3a91c2  busy  web-app  main  $3.10  pid 4121    12s ago  claude-code',
      '  ○ b21d0c5e  idle  api      –     $0.42  no process  11m ago  claude-code',
      '',
      'Claims',
      '  CLAIM                   HELD BY                  FOR  TOKEN  WHY',
      '  …/src/web-app/src/auth  you (claude-code 7f3a9…  10m      7  rewrite the login',
      '',
      'socket /run/user/1000/purser/purser.sock, pid 4242',
    ].join('\n'))
  })
  it('sorts projects by what they cost together, then their branches', () => {
    const row = (name: string, branch: string, cost: string) => ({ ...usage(cost), project: `/src/${name}`, name, branch })
    const lines = text(renderStatus({ ...status, projects: [row('a', 'x', '6.00'), row('b', 'small', '4.00'), row('b', 'big', '5.00')] }, view)).split('\n')
    expect(lines.filter(line => /^[ab] /.test(line)).map(line => line.split(/ +/).slice(0, 2).join(' '))).toEqual(['b big', 'b small', 'a x'])
  })
  it('shows locks in force and hides those that ended', () => {
    expect(text(renderStatus({ ...status, locks: [openLock] }, view))).toContain('\nLocks\n  ▲ L3f9a2c')
    expect(text(renderStatus(status, view))).not.toContain('Locks')
    expect(text(renderStatus({ ...status, claims: [] }, view))).not.toContain('Claims')
  })
  it.each([
    ['without a daemon', { running: false, version: null, pid: null }, 'not running', 'figures are as of the last index; follow live with: purser up'],
    ['armed', { armed: true }, '· armed', ''],
    ['while history is read', { catchingUp: true }, 'reading history', ''],
    ['only observing', { observe: true }, 'observing only: nothing is enforced', ''],
  ])('says so %s', (_, daemon, said, more) => {
    const shown = text(renderStatus({ ...status, daemon: { ...status.daemon, ...daemon } }, view))
    expect(shown.split('\n')[0]).toContain(said)
    expect(shown).toContain(more)
  })
  it('shows a damaged configuration and which version is still in force', () => {
    const several = text(renderStatus({ ...status, config: { ...status.config, problem: 'it has 2 problems:\n  line 1: limit is missing\n  line 3: limt is no key' } }, view))
    expect(several).toContain('\nconfig: it has 2 problems:\n  line 1: limit is missing\n  line 3: limt is no key\nstill in force')
    const shown = text(renderStatus({ ...status, config: { ...status.config, problem: 'line 3: unknown key "budgt"' } }, view))
    expect(shown).toContain('config: line 3: unknown key "budgt"\nstill in force: version 9c41')
  })
  it('says what to do on an empty machine', () => {
    const shown = text(renderStatus({ ...status, projects: [], sessions: [], budgets: [], locks: [] }, view))
    for (const said of ['no agent has spent anything today', 'no budgets yet; make one: purser budget set', 'no agent is at work']) expect(shown).toContain(said)
  })
  it('counts rows that do not fit, with what they cost', () => {
    const projects = Array.from({ length: 15 }, (_, index) => ({ ...usage(`${20 - index}.00`), project: `/p${index}`, name: `p${index}`, branch: '' }))
    expect(text(renderStatus({ ...status, projects }, view))).toContain('and 3 more rows, $21.00: purser report project --last 1d')
  })
  it.each([40, 60, 80, 100, 200])('fits %d columns with wide, hostile and endless names', columns => {
    const name = `${'漢字'.repeat(40)}\u001b[2J\u202e${'x'.repeat(50)}`
    const hostile = { ...status, projects: status.projects.map(row => ({ ...row, name, branch: name })), sessions: [{ ...session, branch: name, project: `/${name}` }], locks: [{ ...openLock, perValue: name }] }
    // Below 80 only the tables give way: a path or a sentence wraps when it is painted.
    const tables = renderStatus(hostile, { ...view, columns }).map(plainLine).filter(line => /漢/.test(line))
    expect(tables.length).toBeGreaterThan(0)
    if (columns >= 80) for (const line of tables) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
    expect(actedOn(tables.join(''))).toEqual([])
  })
  it('cuts nothing in a pipe', () => {
    const long = 'feature/'.padEnd(150, 'x')
    expect(text(renderStatus({ ...status, projects: status.projects.map(row => ({ ...row, branch: long })) }, { ...view, columns: Infinity, rowsMax: Infinity }))).toContain(long)
  })
})
