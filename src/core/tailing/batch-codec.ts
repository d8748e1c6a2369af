// A batch as few flat values, so that it crosses from a scanning thread at a tenth of what cloning its objects costs.
// Lossless: decode(encode(batch)) equals the batch.
import type { ScanBatch } from './scan.ts'
import { UsageColumns, type EncodedUsage } from './usage-columns.ts'

export interface EncodedBatch extends Omit<ScanBatch, 'usage'> { readonly usage: EncodedUsage }

/** `room`: where its numbers are put if they fit; `decodeBatch` needs the same until the batch is done with. */
export const encodeBatch = (batch: ScanBatch, room?: Float64Array): EncodedBatch => ({ ...batch, usage: (batch.usage instanceof UsageColumns ? batch.usage : UsageColumns.of(batch.usage)).encode(room) })

export const decodeBatch = (encoded: EncodedBatch, room?: Float64Array): ScanBatch => ({ ...encoded, usage: UsageColumns.decode(encoded.usage, room) })
