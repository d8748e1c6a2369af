import { describe, expect, it } from 'vitest'
import type { ReportAnswer, ReportRow } from '../../../src/api/report-answer.ts'
import { distinctNames, figureCells, rowCells, rowColumns, shownModels, tellingWidth } from '../../../src/cli/render/report-columns.ts'
import { exact } from '../../../src/cli/render/figures.ts'
import { usage } from '../../support/sample-answers.ts'

const titles = (over: Partial<ReportAnswer>, whole = false): readonly string[] =>
  rowColumns({ kind: 'daily', by: ['date'], since: null, until: null, zone: 'UTC', asOf: null, total: usage('1'), rows: [], ...over }, whole).map(({ title }) => title)
const row = (over: Partial<ReportRow>): ReportRow => ({ ...usage('1.00'), ...over })

describe('projects of one name', () => {
  it('are told apart by as much of their path as it takes', () => {
    const names = distinctNames(['/home/ada/src/web', '/home/ada/old/web', '/home/ada/api', '', '/web'])
    expect([...names.values()]).toEqual(['src/web', 'old/web', 'api', '(no project)', '/web'])
  })
  it('are just named where there is only one', () => {
    expect([...distinctNames(['/a/b/c', '/a/b/c', '/'])]).toEqual([['/a/b/c', 'c'], ['/', '']])
  })
})

describe('names on a narrow screen', () => {
  it('are not cut shorter than what tells them apart, within reason', () => {
    expect(tellingWidth(['web', 'api'])).toBe(10)
    expect(tellingWidth(['project-001', 'project-002'])).toBe(11)
    expect(tellingWidth(['a-very-long-name-of-a-project-1', 'a-very-long-name-of-a-project-2'])).toBe(24)
  })
})

describe('models on a screen', () => {
  it('lose the day of their release where that tells nothing apart', () => {
    expect([...shownModels(['claude-opus-4-5-20251101', 'gpt-5'], false).values()]).toEqual(['claude-opus-4-5', 'gpt-5'])
    expect([...shownModels(['m-20251101', 'm-20260101'], false).values()]).toEqual(['m-20251101', 'm-20260101'])
    expect([...shownModels(['claude-opus-4-5-20251101'], true).values()]).toEqual(['claude-opus-4-5-20251101'])
  })
})

describe('columns', () => {
  it('are the keys in their order', () => {
    expect(titles({ kind: 'project', by: ['project', 'model', 'week', 'speed'] })).toEqual(['PROJECT', 'MODEL', 'WEEK', 'SPEED'])
  })
  it('of sessions name agents and accounts where there are several, and always in a pipe', () => {
    const one = row({ session: 'a', agent: 'claude-code', account: '~/.claude' })
    expect(titles({ kind: 'session', by: ['session'], rows: [one] })).not.toContain('AGENT')
    expect(titles({ kind: 'session', by: ['session'], rows: [one, { ...one, agent: 'codex' }] })).toContain('AGENT')
    expect(titles({ kind: 'session', by: ['session'], rows: [one] }, true)).toEqual(['SESSION', 'PROJECT', 'BRANCH', 'LAST RESPONSE', 'AGENT', 'ACCOUNT', 'MODELS'])
    expect(titles({ kind: 'session', by: ['session', 'model', 'branch'], rows: [one] })).toEqual(['SESSION', 'MODEL', 'BRANCH', 'PROJECT', 'LAST RESPONSE'])
  })
  it('of blocks keep what tells rows of one hour apart, however narrow', () => {
    const block = row({ agent: 'claude-code', account: '~/.claude', start: '2026-11-21T14:00:00.000Z' })
    const narrow = (...rows: readonly ReportRow[]): readonly string[] =>
      rowColumns({ kind: 'blocks', by: ['agent', 'account'], since: null, until: null, zone: 'UTC', asOf: null, total: usage('1'), rows }, false).filter(({ drop }) => drop === undefined).map(({ title }) => title)
    expect(narrow(block)).toEqual(['FROM', 'STATE'])
    expect(narrow(block, { ...block, agent: 'codex', account: '~/.codex' })).toEqual(['FROM', 'AGENT', 'STATE'])
    expect(narrow(block, { ...block, account: '~/.claude-work' })).toEqual(['FROM', 'ACCOUNT', 'STATE'])
  })
  it('of sessions show as much of an id as tells it from the others', () => {
    const [session] = rowColumns({ kind: 'session', by: ['session'], since: null, until: null, zone: 'UTC', asOf: null, total: usage('1'), rows: [row({ session: 'ses_e01377b2fffe' }), row({ session: 'ses_e01377b3aaaa' })] }, false)
    expect(session?.of(row({ session: 'ses_e01377b2fffe' }))).toBe('ses_e01377b2')
  })
  it('say that something is unknown rather than leave a hole', () => {
    const columns = rowColumns({ kind: 'branch', by: ['branch', 'model'], since: null, until: null, zone: 'UTC', asOf: null, total: usage('1'), rows: [] }, false)
    expect(rowCells(columns, row({ branch: '', model: 'm' }), undefined)).toEqual([{ text: '–', tone: 'faint' }, 'm'])
  })
})

it('figures add both kinds of cache writes', () => {
  expect(figureCells(usage('1.00'), '$1.00', exact)).toEqual(['1,204', '310,200', '88,104', '41,200,000', '1,240,000', '$1.00'])
})
