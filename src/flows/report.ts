// What was spent, grouped as asked. Sums are kept by quarter hour and brought up to date first, so a report of a year reads
// a few thousand rows; days are those of the reader's zone, exact through 23 and 25 hours.
import { matchesGlob } from '../core/budgets/selector.ts'
import { codeOf } from '../core/errors.ts'
import type { DayPiece, SumGroup, SumKey } from '../core/ledger/usage-sums.ts'
import { dayPieces } from '../core/reports/day-pieces.ts'
import { familiarAgent, isPeriod, keysOf, type ReportKey, type ReportKind } from '../core/reports/keys.ts'
import { projectName } from '../core/scope.ts'
import type { Stores } from '../core/stores.ts'
import { DAY_MS, type Instant } from '../core/time.ts'
import { blocksIn, type BlockRow } from './report/blocks.ts'
import { rangeOf, type Range } from './report/range.ts'
import { figuresOf, modelsOf, rowsOf, type Figures, type ModelFigures, type Row } from './report/rows.ts'

export interface ReportRequest {
  readonly kind: ReportKind
  readonly since?: string
  readonly until?: string
  readonly zone: string
  /** Further keys, within the kind's own. Absent for blocks: each agent and account has its own. */
  readonly by?: readonly string[]
  /** The models of a row are told apart by speed as well. */
  readonly breakdown?: boolean
  readonly only?: 'active' | 'recent'
  readonly project?: string
  readonly branch?: string
  readonly agent?: string
  readonly model?: string
  readonly account?: string
  readonly session?: string
}
export interface Report extends Range {
  readonly keys: readonly ReportKey[]
  readonly rows: readonly Row[]
  readonly blocks: readonly BlockRow[]
  readonly total: Figures
  readonly models: readonly ModelFigures[]
}

// A session's row says where it was at work, whatever else it is grouped by.
const SESSION_PLACE: readonly SumKey[] = ['agent', 'account', 'project', 'branch']
const BLOCKS_BY: readonly ReportKey[] = ['agent', 'account']

/** `now` decides which block is still going on. */
export async function report(stores: Stores, request: ReportRequest, now: Instant): Promise<Report> {
  const range = rangeOf(request)
  const keys = request.kind === 'blocks' && request.by === undefined ? BLOCKS_BY : keysOf(request.kind, request.by ?? [])
  await foldSums(stores)
  const wanted = { ...request, keys, range }
  if (request.kind === 'blocks') return await blockReport(stores, wanted, now)
  const days = keys.some(isPeriod) ? await daysOf(stores, request.zone, range) : []
  const by = sumKeys(keys, request)
  const groups = (await stores.read(() => stores.sums.sum({ ...range, by, days }))).filter(group => isWanted(group, request))
  return { ...range, keys, rows: rowsOf(groups, keys), blocks: [], total: figuresOf(groups), models: modelsOf(groups) }
}

async function blockReport(stores: Stores, request: ReportRequest & { readonly keys: readonly ReportKey[]; readonly range: Range }, now: Instant): Promise<Report> {
  const keys = request.keys.filter(key => key === 'agent' || key === 'account')
  // A block begins where an earlier one ended, so that all of them are made and those outside the range left out.
  const found = await blocksIn(stores, { by: keys, also: sumKeys([], request), only: group => isWanted(group, request), range: request.range, now })
  const blocks = request.only === undefined ? found : found.filter(({ active, start }) => active || (request.only === 'recent' && start >= now - RECENT_MS))
  const groups = blocks.flatMap(block => block.groups)
  return { ...request.range, keys, rows: [], blocks, total: figuresOf(groups), models: modelsOf(groups) }
}

const RECENT_MS = 3 * DAY_MS

// One transaction takes about 20 ms, and a hook that waits for the daemon comes between two of them.
const FOLD_ENTRIES = 4_000
// Two billion entries; more is a defect that must not hang a report.
const FOLDS_MAX = 100_000

/** Brings the kept sums up to date. Where the store cannot be written now, reports add up the entries themselves. */
export async function foldSums(stores: Stores): Promise<void> {
  try {
    for (let folds = 0; folds < FOLDS_MAX; folds++) {
      if (!(await stores.transaction(() => stores.sums.fold(FOLD_ENTRIES), 'rereadable')).more) return
    }
  } catch (error) {
    const code = codeOf(error)
    if (code !== 'store_busy' && code !== 'store_unusable') throw error
  }
}

async function daysOf(stores: Stores, zone: string, { since, until }: Range): Promise<readonly DayPiece[]> {
  const range = await stores.read(() => stores.sums.range())
  if (!range) return dayPieces(zone, since ?? until ?? FIRST, since ?? until ?? FIRST)
  return dayPieces(zone, since !== null && since > range.first ? since : range.first, until !== null && until < range.last ? until : range.last)
}
const FIRST = 0 as Instant

/** What the store has to group by: the keys of the rows, and what the filters look at. */
function sumKeys(keys: readonly ReportKey[], request: ReportRequest): readonly SumKey[] {
  const wanted = new Set<SumKey>()
  for (const key of keys) {
    if (isPeriod(key)) wanted.add('day')
    else if (key === 'speed') wanted.add('billing')
    else if (key !== 'model') wanted.add(key)
    if (key === 'session') for (const place of SESSION_PLACE) wanted.add(place)
  }
  if (request.breakdown === true) wanted.add('billing')
  for (const filter of ['project', 'branch', 'agent', 'account', 'session'] as const) if (request[filter] !== undefined) wanted.add(filter)
  return [...wanted]
}

function isWanted({ by, model }: SumGroup, { project, branch, agent, account, session, model: models }: ReportRequest): boolean {
  return (project === undefined || matchesGlob(project, by.project ?? '') || matchesGlob(project, projectName(by.project ?? '')))
    && (branch === undefined || matchesGlob(branch, by.branch ?? ''))
    && (agent === undefined || matchesGlob(agent, by.agent ?? '') || matchesGlob(agent, familiarAgent(by.agent ?? '')))
    && (account === undefined || matchesGlob(account, by.account ?? ''))
    && (session === undefined || matchesGlob(session, by.session ?? ''))
    && (models === undefined || matchesGlob(models, model))
}
