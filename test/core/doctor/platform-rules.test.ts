import { describe, expect, it } from 'vitest'
import { platformRules, watchRules } from '../../../src/core/doctor/platform-rules.ts'
import { machine, UNKNOWN, wrongIn } from '../../support/healthy-machine.ts'

describe('platformRules', () => {
  it.each([
    ['Linux', {}, {}, []],
    ['Linux that hides processes', {}, { shortfall: 'hidepid=2 hides processes of other users' }, ['platform warn']],
    ['a Mac nobody has verified', { system: 'darwin' }, { childVerified: null }, ['platform warn']],
    ['a Mac where stopping a child failed', { system: 'darwin' }, { childVerified: false }, ['platform warn']],
    ['a Mac where a child was stopped', { system: 'darwin' }, { childVerified: true }, []],
    ['Windows', { system: 'win32' }, {}, ['platform warn']],
    ['another system', { system: 'other' }, {}, ['platform warn']],
    ['WSL 1', { wsl: 1 }, {}, ['platform.wsl warn']],
    ['WSL 2', { wsl: 2 }, {}, ['platform.wsl info']],
    ['a container with its own processes', { container: '/.dockerenv', pidNamespace: 'own' }, {}, ['platform.namespace info']],
    ['a container that sees the machine', { container: '/run/.containerenv', pidNamespace: 'initial' }, {}, ['platform.container info']],
    ['a bare pid namespace', { pidNamespace: 'own' }, {}, ['platform.namespace info']],
    ['agents of other users', {}, { othersAgents: 2 }, ['platform.users info']],
    ['agents nobody can count', {}, { othersAgents: null }, []],
  ] as const)('judges %s', (_name, platform, processes, wrong) => {
    expect(wrongIn(platformRules(machine({ platform, processes })))).toEqual(wrong)
  })

  it('warns of a pid namespace where a budget wants to stop what may be outside it', () => {
    expect(wrongIn(platformRules(machine({ platform: { pidNamespace: 'own' }, config: { terminating: ['web'] } })))).toEqual(['platform.namespace warn'])
  })

  it('never calls a system fine that it warns about', () => {
    for (const system of ['darwin', 'win32', 'other'] as const) expect(platformRules(machine({ platform: { system } })).some(({ level }) => level === 'ok')).toBe(false)
  })
})

describe('watchRules', () => {
  it.each([
    ['few folders', { watching: { folders: 40 } }, []],
    ['folders near the limit', { watching: { folders: 60_000 } }, ['watch warn']],
    ['folders just below four fifths of it', { watching: { folders: 800 }, inotify: { watchesMax: 1_001 } }, []],
    ['exactly four fifths of it', { watching: { folders: 800 }, inotify: { watchesMax: 1_000 } }, ['watch warn']],
    ['watching given up', { watching: { degraded: 'ENOSPC: no watches left' } }, ['watch warn']],
    ['watching given up for want of a permission', { watching: { degraded: 'folders cannot be watched (EACCES)' } }, ['watch warn']],
    ['watching given up on a Mac', { watching: { degraded: 'EMFILE' }, platform: { system: 'darwin' } }, ['watch warn']],
    ['no known limit', { watching: { folders: 60_000 }, inotify: UNKNOWN }, []],
    ['no daemon to ask', { watching: UNKNOWN }, ['watch info']],
  ] as const)('judges %s', (_name, over, wrong) => {
    expect(wrongIn(watchRules(machine(over)))).toEqual(wrong)
  })
})
