import { describe, expect, it } from 'vitest'
import { armedRule, configRule, daemonRule, nodeRule, socketRule, sqliteRule } from '../../../src/core/doctor/runtime-rules.ts'
import { machine, UNKNOWN, wrongIn } from '../../support/healthy-machine.ts'

describe('nodeRule', () => {
  it.each([['20.19.0', []], ['20.18.3', ['node error']], ['18.20.0', ['node error']], ['22.13.0', []], ['26.1.0', []]])('judges Node %s', (nodeVersion, wrong) => {
    expect(wrongIn(nodeRule(machine({ nodeVersion })))).toEqual(wrong)
  })
})

describe('sqliteRule', () => {
  it.each([['3.51.3', []], ['3.51.2', ['sqlite error']], ['3.40.1', ['sqlite error']], ['3.53.0', []]])('judges SQLite %s: before 3.51.3 several writers can corrupt it', (version, wrong) => {
    expect(wrongIn(sqliteRule(machine({ sqlite: { version } })))).toEqual(wrong)
  })

  it('says when it could not look', () => {
    expect(wrongIn(sqliteRule(machine({ sqlite: UNKNOWN })))).toEqual(['sqlite info'])
  })
})

describe('daemonRule', () => {
  it('is fine when the running version is the installed one', () => {
    expect(wrongIn(daemonRule(machine()))).toEqual([])
  })

  it('warns when another version runs', () => {
    expect(daemonRule(machine({ versions: { installed: '0.2.0' } }))).toMatchObject([{ level: 'warn', title: 'The daemon runs version 0.1.0, installed is 0.2.0', remedy: expect.stringContaining('`purser down`') }])
  })

  it('takes a missing daemon for news, and for a warning where budgets wait for it', () => {
    expect(wrongIn(daemonRule(machine({ versions: { daemon: null } })))).toEqual(['daemon info'])
    expect(daemonRule(machine({ versions: { daemon: null }, config: { stopping: ['web'] } }))).toMatchObject([{ level: 'warn', detail: expect.stringContaining('web') }])
  })
})

describe('socketRule', () => {
  it.each([
    ['answers', true, []], ['missing', true, ['socket error']], ['missing', false, []], ['refuses', true, ['socket error']], ['refuses', false, ['socket info']],
    ['not_permitted', true, ['socket error']], ['not_permitted', false, ['socket error']], ['silent', true, ['socket error']],
  ] as const)('judges a socket that is in state %s while the daemon runs: %s', (state, running, wrong) => {
    expect(wrongIn(socketRule(machine({ socket: { state }, versions: { daemon: running ? '0.1.0' : null } })))).toEqual(wrong)
  })
})

describe('configRule', () => {
  it('is fine without a problem and repeats the one there is', () => {
    expect(wrongIn(configRule(machine()))).toEqual([])
    expect(configRule(machine({ config: { problem: 'config.toml line 3: unknown key "limt"; did you mean "limit"?' } }))).toMatchObject([{ level: 'warn', detail: expect.stringContaining('line 3') }])
    const config = { problem: 'limit is missing' }
    expect([configRule(machine({ config })), configRule(machine({ config, versions: { daemon: null } }))].map(([found]) => found?.detail)).toEqual(['limit is missing. The last good one is still in force.', 'limit is missing. No daemon starts with it.'])
  })
})

describe('armedRule', () => {
  it.each([
    ['nothing asks for signals', { armed: false }, []], ['armed', { terminating: ['web'], armed: true }, []], ['a dry run', { terminating: ['web'], armed: false }, ['armed warn']],
    ['observing', { terminating: ['web'], armed: true, observing: true }, ['armed info']],
  ] as const)('judges %s', (_name, config, wrong) => {
    expect(wrongIn(armedRule(machine({ config })))).toEqual(wrong)
  })
})
