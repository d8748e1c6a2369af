// Claims: a line each, and one claim with what lies around it and who waits.
import type { ClaimAnswer, ClaimShown } from '../../api/claim-answers.ts'
import { shortHolder } from '../../core/claims/claim-text.ts'
import { durationText } from '../../core/time.ts'
import { faint, strong, toned, type Line } from '../../core/text/line.ts'
import { layoutTable } from '../../core/text/table.ts'
import { plural } from './figures.ts'
import { agoText } from './moments.ts'
import { blocks, type View } from './view.ts'

export function renderClaims(claims: readonly ClaimAnswer[], view: View): readonly Line[] {
  if (claims.length === 0) return [[faint('nothing is claimed')]]
  const shown = claims.slice(0, view.rowsMax)
  const lines = layoutTable({
    width: view.columns,
    columns: [{ title: 'CLAIM', shrinkTo: 16, keep: 'end' }, { title: 'HELD BY', shrinkTo: 12 }, { title: 'FOR', align: 'right' }, { title: 'TOKEN', align: 'right', drop: 1 }, { title: 'WHY', shrinkTo: 8, drop: 0 }],
    rows: shown.map(claim => [strong(claim.name), holderCell(claim), heldFor(claim, view.now), String(claim.token), faint(whyText(claim))]),
  })
  const more = claims.length - shown.length
  return more > 0 ? [...lines, [faint(`and ${plural(more, 'more claim', 'more claims')}: purser claim list`)]] : lines
}

const holderCell = ({ holder, mine }: ClaimAnswer): Line =>
  (holder === null ? [faint('nobody')] : mine ? [toned('good', 'you'), faint(` (${shortHolder(holder)})`)] : [shortHolder(holder)])
const heldFor = ({ acquiredAt }: ClaimAnswer, now: number): string => (acquiredAt === null ? '' : durationText(now - Date.parse(acquiredAt)))
const whyText = ({ strict, reason }: ClaimAnswer): string => [...(strict ? ['strict'] : []), ...(reason === '' ? [] : [reason])].join(': ')

export function renderClaim({ claim, around, waiting }: ClaimShown, view: View): readonly Line[] {
  const { holder } = claim
  const rows: readonly (readonly [string, string])[] = holder === null
    ? [['held by', 'nobody'], ['token', claim.token === 0 ? 'never claimed' : `${claim.token}, of its last holder`]]
    : [
      ['held by', `${holder.agent} session ${holder.session}${claim.mine ? ' (you)' : ''}`],
      ['process', `pid ${holder.pid} on ${holder.node}, known by ${holder.proof}; generation ${holder.generation}`],
      ['since', agoText(claim.acquiredAt ?? '', view.now)],
      ['token', String(claim.token)],
      ['lease', claim.strict ? 'strict: ends only when released or broken' : leaseText(claim, view.now)],
      ...(claim.reason === '' ? [] : [['why', claim.reason] as const]),
    ]
  return blocks(
    [[strong(claim.name)], ...layoutTable({ width: view.columns, header: false, indent: 2, columns: [{ title: '' }, { title: '', wrap: true }], rows: rows.map(([key, value]) => [faint(key), value]) })],
    around.length === 0 ? [] : [[strong('Around it')], ...renderClaims(around, view)],
    waiting.length === 0 ? [] : [[strong('Waiting, the next one first')], ...waiting.map(({ session, names, since }): Line => ['  ', session, faint(`, for ${names.join(', ')}, ${agoText(since, view.now)}`)])],
  )
}

function leaseText({ expiresAt }: ClaimAnswer, now: number): string {
  const left = Date.parse(expiresAt ?? '') - now
  return `${left > 0 ? `${durationText(left)} until other machines may take it` : 'over for other machines'}; on its own it lasts as long as its process`
}
