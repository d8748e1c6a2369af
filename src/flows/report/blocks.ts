// The five-hour blocks of a ledger. Hours are enough to find them, since a block begins on an hour; only what happened in
// the very instant of an hour is looked at again, because it still belongs to the hour before.
import type { SumGroup, SumKey } from '../../core/ledger/usage-sums.ts'
import { blocksOf, type Spell } from '../../core/reports/blocks.ts'
import type { Stores } from '../../core/stores.ts'
import { HOUR_MS, instant, type Instant } from '../../core/time.ts'
import type { Range } from './range.ts'
import { figuresOf, modelsOf, spanOf, type Figures, type ModelFigures } from './rows.ts'

export type BlockRow = Figures & {
  readonly keys: Readonly<Partial<Record<'agent' | 'account', string>>>
  readonly start: Instant
  readonly end: Instant
  readonly gap: boolean
  readonly active: boolean
  /** null for a gap. */
  readonly firstAt: Instant | null
  readonly lastAt: Instant | null
  readonly models: readonly ModelFigures[]
  readonly groups: readonly SumGroup[]
}
export interface BlocksQuery {
  /** Whose blocks are told apart. */
  readonly by: readonly ('agent' | 'account')[]
  /** What `only` looks at beside these. */
  readonly also: readonly SumKey[]
  readonly only: (group: SumGroup) => boolean
  /** Blocks that start in it. */
  readonly range: Range
  readonly now: Instant
}
interface HourSpell extends Spell { readonly groups: readonly SumGroup[] }

export async function blocksIn(stores: Stores, query: BlocksQuery): Promise<readonly BlockRow[]> {
  const by = [...new Set<SumKey>([...query.by, ...query.also, 'hour'])]
  const groups = await splitInstants(stores, by, (await stores.read(() => stores.sums.sum({ since: null, until: null, by, days: [] }))).filter(query.only), query.only)
  const owners = new Map<string, SumGroup[]>()
  for (const group of groups) push(owners, query.by.map(key => group.by[key] ?? '').join('\u001f'), group)
  return [...owners.values()].flatMap(own => ownBlocks(own, query))
    .filter(({ start }) => (query.range.since === null || start >= query.range.since) && (query.range.until === null || start < query.range.until))
    .sort((a, b) => a.start - b.start)
}

function ownBlocks(groups: readonly SumGroup[], { by, now }: BlocksQuery): readonly BlockRow[] {
  const keys = Object.fromEntries(by.map(key => [key, groups[0]?.by[key] ?? '']))
  return blocksOf(spellsOf(groups), now).map(block => {
    if (block.gap) return { keys, ...block, active: false, firstAt: null, lastAt: null, groups: [], models: [], ...figuresOf([]) }
    const { spells, ...rest } = block
    const own = spells.flatMap(spell => spell.groups)
    return { keys, ...rest, groups: own, models: modelsOf(own), ...figuresOf(own) }
  })
}

function spellsOf(groups: readonly SumGroup[]): readonly HourSpell[] {
  const hours = new Map<string, SumGroup[]>()
  // The instant of an hour and what follows it within that hour are two spells.
  for (const group of groups) push(hours, `${group.by.hour} ${isInstant(group)}`, group)
  return [...hours.values()].map(own => ({ ...spanOf(own), groups: own })).sort((a, b) => a.firstAt - b.firstAt)
}

const isInstant = ({ by, lastAt }: SumGroup): boolean => lastAt === Number(by.hour)

/** Groups that begin in the instant of an hour and go on after it, each made two. */
async function splitInstants(stores: Stores, by: readonly SumKey[], groups: readonly SumGroup[], only: (group: SumGroup) => boolean): Promise<readonly SumGroup[]> {
  const mixed = new Set(groups.filter(group => group.firstAt === Number(group.by.hour) && !isInstant(group)).map(group => Number(group.by.hour)))
  const split: SumGroup[] = groups.filter(group => !mixed.has(Number(group.by.hour)))
  for (const hour of mixed) {
    const [instantly, after] = await stores.read(function* () {
      const part = (since: number, until: number) => stores.sums.sum({ since: instant(since), until: instant(until), by, days: [] })
      return [yield* part(hour, hour + 1), yield* part(hour + 1, hour + HOUR_MS)]
    })
    split.push(...(instantly ?? []).filter(only), ...(after ?? []).filter(only))
  }
  return split
}

function push<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const known = groups.get(key)
  if (known) known.push(item)
  else groups.set(key, [item])
}
