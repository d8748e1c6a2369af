// Reports, and reading the logs on request.
import type { Handlers } from '../../api/control-plane.ts'
import type { ReportAnswer, ReportQuery } from '../../api/report-answer.ts'
import { zoneValid } from '../../core/budgets/zone.ts'
import { nearestWord } from '../../core/config/nearest.ts'
import { AppError } from '../../core/errors.ts'
import { parseKind } from '../../core/reports/keys.ts'
import { instant, isoText, type Instant } from '../../core/time.ts'
import type { Stores } from '../../core/stores.ts'
import { catchUp, type Progress } from '../../flows/follow.ts'
import { judgeNow } from '../../flows/ingest.ts'
import { foldSums, report } from '../../flows/report.ts'
import { forgetUnkept } from '../world/standings.ts'
import type { World } from '../world/world.ts'
import { blockAnswer, coreOf, rowAnswer } from './report-rows.ts'

/** What a report depends on besides the records. `readUntil`: the end of what they hold, as text. */
export interface ReportFacts { readonly zone: string; readonly now: Instant; readonly readUntil: string | null }

async function reportAnswer(world: World, query: ReportQuery): Promise<ReportAnswer> {
  if (query.fresh === true && world.running.role === 'command' && !world.running.catchingUp) await readLogs(world)
  return reportFrom(world.stores, query, await reportFacts(world))
}

export const reportFacts = async (world: World): Promise<ReportFacts> =>
  ({ zone: world.config.current().settings.zone, now: world.clock.now(), readUntil: await readUntil(world) })

export async function reportFrom(stores: Stores, query: ReportQuery, facts: ReportFacts): Promise<ReportAnswer> {
  const { now } = facts, zone = query.zone ?? facts.zone
  if (!zoneValid(zone)) throw noZone(zone)
  const kind = parseKind(query.kind)
  const { breakdown = false } = query
  // One sum has no rows to stand under: its models are the rows.
  const by = kind === 'total' && breakdown ? [...(query.by ?? []), 'model'] : query.by
  const { since, until, keys, rows, blocks, total } = await report(stores, { ...query, kind, zone, ...(by === undefined ? {} : { by }) }, now)
  const byModel = keys.includes('model')
  if (breakdown && byModel && kind !== 'total') throw new AppError('invalid_input', 'each row is one model already; leave out --breakdown')
  const head = { kind, by: keys, since: since === null ? null : isoText(since), until: until === null ? null : isoText(until), zone, asOf: facts.readUntil }
  if (kind === 'blocks') return { ...head, rows: blocks.map(block => blockAnswer(block, breakdown, now)), total: coreOf(total) }
  if (keys.length === 0) return { ...head, total: coreOf(total) }
  return { ...head, rows: rows.map(row => rowAnswer(row, { kind, keys, breakdown: breakdown && !byModel })), total: coreOf(total) }
}

function noZone(zone: string): AppError {
  const close = nearestWord(zone, Intl.supportedValuesOf('timeZone'))
  return new AppError('invalid_input', `"${zone}" is not a time zone; ${close === null ? 'write an IANA name like Europe/Paris or UTC' : `did you mean ${close}?`}`)
}

/** A daemon that follows has read everything until now; else the end of the last reading. */
async function readUntil(world: World): Promise<string | null> {
  if (world.running.role === 'daemon' && !world.running.catchingUp) return isoText(world.clock.now())
  const at = await world.stores.read(() => world.stores.meta.get('caught_up_at'))
  return at === null ? null : isoText(instant(Number(at)))
}

/** Reads the logs to their present end, keeping `running.progress` for whoever polls it. */
export async function readLogs(world: World, signal?: AbortSignal, onProgress: (progress: Progress) => void = () => undefined): ReturnType<typeof catchUp> {
  world.running.catchingUp = true
  try {
    await forgetUnkept(world)
    const done = await catchUp(world, progress => {
      world.running.progress = { files: progress.ended, filesTotal: progress.files, bytes: progress.bytes, bytesTotal: progress.bytesTotal, responses: progress.responses }
      onProgress(progress)
    }, signal)
    world.running.finding = done.finding
    await world.stores.transaction(() => world.stores.meta.set('caught_up_at', String(world.clock.now())), 'rereadable')
    // A daemon pays for this once, so that its first report does not.
    if (world.running.role === 'daemon') await foldSums(world.stores)
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
      // Whoever asks for the logs to be read means those that were set aside, too.
      world.setAside.clear()
      const done = await readLogs(world)
      if (world.running.role === 'daemon') await judgeNow(world)
      const malformed = (await world.stores.read(() => world.stores.cursors.flaws())).filter(flaw => flaw.kind === 'malformed').reduce((sum, flaw) => sum + flaw.occurrences, 0)
      return { files: done.finding.logs.length, filesRead: done.files, responses: done.responses, added: done.added, entriesPosted: done.posted, bytes: done.bytes, malformed }
    },
  }
}
