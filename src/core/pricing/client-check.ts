// Our cost beside the one the client reports for the same responses: the only outside proof of a rate card we get.
// Reports, never corrects: the client's number is a float computed from a table of its own.
import type { NanoUsd } from '../money.ts'

export interface ModelCosts { readonly model: string; readonly ours: NanoUsd; readonly client: NanoUsd }
export interface Disagreement extends ModelCosts {
  /** Ours above (+) or below (-) the client's, in tenths of a percent, rounded toward zero. */
  readonly perMille: number
}

// DESIGN: doctor names a model beyond 1 %. Clients report micro-USD, so less than that is their rounding.
const TOLERANCE_PER_MILLE = 10n
const CLIENT_UNIT: bigint = 1_000n

/** The models on which we and the client differ by more than 1 % (and by more than one micro-USD), largest first. */
export function disagreements(costs: readonly ModelCosts[]): readonly Disagreement[] {
  return costs.filter(disagrees).map(cost => ({ ...cost, perMille: perMilleOff(cost) }))
    .sort((a, b) => Math.abs(b.perMille) - Math.abs(a.perMille))
}

function disagrees({ ours, client }: ModelCosts): boolean {
  const off = ours > client ? ours - client : client - ours
  return off > CLIENT_UNIT && off * 1_000n > client * TOLERANCE_PER_MILLE
}

// A client that shows nothing where we show a cost is off by everything; 1000 per mille says so without dividing by zero.
const perMilleOff = ({ ours, client }: ModelCosts): number => (client === 0n ? 1_000 : Number((ours - client) * 1_000n / client))
