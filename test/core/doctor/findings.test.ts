import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../../src/cli/commands.ts'
import type { DoctorFacts } from '../../../src/core/doctor/facts.ts'
import { diagnose } from '../../../src/core/doctor/findings.ts'
import { parseUsd } from '../../../src/core/money.ts'
import { DAY_MS, HOUR_MS, instant, MINUTE_MS } from '../../../src/core/time.ts'
import { aFlaw, ago, machine, NOW, UNKNOWN, wrongIn } from '../../support/healthy-machine.ts'

/** Machines on which between them every finding fires that there is. */
const SICK: readonly DoctorFacts[] = [
  machine({
    nodeVersion: '18.0.0', sqlite: { version: '3.40.1' }, versions: { installed: '0.2.0' }, disk: { free: 4_000 }, socket: { state: 'missing' }, openers: [{ pid: 9, program: 'sqlite3' }], systemSqlite: '3.40.1',
    config: { problem: 'line 2', holdsSecrets: true, plainChannels: ['ntfy (x)'], stopping: ['a'], terminating: ['a'] },
    hooks: { script: { file: '/s', present: false, current: false }, files: [{ file: '/f', exists: true, registered: ['A'], missing: ['B'], problem: { line: 1, problem: 'p' }, risks: ['r'], otherScripts: ['/o'] }] },
    places: [{ what: 'state', path: '/s', kind: 'link', mode: 0, owner: 'us' }, { what: 'runtime', path: '/r', kind: 'unreadable', mode: 0, owner: 'unknown' }, { what: 'database', path: '/d', kind: 'folder', mode: 0, owner: 'us' }, { what: 'config', path: '/c', kind: 'file', mode: 0o644, owner: 'us' }],
    clock: { writtenUntil: instant(NOW + HOUR_MS), futureEntries: 1, latestEntryAt: instant(NOW + HOUR_MS), backwardSteps: 1, longestBackMs: HOUR_MS },
    logs: { roots: [], refused: [{ path: '/x', why: 'w' }], unreadable: [{ path: '/u', code: 'EACCES' }], links: 1, waiting: 1, grown: ['/g'], flaws: (['malformed', 'oversized', 'damaged', 'quarantined', 'unreadable'] as const).map(kind => aFlaw(kind)), caughtUpAt: ago(40 * DAY_MS) },
    retention: [{ client: 'Claude Code', file: '/f', days: 0, problem: '' }], watching: { degraded: 'ENOSPC' }, notices: { failed: [{ channel: 'c', count: 1, why: 'w' }], waiting: 1, oldestWaitingAt: ago(HOUR_MS) },
    pricing: { unpriced: [{ model: 'm', responses: 1 }], disagreements: [{ model: 'm', ours: parseUsd('2'), client: parseUsd('1'), perMille: 1_000 }] },
    claims: { orphans: [{ name: 'Deploy', holder: 'a program (pid 9)', since: ago(HOUR_MS), proof: 'its process is gone' }] },
    platform: { wsl: 1, pidNamespace: 'own' }, processes: { shortfall: 's', othersAgents: 1 },
  }),
  machine({
    versions: { daemon: null }, disk: { writable: false }, socket: { state: 'refuses' }, config: { observing: true }, hooks: { files: [] }, platform: { system: 'darwin', container: '/.dockerenv' },
    places: [{ what: 'state', path: '/s', kind: 'folder', mode: 0o777, owner: 'us' }, { what: 'runtime', path: '/r', kind: 'folder', mode: 0o700, owner: 'another' }, { what: 'database', path: '/d', kind: 'file', mode: 0o644, owner: 'us' }],
    retention: [{ client: 'Claude Code', file: '/f', days: 2, problem: '' }, { client: 'Other', file: '/g', days: null, problem: 'it is not JSON' }], watching: { folders: 65_000 },
  }),
  machine({ versions: { daemon: null }, socket: { state: 'not_permitted' }, config: { stopping: ['a'] }, hooks: { files: [] }, platform: { system: 'win32', wsl: 2 } }),
  machine({ socket: { state: 'silent' }, hooks: { program: { present: false } }, platform: { system: 'other' }, processes: { shortfall: 's' }, clock: { writtenUntil: instant(NOW + HOUR_MS) } }),
  machine({ socket: { state: 'refuses' }, hooks: { script: { file: '/s', present: true, current: false } }, watching: { degraded: 'EMFILE' }, platform: { system: 'darwin' } }),
  machine({ hooks: { newestSessionAt: ago(10 * MINUTE_MS), heardAt: null }, platform: { container: '/.dockerenv' } }),
  machine({ sqlite: UNKNOWN, disk: UNKNOWN, openers: UNKNOWN, systemSqlite: UNKNOWN, inotify: UNKNOWN, hooks: UNKNOWN, pricing: UNKNOWN, clock: UNKNOWN, logs: UNKNOWN, watching: UNKNOWN, notices: UNKNOWN, claims: UNKNOWN }),
]
const wrong = SICK.flatMap(diagnose).filter(({ level }) => level !== 'ok')

describe('diagnose', () => {
  it('finds nothing wrong with a healthy machine, and says what it looked at', () => {
    expect(wrongIn(diagnose(machine()))).toEqual([])
    expect(diagnose(machine()).length).toBeGreaterThan(18)
  })

  it('runs every rule: each of these ids fires somewhere', () => {
    expect([...new Set(wrong.map(({ id }) => id))].toSorted()).toEqual([
      'armed', 'claims', 'claims.orphaned', 'clock', 'clock.behind', 'clock.future', 'clock.stepped', 'config', 'daemon', 'database.system_sqlite', 'database.writers', 'disk', 'hooks', 'hooks.disabled', 'hooks.others', 'hooks.unreadable',
      'log', 'log.cut_off', 'log.damaged', 'log.growth', 'log.late', 'log.links', 'log.malformed', 'log.oversized', 'log.quarantined', 'log.refused', 'log.retention', 'log.retention.2', 'log.roots', 'log.unreadable', 'log.waiting',
      'node', 'notify', 'notify.failed', 'notify.late', 'notify.plain', 'place.config', 'place.database', 'place.runtime', 'place.state', 'platform', 'platform.container', 'platform.namespace', 'platform.users', 'platform.wsl',
      'pricing', 'pricing.disagreement', 'pricing.unpriced', 'socket', 'sqlite', 'watch',
    ])
  })

  it.each([...new Map(wrong.map(finding => [`${finding.id}: ${finding.title}`, finding])).entries()])('%s: says what to type', (_name, finding) => {
    expect(finding.remedy).toMatch(/`[^`]+`/)
    expect(finding.title).not.toBe('')
    expect(finding.detail).not.toBe('')
    expect(`${finding.title}${finding.detail}${finding.remedy}`).not.toMatch(/undefined|NaN|\[object|\n/)
  })

  it('names no purser command that does not exist', () => {
    const known = COMMANDS.map(({ name }) => name)
    const typed = wrong.flatMap(({ remedy }) => [...remedy.matchAll(/`[^`]*?\bpurser ([a-z][a-z -]*)/g)].map(match => (match[1] ?? '').split(/ -| DIR/)[0]?.trim() ?? ''))
    expect(typed.length).toBeGreaterThan(20)
    expect(typed.filter(text => !known.includes(text))).toEqual([])
  })

  it('gives a remedy to nothing that is fine', () => {
    expect(SICK.flatMap(diagnose).filter(({ level, remedy }) => level === 'ok' && remedy !== '')).toEqual([])
  })

  it('gives no two findings of one machine the same id, so that a program can follow one', () => {
    for (const facts of SICK) {
      const ids = diagnose(facts).map(({ id }) => id)
      expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    }
  })
})
