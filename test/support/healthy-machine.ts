// Facts of a machine on which all is well; a test changes what it is about.
import type { DoctorFacts } from '../../src/core/doctor/facts.ts'
import type { Finding } from '../../src/core/doctor/finding.ts'
import type { Flaw } from '../../src/core/tailing/cursor-store.ts'
import { HOUR_MS, instant, MINUTE_MS, type Instant } from '../../src/core/time.ts'

export const NOW: Instant = instant(Date.UTC(2026, 10, 21, 12))
export const ago = (ms: number): Instant => instant(NOW - ms)
export const UNKNOWN = { unknown: 'it cannot be asked' }

const FACTS: DoctorFacts = {
  now: NOW, nodeVersion: '22.23.0', platform: { system: 'linux', wsl: 0, container: '', pidNamespace: 'initial' },
  places: [
    { what: 'state', path: '/home/dev/.local/state/purser', kind: 'folder', mode: 0o700, owner: 'us' },
    { what: 'runtime', path: '/run/user/1000/purser', kind: 'folder', mode: 0o700, owner: 'us' },
    { what: 'database', path: '/home/dev/.local/state/purser/purser.db', kind: 'file', mode: 0o600, owner: 'us' },
    { what: 'config', path: '/home/dev/.config/purser/config.toml', kind: 'file', mode: 0o644, owner: 'us' },
  ],
  socket: { path: '/run/user/1000/purser/purser.sock', state: 'answers' }, disk: { path: '/home/dev/.local/state/purser', free: 5_000_000_000, writable: true }, openers: [], systemSqlite: '3.53.2', inotify: { watchesMax: 65_536, instancesMax: 128 },
  retention: [{ client: 'Claude Code', file: '/home/dev/.claude/settings.json', days: null, problem: '' }], hookScriptAt: ago(24 * HOUR_MS),
  versions: { installed: '0.1.0', daemon: '0.1.0' }, sqlite: { driver: 'node:sqlite', version: '3.51.3' },
  config: { file: '/home/dev/.config/purser/config.toml', problem: '', holdsSecrets: false, plainChannels: [], stopping: [], terminating: [], armed: false, observing: false },
  hooks: {
    client: 'Claude Code', script: { file: '/home/dev/.local/state/purser/hook/purser-hook.sh', present: true, current: true }, program: { present: true },
    files: [{ file: '/home/dev/.claude/settings.json', exists: true, registered: ['PreToolUse', 'SessionStart'], missing: [], problem: null, risks: [], otherScripts: [] }],
    heardAt: ago(MINUTE_MS), listeningSince: ago(HOUR_MS), newestSessionAt: ago(MINUTE_MS),
  },
  pricing: { card: '2026-11-01', unpriced: [], disagreements: [] },
  clock: { writtenUntil: ago(1), futureEntries: 0, latestEntryAt: ago(1), backwardSteps: 0, longestBackMs: 0 },
  logs: { files: 12, roots: ['/home/dev/.claude/projects'], refused: [], unreadable: [], links: 0, waiting: 0, flaws: [], grown: [], warnGrowthBytes: 10 * 1024 * 1024, caughtUpAt: ago(1_000) },
  watching: { folders: 40, degraded: '' }, processes: { shortfall: '', othersAgents: 0, childVerified: null }, notices: { channels: 1, failed: [], waiting: 0, oldestWaitingAt: null }, claims: { held: 2, orphans: [] }, seats: { wanted: false, shortfall: '' },
}

type Groups = { readonly [K in keyof DoctorFacts]?: DoctorFacts[K] extends readonly unknown[] ? DoctorFacts[K] : Partial<DoctorFacts[K]> | DoctorFacts[K] }

/** The healthy machine with some facts changed; within a group only what is named changes, an unknown replaces it whole. */
export function machine(over: Groups = {}): DoctorFacts {
  const merged = Object.fromEntries(Object.entries(FACTS).map(([name, healthy]) => {
    const change = over[name as keyof DoctorFacts]
    const isGroup = typeof change === 'object' && change !== null && !Array.isArray(change) && !('unknown' in change)
    return [name, change === undefined ? healthy : isGroup ? { ...(healthy as object), ...change } : change]
  }))
  return merged as unknown as DoctorFacts
}

export const aFlaw = (kind: Flaw['kind'], over: Partial<Flaw> = {}): Flaw => ({ path: '/home/dev/.claude/projects/p/s.jsonl', kind, generation: 0, firstOffset: 120, occurrences: 1, bytes: 80, why: '', ...over })

/** The findings that are not fine, as `id level`. */
export const wrongIn = (findings: readonly Finding[]): readonly string[] => findings.filter(({ level }) => level !== 'ok').map(({ id, level }) => `${id} ${level}`)
