import { describe, expect, it } from 'vitest'
import { renderHooks, renderUnchanged, renderUninstall } from '../../../src/cli/render/setup.ts'
import { plainLine, type Line } from '../../../src/core/text/line.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'
import { hooksAnswer, uninstallAnswer } from '../../support/sample-answers.ts'

const view = { columns: 80, now: SAMPLE_NOW, rowsMax: 12 }
const text = (lines: readonly Line[]): string => lines.map(plainLine).join('\n')

describe('hooks', () => {
  it('show every file, what was left alone and how to undo it', () => {
    expect(text(renderHooks({ ...hooksAnswer, warnings: ['not covered: claude --bare', 'curl was not found', 'not covered: claude --safe-mode'] }, undefined, view))).toBe([
      'claude-code hooks  user settings  installed',
      '',
      '  wrote       /home/ada/.claude/settings.json',
      '  before      /home/ada/.local/state/purser/backups/settings.json.1',
      '  wrote       /home/ada/.local/state/purser/purser-hook.sh',
      '  listens to  SessionStart, UserPromptSubmit, PreToolUse, PostToolBatch,',
      '              SessionEnd',
      '  left alone  2 hooks of your own',
      '',
      '▲ curl was not found',
      '▲ not covered: claude --bare, claude --safe-mode',
      '',
      '  take them out again: purser hooks uninstall',
    ].join('\n'))
  })
  it('tell when they were last heard, and that silence is suspicious', () => {
    expect(text(renderHooks(hooksAnswer, '2026-11-21T15:11:48.000Z', view))).toContain('last heard  12s ago')
    expect(text(renderHooks(hooksAnswer, null, view))).toContain('last heard  never; start an agent, then look again')
    expect(text(renderHooks({ ...hooksAnswer, state: 'absent' }, null, view))).not.toContain('last heard')
  })
  it.each([['absent', 'purser hooks install'], ['outdated', 'renew them'], ['partial', 'some are missing']] as const)('when %s say what to type', (state, said) => {
    expect(text(renderHooks({ ...hooksAnswer, state }, undefined, view))).toContain(said)
  })
  it('of a project name the option that means them, and what absent ones would not cover is left out', () => {
    expect(text(renderHooks({ ...hooksAnswer, scope: 'project' }, undefined, view))).toContain('take them out again: purser hooks uninstall --project')
    const absent = text(renderHooks({ ...hooksAnswer, scope: 'project', state: 'absent', warnings: ['not covered: claude --bare', 'curl was not found'] }, undefined, view))
    expect([absent.includes('purser hooks install --project'), absent.includes('not covered'), absent.includes('curl was not found')]).toEqual([true, false, true])
  })
  it('say in one line when nothing had to be done', () => {
    expect(text(renderUnchanged(hooksAnswer))).toBe('claude-code hooks  user settings  installed already; nothing changed   look: purser hooks status')
    expect(text(renderUnchanged({ ...hooksAnswer, state: 'absent', scope: 'project' }))).toBe('claude-code hooks  project settings  absent; nothing changed')
    expect(text(renderHooks({ ...hooksAnswer, changed: false }, undefined, view))).not.toContain('changed')
  })
})

describe('uninstall', () => {
  it('tells every step and what is left', () => {
    expect(text(renderUninstall(uninstallAnswer, view))).toBe([
      'stopped   daemon  pid 4242',
      'restored  hooks   /home/ada/.claude/settings.json  as it was before purser, byte',
      '                  for byte',
      'kept      state   /home/ada/.local/state/purser  records of what was spent',
      '',
      'records and configuration are kept; remove them too: purser uninstall --purge',
    ].join('\n'))
    expect(text(renderUninstall({ ...uninstallAnswer, purged: true }, view))).toContain('purser has left this machine')
  })
})
