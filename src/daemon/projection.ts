// Station 8: lock rows to lock files, so that hooks deny even while no daemon runs. Rebuilt from the database whenever a
// file differs; what was damaged is told once and repaired.
import type { HeldClaim } from '../core/claims/claim.ts'
import type { Budget } from '../core/budgets/budget.ts'
import { matchesGlob } from '../core/budgets/selector.ts'
import type { Marker } from '../core/enforcement/lock-file.ts'
import { isWholeRoot } from '../core/enforcement/lock-reach.ts'
import { saveWorkFrom } from '../core/enforcement/save-work.ts'
import { ADVISE_AT_PERCENT } from '../core/enforcement/judge-hook.ts'
import { projectName } from '../core/scope.ts'
import { projectLocks, syncFolder, type ProjectionChanges } from '../os/files/lock-files.ts'
import { currentStandings, type CurrentStanding } from './world/standings.ts'
import type { World } from './world/world.ts'

// A selector that is a pattern covers at most this many folders by name; hooks of others ask the daemon.
const ROOTS_MAX = 1_000

/** Brings the lock folder to what the database says. Returns what changed and what was damaged. */
export async function project(world: World): Promise<ProjectionChanges> {
  const now = world.clock.now()
  const budgets = world.budgets()
  const read = await world.stores.read(function* () {
    const locks = yield* world.stores.breaches.activeLocks(now)
    const patterned = locks.some(lock => lock.selector.project !== undefined) || budgets.some(budget => budget.selector.project !== undefined)
    const projects = patterned ? yield* world.stores.ledger.projects() : []
    const near = (yield* currentStandings(world, budgets, now)).filter(isNear)
    return { locks, projects: projects.filter(isWholeRoot), near, claims: (yield* world.stores.claims.held()).filter(isPlace) }
  })
  const saveWork = saveWorkFrom(world.config.current().settings.enforcement.saveWork)
  const rootsOf = (glob: string | undefined): string[] => glob === undefined ? [] : read.projects.filter(root => matchesGlob(glob, root) || matchesGlob(glob, projectName(root))).slice(0, ROOTS_MAX)
  const marker = (why: Marker['why'], budget: Budget, perValue: string): Marker =>
    ({ kind: 'marker', why, rule: budget.id, selector: budget.selector, per: budget.per, perValue, roots: rootsOf(budget.selector.project), node: world.node })
  const held = read.locks.filter(lock => lock.onBreach !== 'warn'), locked = new Set(held.map(reachOf))
  const changes = projectLocks({
    folder: world.places.locks, now,
    locks: held.map(lock => ({ kind: 'lock', lock, roots: rootsOf(lock.selector.project), saveWork, node: world.node })),
    markers: [
      ...budgets.filter(budget => budget.failMode === 'closed' && (budget.onBreach !== 'warn' || budget.reserve !== '')).map(budget => marker('closed', { ...budget, per: '' }, '')),
      ...budgets.filter(({ reserve }) => reserve === 'hooks').map(budget => marker('reservation', { ...budget, per: '' }, '')),
      // Whom a lock holds asks anyway: one file less to write while a breach is being made known.
      ...read.claims.map(({ resource }): Marker => ({ kind: 'marker', why: 'claim', rule: resource.name, selector: {}, per: '', perValue: '', roots: [], node: world.node })),
      ...read.near.filter(({ budget, perValue }) => !locked.has(reachOf({ ...budget, rule: budget.id, perValue }))).map(({ budget, perValue }) => marker('near', budget, perValue)),
    ],
  })
  if (changes.written.length + changes.removed.length > 0) await syncFolder(world.places.locks)
  for (const { file, problem } of changes.damaged) {
    await world.enforcement.audit([{ code: 'lock.file_damaged', level: 'warn', fields: { file, problem } }], now)
  }
  return changes
}

const reachOf = ({ rule, selector, per, perValue }: Pick<Marker, 'rule' | 'selector' | 'per' | 'perValue'>): string =>
  JSON.stringify([rule, Object.entries(selector).toSorted(), per, perValue])

/** Claimed by place: whoever edits has to ask. Of other claims no edit knows anything. */
const isPlace = ({ resource }: HeldClaim): boolean => resource.kind === 'path' || resource.kind === 'repo'

/** So full that the model should be told. */
const isNear = ({ spent, limit }: CurrentStanding): boolean => spent > 0n && spent * 100n >= limit * ADVISE_AT_PERCENT
