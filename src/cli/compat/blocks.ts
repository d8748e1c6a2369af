// The five-hour blocks as ccusage prints them, with its floating-point burn rate and projection.
import type { ReportRow } from '../../api/report-answer.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from '../../core/time.ts'
import { dollars, modelNames, sumOf, totalOf } from './figures.ts'
import type { CompatRequest } from './forms.ts'
import type { Json } from './json.ts'

const RECENT_MS = 3 * DAY_MS
// Where a projection is told to be close to its limit.
const WARNING_SHARE = 0.8

export function blocksJson(rows: readonly ReportRow[], request: CompatRequest, now: Instant): Json {
  const shown = rows.filter(row => (!request.recent || row.active === true || Date.parse(row.start ?? '') >= now - RECENT_MS) && (!request.active || row.active === true))
  if (request.form === 'ccusage@18' && request.active && shown.length === 0) return { blocks: [], message: 'No active block' }
  // Version 20 looks for the largest among the blocks it shows, 18 among all.
  const limit = limitOf(request.form === 'ccusage@18' ? rows : shown, request)
  return { blocks: (request.order === 'desc' ? shown.toReversed() : shown).map(row => block(row, limit, now)) }
}

/** A number of tokens, or the most that a finished block used. */
function limitOf(rows: readonly ReportRow[], { tokenLimit }: CompatRequest): number | null {
  if (tokenLimit === undefined) return null
  if (tokenLimit !== 'max') return Number(tokenLimit)
  const most = Math.max(0, ...rows.filter(row => row.gap !== true && row.active !== true).map(row => totalOf(sumOf([row]))))
  return most > 0 ? most : null
}

function block(row: ReportRow, limit: number | null, now: Instant): Json {
  const sum = sumOf([row])
  const tokens = totalOf(sum)
  const cost = dollars(sum.nanos)
  const minutes = (Date.parse(row.lastAt ?? '') - Date.parse(row.firstAt ?? '')) / MINUTE_MS
  const burning = row.active === true && minutes > 0
  const left = Math.max(0, (Date.parse(row.end ?? '') - now) / MINUTE_MS)
  const projected = Math.round(tokens + tokens / minutes * left)
  const costPerHour = cost / minutes * (HOUR_MS / MINUTE_MS)
  return {
    id: row.gap === true ? `gap-${row.start ?? ''}` : row.start ?? '', startTime: row.start ?? '', endTime: row.end ?? '', actualEndTime: row.gap === true ? null : row.lastAt ?? null,
    isActive: row.active === true, isGap: row.gap === true, entries: row.responses,
    tokenCounts: { inputTokens: sum.input, outputTokens: sum.output, cacheCreationInputTokens: sum.cacheCreation, cacheReadInputTokens: sum.cacheRead },
    totalTokens: tokens, costUSD: cost, models: modelNames(row.breakdown ?? []),
    burnRate: burning ? { tokensPerMinute: tokens / minutes, tokensPerMinuteForIndicator: (sum.input + sum.output) / minutes, costPerHour } : null,
    projection: burning ? { totalTokens: projected, totalCost: Math.round((cost + costPerHour / 60 * left) * 100) / 100, remainingMinutes: Math.round(left) } : null,
    ...(burning && limit !== null ? { tokenLimitStatus: { limit, projectedUsage: projected, percentUsed: projected / limit * 100, status: projected > limit ? 'exceeds' : projected > limit * WARNING_SHARE ? 'warning' : 'ok' } } : {}),
  }
}
