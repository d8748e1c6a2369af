// What writes to the ledger as a whole: taking another ledger in, and making this one anew. Checking and copying it out
// only read, so whoever asks does that itself (daemon/ledger-door).
import type { Handlers } from '../../api/control-plane.ts'
import type { LedgerComparison, LedgerImportAnswer, LedgerProgress, LedgerRebuildAnswer } from '../../api/ledger-answers.ts'
import { AppError } from '../../core/errors.ts'
import { usdText } from '../../core/money.ts'
import { isoText } from '../../core/time.ts'
import type { Compared } from '../../flows/ledger/compare.ts'
import { importLedger, previewImport } from '../../flows/ledger/import.ts'
import { checkFile } from '../../flows/ledger/read-file.ts'
import { rebuildFromLogs } from '../../flows/ledger/rebuild.ts'
import { remeasure } from '../../flows/ledger/remeasure.ts'
import { judgeNow, steadyNow } from '../../flows/ingest.ts'
import { putRight } from '../../flows/reserve/audit.ts'
import { readLedgerFile } from '../../os/files/ledger-file.ts'
import { holdLease } from '../lease.ts'
import { Scope } from '../scope.ts'
import { forgetUnkept } from '../world/standings.ts'
import type { World } from '../world/world.ts'

export function ledgerHandlers(world: World, afterChange: () => void): Pick<Handlers, 'ledger.import' | 'ledger.rebuild' | 'ledger.progress'> {
  return {
    'ledger.progress': async () => ({ progress: world.running.ledgerWork }),
    'ledger.import': input => alone(world, () => importAnswer(world, input, afterChange)),
    'ledger.rebuild': ({ fromLogs = false, keep = false }) => alone(world, () => (fromLogs ? fromLogsAnswer(world, keep) : balancesAnswer(world, afterChange))),
  }
}

/** One at a time in this process: two would each show the other's progress. */
async function alone<T>(world: World, work: () => Promise<T>): Promise<T> {
  if (world.running.catchingUp || world.running.ledgerWork) throw new AppError('unavailable', 'the ledger is being read into or made anew already; try again when that is done')
  world.running.ledgerWork = { step: 'starting', done: 0, total: 0, unit: 'steps' }
  try {
    return await work()
  } finally {
    world.running.ledgerWork = null
  }
}

const tell = (world: World, step: string, unit: LedgerProgress['unit'], total: number) => (done: number): void => { world.running.ledgerWork = { step, done, total, unit } }

async function importAnswer(world: World, { file, name, dryRun = false }: { file: string; name: string; dryRun?: boolean }, afterChange: () => void): Promise<LedgerImportAnswer> {
  const source = readLedgerFile(file, name)
  // Read to its end before anything is posted: what is wrong with a file is found while nothing has been taken from it.
  const { header, responses } = await checkFile(source, tell(world, 'checking', 'bytes', source.bytes))
  if (!dryRun) await forgetUnkept(world)
  const told = tell(world, dryRun ? 'comparing' : 'importing', 'bytes', source.bytes)
  const done = dryRun ? await previewImport(world.stores, source, told) : await importLedger(world, source, told)
  if (!dryRun && done.entries > 0) {
    await world.stores.transaction(() => world.stores.events.add({ code: 'ledger.imported', level: 'info', fields: { node: header.node, responses: done.added, completed: done.completed, cost: usdText(done.cost) } }, world.clock.now()))
    // As at the end of catching up: the windows that contain now are judged once, whatever came into closed ones.
    if (world.running.role === 'daemon') await judgeNow(world)
    afterChange()
  }
  return {
    file: name, dryRun, from: { node: header.node, purser: header.purser, exportedAt: isoText(header.exportedAt), own: header.node === world.node },
    responses, added: done.added, completed: done.completed, known: done.known, entriesPosted: done.entries, cost: usdText(done.cost),
  }
}

async function balancesAnswer(world: World, afterChange: () => void): Promise<LedgerRebuildAnswer> {
  await forgetUnkept(world)
  const budgets = [...new Map(world.budgets().map(budget => [budget.measure, budget])).values()]
  let corrected = 0
  for (const [index, budget] of budgets.entries()) {
    tell(world, 'adding up budgets', 'steps', budgets.length)(index)
    world.crashPoint('rebuild.before-balance')
    const drift = await world.stores.transaction(function* () { return yield* remeasure(world.stores, budget, yield* steadyNow(world)) })
    corrected += drift.length
  }
  corrected += (await world.stores.transaction(() => putRight(world.stores))).length
  await world.stores.transaction(() => world.room.forgetSums())
  if (world.running.role === 'daemon') await judgeNow(world)
  afterChange()
  return { fromLogs: false, balances: { budgets: budgets.length, corrected }, backup: null, logs: null, compared: null }
}

async function fromLogsAnswer(world: World, keep: boolean): Promise<LedgerRebuildAnswer> {
  if (world.running.role === 'daemon') throw new AppError('conflict', 'a daemon is following the logs; stop it, rebuild, and start it again: purser down && purser ledger rebuild --from-logs && purser up --detach')
  const scope = new Scope()
  try {
    await holdLease(world, scope)
    await forgetUnkept(world)
    const { backup, read, compared } = await rebuildFromLogs(world, { keep }, {
      reading: ({ bytes, bytesTotal }) => tell(world, 'reading logs', 'bytes', bytesTotal)(bytes),
      comparing: ({ entries, total }) => tell(world, 'comparing', 'entries', total)(entries),
    })
    return { fromLogs: true, balances: { budgets: world.budgets().length, corrected: 0 }, backup, logs: { files: read.files, bytes: read.bytes }, compared: comparison(compared) }
  } finally {
    await scope.close()
  }
}

const comparison = ({ same, gained, keptPrice, lost }: Compared): LedgerComparison => ({
  same, gained, keptPrice, lost: lost.responses, lostCost: usdText(lost.cost),
  months: [...lost.months].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([month, { responses, cost }]) => ({ month, responses, cost: usdText(cost) })),
})
