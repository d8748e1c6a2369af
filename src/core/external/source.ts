// A place outside of the logs that says what was spent: what the config tells of it, and what an amount from it is worth.
import { AppError } from '../errors.ts'
import { NANOS_PER_USD, nanoUsd, usdText, type NanoUsd } from '../money.ts'
import type { Scope } from '../scope.ts'
import { product, shifted, type Decimal } from './decimal.ts'

/** Whom an amount belongs to where the source does not say; '' = nobody in particular. */
export type Owner = Pick<Scope, 'account' | 'project' | 'branch' | 'session'>
export const OWNER_PARTS = ['account', 'project', 'branch', 'session'] as const satisfies readonly (keyof Owner)[]

interface SourceBase {
  readonly id: string
  /** What an amount counts, for people: `USD`, `USDC`, `credits`. */
  readonly asset: string
  /** How many of an amount's digits are behind the point: 6 makes `1500000` one and a half. */
  readonly decimals: number
  readonly usdPerUnit: Decimal
  readonly everyMs: number
  readonly timeoutMs: number
  readonly owner: Owner
}

/** Rows with cumulative amounts, out of a program or a file. */
export interface TableSource extends SourceBase {
  readonly kind: 'json' | 'csv'
  /** The program and its arguments; empty where a file is read. */
  readonly command: readonly string[]
  /** Absolute; '' where a program is run. */
  readonly file: string
  /** json: the way to the list of rows; '' = the document itself. */
  readonly rows: string
  /** csv: what separates columns. */
  readonly delimiter: string
  readonly amount: string
  /** Fields that together name what an amount is of; none = one amount for the whole source. */
  readonly subject: readonly string[]
  /** Field with the time of an amount; '' = the time it was read. */
  readonly at: string
  /** Whose days a time without an hour means. */
  readonly zone: string
  /** Fields that say whose an amount is; '' = `owner` says. */
  readonly from: Owner
  /** `compare`: nothing is posted, since logs count the same spend; both are shown side by side. */
  readonly mode: 'spend' | 'compare'
  /** `skip`: what the first reading shows was spent before purser looked. */
  readonly first: 'count' | 'skip'
  /** A lower reading is a correction to be told, or a counter that began anew. */
  readonly onLower: 'tell' | 'restart'
}

/** Events of a contract that says what was spent, by session. */
export interface ChainSource extends SourceBase {
  readonly kind: 'evm'
  readonly rpcUrl: string
  /** Lower case. */
  readonly contract: string
  /** The event in Solidity's words: `Spent(bytes32 indexed session, uint256 amount)`. */
  readonly event: string
  /** Names of the event's parameters. */
  readonly amount: string
  readonly from: Pick<Owner, 'session' | 'account'>
  /** Blocks that have to follow one before what it says is posted. */
  readonly confirmations: number
  readonly fromBlock: number
  /** The chain that the address is expected to answer for; 0 = whichever it is. */
  readonly chainId: number
  readonly blocksAtOnce: number
}

export type ExternalSource = TableSource | ChainSource

/** Agent of every entry that came from outside, so that no report takes it for a log's. */
export const EXTERNAL_AGENT = 'external'
/** Card of such entries: the price of a unit is the config's, and was applied when the difference was posted. */
export const EXTERNAL_CARD = 'external'
/** Begins the key of every entry that came from outside. */
export const EXTERNAL_KEY = 'external:'
export const isExternal = (key: string): boolean => key.startsWith(EXTERNAL_KEY)

// One difference above a billion dollars is a wrong unit, not a bill; far below what a sum over entries can hold.
const COST_MAX = 1_000_000_000n * NANOS_PER_USD

/** What an amount as the source writes it is worth, rounded once. Throws `invalid_input` naming the source when it is out of range. */
export function worth(amount: Decimal, source: Pick<ExternalSource, 'id' | 'decimals' | 'usdPerUnit'>): NanoUsd {
  const cost = product(shifted(amount, source.decimals), source.usdPerUnit, 9)
  if (cost > COST_MAX || cost < -COST_MAX) {
    throw new AppError('invalid_input', `external source "${source.id}" says $${usdText(cost)} at once, which is out of range; check its decimals and usd_per_unit: purser config show`)
  }
  return nanoUsd(cost)
}

/** The amount in whole units of the asset. */
export const units = (amount: Decimal, source: Pick<ExternalSource, 'decimals'>): Decimal => shifted(amount, source.decimals)
