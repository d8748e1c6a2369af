// Agents on one screen: those that are here as a table, what needs a look below it, the others by name.
import type { AgentAnswer } from '../../api/agents-answer.ts'
import type { Operations } from '../../api/control-plane.ts'
import { faint, strong, toned, type Line } from '../../core/text/line.ts'
import { layoutTable } from '../../core/text/table.ts'
import { exact, plural } from './figures.ts'
import { agoText } from './moments.ts'
import { blocks, type View } from './view.ts'

export function renderAgents({ agents }: Operations['agent.list']['out'], view: View): readonly Line[] {
  const here = agents.filter(({ found }) => found), others = agents.filter(({ found }) => !found)
  return blocks(
    here.length === 0 ? [['no agent was found for this user'], [faint('run one once; if its logs are elsewhere: '), toned('command', 'purser config edit'), faint(', key roots')]] : table(here, view),
    here.flatMap(agent => notes(agent)),
    others.length === 0 ? [] : layoutTable({
      width: view.columns, header: false, columns: [{ title: '' }, { title: '', wrap: true }],
      rows: [[faint(here.length === 0 ? 'known' : 'not found here'), faint(others.map(({ name }) => name).join(', '))]],
    }),
  )
}

const table = (agents: readonly AgentAnswer[], view: View): readonly Line[] => layoutTable({
  width: view.columns,
  columns: [{ title: 'AGENT' }, { title: 'LOGS', align: 'right' }, { title: 'RESPONSES', align: 'right' }, { title: 'LAST WRITTEN', drop: 1 }, { title: 'WHERE', shrinkTo: 12, keep: 'end' }],
  rows: agents.map(agent => [
    [strong(agent.name), faint(agent.estimated === undefined ? '' : ' ~')], exact(agent.logs.reduce((sum, { count }) => sum + count, 0)), exact(agent.responses),
    agent.lastWrittenAt === null ? faint('–') : agoText(agent.lastWrittenAt, view.now),
    agent.accounts.length > 0 ? agent.accounts.join(', ') : agent.folders.length > 0 ? agent.folders.join(', ') : faint('only in the records'),
  ]),
})

/** What keeps the figures of an agent from being whole, in one line. */
function notes({ agent, name, estimated, unpriced, flaws, unread }: AgentAnswer): readonly Line[] {
  const wrong = [
    ...(unpriced.responses > 0 ? [`${plural(unpriced.responses, 'response')} without a price`] : []),
    ...flaws.filter(({ kind }) => kind !== 'inferred').map(({ kind, times }) => `${plural(times, 'place')} ${kind}`),
  ]
  return [
    ...(wrong.length > 0 ? [[toned('warn', '▲ '), `${name}: ${wrong.join(', ')}  `, toned('command', `purser agent doctor ${agent}`)]] : []),
    ...(unread > 0 ? [[faint(`· ${name}: ${plural(unread, 'log')} not read to the end yet`)]] : []),
    ...(estimated === undefined ? [] : [[faint(`~ ${name} is estimated: ${estimated}`)]]),
  ]
}
