// Spend that no log shows: where it is read from, what was said, and where ledger and source part.
import type { ExternalSessionAnswer, ExternalShowAnswer, ExternalSourceAnswer, ExternalSubjectAnswer, ExternalSyncAnswer, ExternalOperations } from '../../api/external-answer.ts'
import { projectName } from '../../core/scope.ts'
import { faint, strong, toned, type Line, type Span } from '../../core/text/line.ts'
import { layoutTable } from '../../core/text/table.ts'
import { money, plural } from './figures.ts'
import { agoText } from './moments.ts'
import { blocks, type View } from './view.ts'

export function renderSources(sources: readonly ExternalSourceAnswer[], view: View): readonly Line[] {
  if (sources.length === 0) return [[faint('nothing is read from outside of the logs; add an '), '[[external]]', faint(' table: '), toned('command', 'purser config edit')]]
  const table = layoutTable({
    width: view.columns, columns: [{ title: 'SOURCE', shrinkTo: 12 }, { title: 'KIND', drop: 2 }, { title: 'COUNTED', align: 'right' }, { title: 'ASSET', drop: 3 }, { title: 'READ', drop: 1 }, { title: 'STATE' }],
    rows: sources.map(source => [
      strong(source.id), faint(source.kind), source.mode === 'compare' ? faint('compared') : money(source.cost), faint(source.asset),
      faint(source.syncedAt === null ? 'never' : agoText(source.syncedAt, view.now)), stateOf(source),
    ]),
  })
  const failing = sources.filter(({ failure }) => failure !== null).map((source): Line => [toned('bad', '✗ '), `${source.id}: ${bare(source.failure ?? '')}`])
  return blocks(table, failing)
}

/** A failure stands beside its source's name here, and need not begin with it. */
const bare = (failure: string): string => failure.replace(/^external source "[^"]*": /, '')

function stateOf({ configured, failure, lower, ahead, syncedAt }: ExternalSourceAnswer): Span {
  if (!configured) return faint('no longer configured')
  if (failure !== null) return toned('bad', 'cannot be read')
  if (syncedAt === null) return faint('not read yet')
  if (lower > 0) return toned('warn', `${plural(lower, 'amount')} lower than before`)
  if (ahead > 0) return toned('warn', `the ledger holds more of ${plural(ahead, 'amount')}`)
  return toned('good', 'in step')
}

const STATES = { in_step: ['good', 'in step'], lower: ['warn', 'lower than before'], ahead: ['warn', 'ledger holds more'], compared: ['plain', 'compared'] } as const

export function renderExternal(answer: ExternalShowAnswer, view: View): readonly Line[] {
  const { source } = answer
  if (source === null) return answer.sessions.length === 0 ? [[faint('no source outside of the logs tells of this session')]] : [...sessionTable(answer.sessions, view), ...(answer.sessions.length > 1 ? [[faint('together '), strong(money(answer.cost))]] : [])]
  const more = answer.more > 0 ? [[faint(`and ${plural(answer.more, 'more row')}: purser external show ${source.id} --json`)] satisfies Line] : []
  return blocks(head(source, view), [...subjectTable(source, answer.subjects, view), ...more], sessionTable(answer.sessions, view), advice(source, answer.subjects))
}

function head(source: ExternalSourceAnswer, view: View): readonly Line[] {
  const counted: Line = source.mode === 'compare' ? [faint('nothing is posted: compared with what logs say')] : [strong(money(source.cost)), faint(` counted in ${plural(source.entries, 'entry', 'entries')}`)]
  const { chain } = source
  return [
    [strong(source.id), faint(`  ${source.kind}, ${source.asset}  `), stateOf(source)], ['  ', ...counted],
    ['  ', faint(source.syncedAt === null ? 'never read' : `read ${agoText(source.syncedAt, view.now)}`), faint(source.nextAt === null || Date.parse(source.nextAt) <= view.now ? '' : `, again in ${Math.ceil((Date.parse(source.nextAt) - view.now) / 60_000)} min`)],
    ...(chain === null ? [] : [['  ', faint(`chain ${chain.id}, contract ${chain.contract}, read up to block ${chain.nextBlock - 1}${chain.withdrawn > 0 ? `, ${plural(chain.withdrawn, 'event')} taken off by reorganisations` : ''}`)] satisfies Line]),
    ...(source.failure === null ? [] : [['  ', toned('bad', bare(source.failure))] satisfies Line]),
  ]
}

function subjectTable(source: ExternalSourceAnswer, subjects: readonly ExternalSubjectAnswer[], view: View): readonly Line[] {
  if (subjects.length === 0) return []
  const compared = source.mode === 'compare'
  return layoutTable({
    width: view.columns, indent: 2,
    columns: [{ title: 'AMOUNT OF', shrinkTo: 12 }, { title: source.asset, align: 'right' }, { title: compared ? 'GAINED' : 'SAYS', align: 'right', drop: 1 }, { title: compared ? 'IN LOGS' : 'COUNTED', align: 'right' }, { title: 'DRIFT', align: 'right' }, { title: 'STATE', drop: 2 }, { title: 'WHOSE', drop: 3, shrinkTo: 10 }],
    rows: subjects.slice(0, view.rowsMax).map(each => {
      const [tone, word] = STATES[each.state]
      return [each.subject === '' ? faint('everything') : each.subject, each.latest, money(each.says), money(each.ledger), each.drift === '0.00' ? faint('–') : toned(each.state === 'compared' ? 'plain' : 'warn', money(each.drift)), toned(tone, word), faint(whose(each))]
    }),
  })
}

const whose = ({ account, project, branch, session }: ExternalSubjectAnswer): string => [account, project === '' ? '' : projectName(project), branch, session].filter(part => part !== '').join(' ')

function sessionTable(sessions: readonly ExternalSessionAnswer[], view: View): readonly Line[] {
  if (sessions.length === 0) return []
  return layoutTable({
    width: view.columns, indent: 2, columns: [{ title: 'SESSION' }, { title: 'SOURCE', drop: 2 }, { title: 'AMOUNT', align: 'right', drop: 1 }, { title: 'COUNTED', align: 'right' }, { title: 'LAST', drop: 3 }],
    rows: sessions.slice(0, view.rowsMax).map(each => [each.session, faint(each.source), each.amount === null ? faint('–') : `${each.amount} ${each.asset}`, money(each.cost), faint(agoText(each.lastAt, view.now))]),
  })
}

const advice = (source: ExternalSourceAnswer, subjects: readonly ExternalSubjectAnswer[]): readonly Line[] => (subjects.some(({ state }) => state === 'lower')
  ? [[faint('what fell takes nothing off; if it began anew: '), toned('command', `purser external reset ${source.id} --reason "..."`)]] : [])

export function renderSynced(results: readonly ExternalSyncAnswer[]): readonly Line[] {
  if (results.length === 0) return [[faint('nothing is read from outside of the logs; add an '), '[[external]]', faint(' table: '), toned('command', 'purser config edit')]]
  return results.flatMap((each): readonly Line[] => [
    each.failure === null ? [toned('good', '✓ '), strong(each.source), '  ', said(each)] : [toned('bad', '✗ '), strong(each.source), '  ', bare(each.failure)],
    ...(each.locked.length > 0 ? [['  ', toned('bad', `${plural(each.locked.length, 'budget')} locked by it: `), toned('command', 'purser lock list')] satisfies Line] : []),
  ])
}

function said({ entries, cost, lower, ahead, restarted, withdrawn }: ExternalSyncAnswer): string {
  const parts = [
    entries === 0 ? 'nothing new' : `${money(cost)} in ${plural(entries, 'entry', 'entries')}`, withdrawn > 0 ? `${plural(withdrawn, 'event')} gone from the chain` : '',
    restarted > 0 ? `${plural(restarted, 'amount')} began anew` : '', lower > 0 ? `${plural(lower, 'amount')} lower than before` : '', ahead > 0 ? `the ledger holds more of ${plural(ahead, 'amount')}` : '',
  ]
  return parts.filter(part => part !== '').join(', ')
}

export function renderReset({ source, subjects, fromBlock }: ExternalOperations['external.reset']['out']): readonly Line[] {
  if (fromBlock !== null) return [[strong(source), ` is read again from block ${fromBlock}; what is counted is not counted twice`]]
  if (subjects.length === 0) return [[strong(source), faint(' was never read, so there is nothing to reset')]]
  const [only, second] = subjects
  return second || !only ? [[strong(source), ` counts ${plural(subjects.length, 'amount')} on from what was read last; what is counted stays`]]
    : [[strong(source), `${only.subject === '' ? '' : ` ${only.subject}`} counts on from ${only.to}, and was at ${only.from}; what is counted stays`]]
}
