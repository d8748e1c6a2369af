import { describe, expect, it } from 'vitest'
import { hasFindings, renderConfig, renderConfigCheck, renderFindings, renderNotified } from '../../../src/cli/render/findings.ts'
import { plainLine, type Line } from '../../../src/core/text/line.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'
import { samples } from '../../support/sample-answers.ts'

const view = { columns: 80, now: SAMPLE_NOW, rowsMax: 12 }
const text = (lines: readonly Line[]): string => lines.map(plainLine).join('\n')

describe('doctor', () => {
  it('puts the worst first, each with what to type, and keeps what is fine to a line', () => {
    expect(text(renderFindings(samples.doctor.findings, view))).toBe([
      '✗ The database cannot be written',
      '  /home/ada/.local/state/purser/purser.db: read-only file system',
      '  → mount it read-write, or set PURSER_STATE',
      '',
      '▲ Hooks are not installed',
      '  Agents are then only stopped by signals, after a response is logged.',
      '  → purser hooks install',
      '',
      '· Claude Code deletes logs after 30 days',
      '  purser keeps what it has read.',
      '',
      '✓ SQLite 3.53.0',
      '',
      '2 findings to look at; 1 check is fine',
    ].join('\n'))
  })
  it('shows commands without their backticks', () => {
    expect(text(renderFindings([{ id: 'a', level: 'warn', title: 'T', detail: 'run `purser ps`', remedy: 'type `purser up` now' }], view))).toContain('  run purser ps\n  → type purser up now')
  })
  it('counts warnings and errors as findings, notes not', () => {
    expect(samples.doctor.findings.map(finding => [finding.level, hasFindings([finding])])).toEqual([['ok', false], ['warn', true], ['info', false], ['error', true]])
    expect(text(renderFindings(samples.doctor.findings.filter(finding => finding.level === 'ok'), view))).toBe('✓ SQLite 3.53.0\n\nall well: 1 check is fine')
  })
})

describe('the configuration', () => {
  it('names file and line of every problem', () => {
    expect(text(renderConfigCheck(samples['config.check']))).toBe('✗ /home/ada/.config/purser/config.toml:12: unknown key "windw"; did you mean "window"?')
  })
  it('says what a good one holds, and what none means', () => {
    expect(text(renderConfigCheck({ ...samples['config.check'], problems: [] }))).toBe('✓ /home/ada/.config/purser/config.toml: 2 budgets, version 9c41')
    expect(text(renderConfigCheck({ ...samples['config.check'], exists: false, problems: [] }))).toBe('/home/ada/.config/purser/config.toml does not exist; the defaults are in force')
  })
  it('shows every value and where it comes from', () => {
    expect(text(renderConfig({ ...samples['config.show'], problem: null }, view))).toBe([
      '/home/ada/.config/purser/config.toml  version 9c41',
      '',
      'KEY         VALUE         FROM',
      'zone        Europe/Paris  config.toml:1',
      'logs.sweep  2s            default',
    ].join('\n'))
    expect(text(renderConfig(samples['config.show'], view))).toContain('the last good version is still in force')
  })
})

it('tells which channel delivered and why another did not', () => {
  expect(text(renderNotified(samples['notify.test'].results, view))).toBe('✓  desktop  shown in 40 ms\n✗  ntfy     HTTP 403 from ntfy.example; check the access token of this channel')
  expect(text(renderNotified([], view))).toBe('no channel is configured; add a [[notify]] table: purser config edit')
})
