// Makes the ledger anew from the logs, beside the one in use, and puts it in place only when nothing would be lost: what
// no log holds any more is named, month by month, and kept when that is asked for. Interrupted at any point, the ledger
// in use is as it was.
import { AppError } from '../../core/errors.ts'
import { sameUse, summed, toLearn, type History } from '../../core/ledger/history.ts'
import { isNotFromLogs } from '../../core/ledger/recorded.ts'
import type { FreshLedger, LedgerRoom } from '../../core/ledger/ledger-room.ts'
import { ownTime, type EntryDraft } from '../../core/ledger/posting.ts'
import { nanoUsd, usdShort, usdText } from '../../core/money.ts'
import type { Stores } from '../../core/stores.ts'
import { NO_TOKENS } from '../../core/usage/tokens.ts'
import { catchUp, type CatchUp, type FollowWorld, type Progress } from '../follow.ts'
import { steadyNow } from '../ingest.ts'
import { putRight } from '../reserve/audit.ts'
import { importItems } from './import.ts'
import { compareLedgers, historiesOf, itemsIn, type Compared } from './compare.ts'
import { remeasure } from './remeasure.ts'

export interface RebuildWorld extends FollowWorld {
  readonly room: LedgerRoom
}
export interface RebuildProgress {
  readonly reading: (progress: Progress) => void
  readonly comparing: (done: { readonly entries: number; readonly total: number }) => void
}
export interface Rebuilt { readonly backup: string; readonly read: CatchUp; readonly compared: Compared }

/** `keep`: what no log holds any more is taken over from the ledger in use. Without it, `refused` when there is any. */
export async function rebuildFromLogs(world: RebuildWorld, { keep }: { readonly keep: boolean }, told: RebuildProgress): Promise<Rebuilt> {
  const fresh = await world.room.fresh()
  try {
    const aside = { ...world, stores: fresh.stores, finder: world.finder, budgets: () => [], setAside: new Map<string, number>() }
    const read = await catchUp(aside, told.reading)
    world.crashPoint('rebuild.read')
    const newest = await world.stores.read(() => world.stores.history.newest())
    await takeOver(world.stores, fresh, newest)
    const compared = await compareLedgers({ old: world.stores, fresh: fresh.stores }, told.comparing)
    world.crashPoint('rebuild.compared')
    if (compared.lost.responses > 0 && !keep) throw refusal(compared)
    if (compared.lost.responses > 0) await importItems(aside, itemsIn(world.stores, newest))
    if (compared.keptPrice > 0) await keepPrices(world.stores, fresh, newest)
    world.crashPoint('rebuild.before-backup')
    const backup = await world.room.backup()
    world.crashPoint('rebuild.before-adopt')
    await adopt(world, fresh, newest)
    world.crashPoint('rebuild.after-adopt')
    return { backup, read, compared }
  } finally {
    await fresh.discard()
  }
}

/** What no log ever held comes along: what was recorded, settled or billed. */
async function takeOver(old: Stores, { stores }: FreshLedger, newest: bigint): Promise<void> {
  let page: History[] = []
  const post = async (): Promise<void> => {
    const due = page
    page = []
    await stores.transaction(function* () { for (const history of due) yield* stores.history.append(history) }, 'rereadable')
  }
  for await (const history of historiesOf(old, newest)) {
    if (!isNotFromLogs(history[0]?.key ?? '')) continue
    page.push(history)
    if (page.length >= PAGE) await post()
  }
  await post()
}

async function adopt(world: RebuildWorld, fresh: FreshLedger, newest: bigint): Promise<void> {
  const adopted = await world.room.adopt(fresh, {
    newest, crashPoint: world.crashPoint,
    *after() {
      const now = yield* steadyNow(world)
      for (const budget of world.budgets()) yield* remeasure(world.stores, budget, now)
      yield* putRight(world.stores)
      yield* world.stores.events.add({ code: 'ledger.rebuilt', level: 'info', fields: {} }, now)
    },
  })
  if (!adopted) throw new AppError('conflict', 'another purser posted to the ledger meanwhile, so nothing was replaced; run it again while nothing else writes')
}

const MONTHS_NAMED = 6

function refusal({ lost }: Compared): AppError {
  const months = [...lost.months].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const named = months.slice(0, MONTHS_NAMED).map(([month, { responses, cost }]) => `${month} ${responses.toLocaleString('en-US')} (${usdShort(cost)})`).join(', ')
  return new AppError('refused', [
    `${lost.responses.toLocaleString('en-US')} responses for ${usdShort(lost.cost)} are in no log any more, and a rebuild would lose them; nothing was changed`,
    `by month: ${named}${months.length > MONTHS_NAMED ? ` and ${months.length - MONTHS_NAMED} more months` : ''}`,
    'rebuild and keep them: purser ledger rebuild --from-logs --keep',
  ].join('\n'), { context: { lost: lost.responses, cost: usdText(lost.cost) } })
}

const PAGE = 500

/** What was posted keeps its price: where the logs now come out at another one, the difference is posted. */
async function keepPrices(old: Stores, { stores }: FreshLedger, newest: bigint): Promise<void> {
  let page: History[] = []
  const post = async (): Promise<void> => {
    const due = page
    page = []
    await stores.transaction(function* () {
      for (const history of due) {
        const known = yield* stores.history.of(history[0]?.key ?? '')
        const correction = known && priceCorrection(known, history)
        if (correction) yield* stores.history.append([correction])
      }
    }, 'rereadable')
  }
  for await (const history of historiesOf(old, newest)) {
    page.push(history)
    if (page.length >= PAGE) await post()
  }
  await post()
}

/** From the price the logs come out at now to the one that was posted; null when they agree, or one has none. */
export function priceCorrection(fresh: History, old: History): EntryDraft | null {
  const now = summed(fresh), before = summed(old)
  const card = old.findLast(entry => entry.card !== '')?.card ?? ''
  if (now.unpriced || before.unpriced || now.cost === before.cost || card === '' || fresh[0]?.kind !== 'usage' || !sameUse(now, before) || toLearn(fresh, old).length > 0) return null
  return {
    key: fresh[0].key, seq: now.seq + 1, kind: 'repriced', at: now.at, scope: now.scope, model: now.model, billing: now.billing, tokens: NO_TOKENS, webSearches: 0,
    cost: nanoUsd(before.cost - now.cost), card, responses: 0, unpriced: 0, partial: 0, estimated: 0, sidechain: now.sidechain, ...ownTime(now),
  }
}
