// The rows of a report in the shapes of the contract.
import { usageOf } from '../../api/answers.ts'
import type { ModelRow, ReportRow } from '../../api/report-answer.ts'
import type { UsageCore } from '../../api/control-plane.ts'
import { divideHalfUp, usdText } from '../../core/money.ts'
import type { ReportKey, ReportKind } from '../../core/reports/keys.ts'
import { projectName } from '../../core/scope.ts'
import { HOUR_MS, isoText, MINUTE_MS, type Instant } from '../../core/time.ts'
import { totalTokens } from '../../core/usage/tokens.ts'
import type { BlockRow } from '../../flows/report/blocks.ts'
import type { Figures, ModelFigures, Row } from '../../flows/report/rows.ts'

export interface RowOptions { readonly kind: ReportKind; readonly keys: readonly ReportKey[]; readonly breakdown: boolean }

export const coreOf = ({ sum, unpricedModels }: Figures): UsageCore => usageOf(sum, unpricedModels)

export function rowAnswer(row: Row, { kind, keys, breakdown }: RowOptions): ReportRow {
  const { project } = row.keys
  return {
    ...row.keys, ...(keys.includes('week') ? { monday: row.monday } : {}), ...(project === undefined ? {} : { name: projectName(project) }),
    ...(kind === 'session' ? sessionFields(row) : {}), firstAt: isoText(row.firstAt), lastAt: isoText(row.lastAt), ...coreOf(row), ...(breakdown ? { breakdown: breakdownOf(row.models) } : {}),
  }
}

/** Where a session was last at work, and all it used. What the rows are told apart by stays as it is. */
function sessionFields({ keys, places, models }: Row): Partial<ReportRow> {
  const [latest] = places
  const { agent = '', account = '', project = '', branch = '', ...own } = { ...latest, ...keys }
  return {
    agent, account, project, name: projectName(project), branch, branches: [...new Set(places.map(place => place.branch))].filter(each => each !== '').sort(),
    models: 'model' in own ? [own.model as string] : namesOf(models),
  }
}

const namesOf = (models: readonly ModelFigures[]): readonly string[] => [...new Set(models.map(({ model }) => model))]

/** The dearest model first. */
const breakdownOf = (models: readonly ModelFigures[]): readonly ModelRow[] =>
  models.toSorted((a, b) => (a.sum.cost > b.sum.cost ? -1 : a.sum.cost < b.sum.cost ? 1 : 0)).map(each => ({ model: each.model, speed: each.speed, firstAt: isoText(each.firstAt), ...coreOf(each) }))

export function blockAnswer(block: BlockRow, breakdown: boolean, now: Instant): ReportRow {
  const { keys, start, end, gap, active, firstAt, lastAt, models } = block
  return {
    start: isoText(start), end: isoText(end), ...keys, active, gap, firstAt: firstAt === null ? null : isoText(firstAt), lastAt: lastAt === null ? null : isoText(lastAt),
    models: namesOf(models), ...coreOf(block), ...forecast(block, now), ...(breakdown ? { breakdown: breakdownOf(models) } : {}),
  }
}

// Three responses within a second are no rate: they foretold $448 for the rest of a block that had spent two cents.
const RATE_SPAN_MS = 10 * MINUTE_MS

/** What an active block spends between its first and last response, and what that makes of the time it has left. */
function forecast({ sum, firstAt, lastAt, end, active }: BlockRow, now: Instant): Pick<ReportRow, 'burnRate' | 'projection'> {
  const ms = firstAt === null || lastAt === null ? 0 : lastAt - firstAt
  if (!active || ms < RATE_SPAN_MS) return { burnRate: null, projection: null }
  const left = Math.max(0, end - now)
  const [tokens, span, rest] = [BigInt(totalTokens(sum.tokens)), BigInt(ms), BigInt(left)]
  return {
    burnRate: { tokensPerMinute: Number(divideHalfUp(tokens * BigInt(MINUTE_MS), span)), costPerHour: usdText(divideHalfUp(sum.cost * BigInt(HOUR_MS), span)) },
    projection: { tokens: Number(tokens + divideHalfUp(tokens * rest, span)), cost: usdText(sum.cost + divideHalfUp(sum.cost * rest, span)), minutesLeft: Math.round(left / MINUTE_MS) },
  }
}
