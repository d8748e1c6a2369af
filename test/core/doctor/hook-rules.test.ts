import { describe, expect, it } from 'vitest'
import { hookRules } from '../../../src/core/doctor/hook-rules.ts'
import { HOUR_MS, MINUTE_MS } from '../../../src/core/time.ts'
import { ago, machine, UNKNOWN, wrongIn } from '../../support/healthy-machine.ts'

const file = { file: '/home/dev/.claude/settings.json', exists: true, registered: ['PreToolUse'], missing: [], problem: null, risks: [], otherScripts: [] }
const absent = { ...file, registered: [], missing: ['PreToolUse'] }
const script = { file: '/s/purser-hook.sh', present: true, current: true }

describe('hookRules', () => {
  it.each([
    ['whole', {}, []],
    ['absent', { files: [absent] }, ['hooks info']],
    ['without their script', { script: { ...script, present: false } }, ['hooks error']],
    ['without their program', { program: { present: false } }, ['hooks error']],
    ['partly there', { files: [{ ...file, missing: ['PostToolBatch'] }] }, ['hooks warn']],
    ['partly there in one file and whole in another', { files: [{ ...file, missing: ['PostToolBatch'] }, file] }, []],
    ['of an older version', { script: { ...script, current: false } }, ['hooks warn']],
    ['switched off by a setting', { files: [{ ...file, risks: ['"disableAllHooks": true (line 3)'] }] }, ['hooks.disabled error']],
    ['switched off by a managed file', { files: [file, { ...absent, missing: [], file: '/etc/managed.json', risks: ['"allowManagedHooksOnly": true (line 1)'] }] }, ['hooks.disabled.2 error']],
    ['in a damaged file', { files: [{ ...absent, problem: { line: 4, problem: 'a comma is missing' } }] }, ['hooks info', 'hooks.unreadable warn']],
    ['beside those of another state folder', { files: [{ ...file, otherScripts: ['/old/purser-hook.sh'] }] }, ['hooks.others info']],
    ['unknown', UNKNOWN, ['hooks info']],
  ])('judges hooks that are %s', (_name, hooks, wrong) => {
    expect(wrongIn(hookRules(machine({ hooks })))).toEqual(wrong)
  })

  it('warns of missing hooks where a budget counts on them', () => {
    expect(hookRules(machine({ hooks: { files: [absent] }, config: { stopping: ['web', 'api'] } }))).toMatchObject([{ level: 'warn', detail: expect.stringContaining('web, api') }])
  })

  // now = 0; a session began, a hook was heard, the daemon listens, the script was written so many minutes ago.
  it.each<[string, { session: number | null; heard: number | null; listening: number | null; script?: number }, boolean]>([
    ['heard with the session', { session: 30, heard: 30, listening: 60 }, false],
    ['heard after the session began', { session: 30, heard: 5, listening: 60 }, false],
    ['never heard since we listen', { session: 30, heard: null, listening: 60 }, true],
    ['heard before, but not of the newest session', { session: 10, heard: 40, listening: 60 }, true],
    ['heard a moment before its first log line', { session: 30, heard: 31, listening: 60 }, false],
    ['a session from before we listened', { session: 90, heard: null, listening: 60 }, false],
    ['a session that began with the daemon', { session: 59, heard: null, listening: 60 }, false],
    ['a session from before the hooks were installed', { session: 30, heard: null, listening: 60, script: 20 }, false],
    ['a session after the hooks were installed', { session: 10, heard: null, listening: 60, script: 20 }, true],
    ['a session of this very minute', { session: 1, heard: null, listening: 60 }, false],
    ['no session yet', { session: null, heard: null, listening: 60 }, false],
    ['no daemon to hear', { session: 30, heard: null, listening: null }, false],
  ])('%s is silence: %s', (_name, { session, heard, listening, script: written = 24 * 60 }, silent) => {
    const at = (minutes: number | null) => (minutes === null ? null : ago(minutes * MINUTE_MS))
    const found = hookRules(machine({ hooks: { newestSessionAt: at(session), heardAt: at(heard), listeningSince: at(listening) }, hookScriptAt: ago(written * MINUTE_MS) }))
    expect(wrongIn(found)).toEqual(silent ? ['hooks error'] : [])
  })

  it('says since when nothing was heard', () => {
    expect(hookRules(machine({ hooks: { newestSessionAt: ago(10 * MINUTE_MS), heardAt: ago(2 * HOUR_MS), listeningSince: ago(3 * HOUR_MS) } }))[0]?.detail).toContain('the last hook was heard 2h 00m ago')
  })
})
