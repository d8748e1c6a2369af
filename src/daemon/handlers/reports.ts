// Reports, and reading the logs on request.
import { usageCore } from '../../api/answers.ts'
import type { Handlers, ReportAnswer, ReportQuery } from '../../api/control-plane.ts'
import { zoneValid } from '../../core/budgets/zone.ts'
import { AppError } from '../../core/errors.ts'
import type { UsageGroup } from '../../core/ledger/ledger-store.ts'
import { projectName } from '../../core/scope.ts'
import { isoText } from '../../core/time.ts'
import { catchUp, type Progress } from '../../flows/follow.ts'
import { judgeNow } from '../../flows/ingest.ts'
import { report } from '../../flows/report.ts'
import { forgetUnkept } from '../world/standings.ts'
import type { World } from '../world/world.ts'

export async function reportAnswer(world: World, query: ReportQuery): Promise<ReportAnswer> {
  const zone = query.zone ?? world.config.current().settings.zone
  if (!zoneValid(zone)) throw new AppError('invalid_input', `"${zone}" is not a time zone; write an IANA name like Europe/Paris or UTC`)
  if (!['total', 'daily', 'project'].includes(query.kind)) throw new AppError('invalid_input', `there is no report "${query.kind}"; choose total, daily or project`)
  const { since, until, rows } = await report(world.stores, { ...query, zone })
  const total = usageCore(rows.flatMap(row => row.groups))
  const head = { kind: query.kind, since: since === null ? null : isoText(since), until: until === null ? null : isoText(until), zone }
  if (query.kind === 'total') return { ...head, total }
  if (query.kind === 'daily') return { ...head, rows: rows.map(({ key, groups }) => ({ date: key, ...usageCore(groups) })), total }
  const spentOf = (groups: readonly UsageGroup[]): bigint => groups.reduce((sum, { sum: each }) => sum + each.cost, 0n)
  const dearestFirst = rows.toSorted((a, b) => (spentOf(a.groups) > spentOf(b.groups) ? -1 : spentOf(a.groups) < spentOf(b.groups) ? 1 : 0))
  return { ...head, rows: dearestFirst.map(({ key, groups }) => ({ project: key, name: projectName(key), ...usageCore(groups) })), total }
}

/** Reads the logs to their present end, keeping `running.progress` for whoever polls it. */
export async function readLogs(world: World, signal?: AbortSignal, onProgress: (progress: Progress) => void = () => undefined): ReturnType<typeof catchUp> {
  world.running.catchingUp = true
  try {
    await forgetUnkept(world)
    const done = await catchUp(world, progress => {
      world.running.progress = { files: progress.done ? progress.files : 0, filesTotal: progress.files, bytes: progress.bytes, bytesTotal: progress.bytesTotal, responses: progress.responses }
      onProgress(progress)
    }, signal)
    world.running.finding = done.finding
    await world.stores.transaction(() => world.stores.meta.set('caught_up_at', String(world.clock.now())))
    return done
  } finally {
    world.running.catchingUp = false
    world.running.progress = null
  }
}

export function reportHandlers(world: World): Pick<Handlers, 'report' | 'index' | 'index.progress'> {
  return {
    'report': query => reportAnswer(world, query),
    'index.progress': async () => ({ progress: world.running.progress }),
    'index': async ({ rebuild }) => {
      if (world.running.catchingUp) throw new AppError('unavailable', 'the logs are being read already; see how far with: purser status')
      // Entries are permanent, so reading everything again is harmless: it can only add what was missed.
      if (rebuild) await world.stores.transaction(() => world.stores.cursors.forgetAll())
      const done = await readLogs(world)
      if (world.running.role === 'daemon') await judgeNow(world)
      const malformed = (await world.stores.read(() => world.stores.cursors.flaws())).filter(flaw => flaw.kind === 'malformed').reduce((sum, flaw) => sum + flaw.occurrences, 0)
      return { files: done.files, responses: done.responses, entriesPosted: done.posted, bytes: done.bytes, malformed }
    },
  }
}
