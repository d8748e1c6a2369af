// What is read of each agent and what is not, each gap with its reason and with what to type.
import type { Flaw, FlawKind } from '../tailing/cursor-store.ts'
import { isKnownHere, type AgentFacts } from './agent-facts.ts'
import { count, fine, note, problem, shellWord, some, warning, type Finding } from './finding.ts'

/** Findings on the agents that are here; `only` names one that was asked for. */
export function diagnoseAgents(agents: readonly AgentFacts[], only: string | undefined): readonly Finding[] {
  const here = agents.filter(isKnownHere)
  const asked = only === undefined ? here : agents.filter(({ agent }) => agent === only)
  if (asked.length === 0) return [note('agent', { title: 'No agent was found', detail: `Known are ${agents.map(({ displayName }) => displayName).join(', ')}; none has written a log for this user.`, remedy: 'Run one of them once; if its logs are elsewhere, add the folder to `roots` with `purser config edit`' })]
  return asked.flatMap(agent => (isKnownHere(agent) ? rulesFor(agent) : [absent(agent)]))
}

const absent = ({ agent, displayName }: AgentFacts): Finding =>
  note(`agent.${agent}`, { title: `${displayName} was not found`, detail: 'None of its folders exists for this user, and nothing of it is in the records.', remedy: 'If its logs are elsewhere, add the folder to `roots` with `purser config edit`' })

const rulesFor = (facts: AgentFacts): readonly Finding[] => [...foundRule(facts), ...unreadRule(facts), ...flawRules(facts), ...unpricedRule(facts), ...estimatedRule(facts)]

function foundRule({ agent, displayName, folders, logs, responses }: AgentFacts): readonly Finding[] {
  const files = logs.reduce((sum, each) => sum + each.count, 0)
  if (folders.length === 0) return [note(`agent.${agent}`, { title: `${displayName} has no logs here any more`, detail: `${count(responses, 'response')} of it stay in the records.`, remedy: 'If its logs moved, add the folder to `roots` with `purser config edit`' })]
  return [fine(`agent.${agent}`, `${displayName}: ${count(files, 'log')} in ${count(folders.length, 'folder')}, ${count(responses, 'response')}`, some(folders))]
}

const unreadRule = ({ agent, displayName, unread }: AgentFacts): readonly Finding[] => (unread === 0 ? [] : [note(`agent.${agent}.unread`, {
  title: `${count(unread, 'log')} of ${displayName} ${unread === 1 ? 'has' : 'have'} something that was not read yet`, detail: 'A running daemon reads it within moments.', remedy: 'Read it now: `purser index`',
})])

interface FlawText { readonly level: 'warn' | 'error' | 'info'; readonly title: (times: string, files: string, plural: boolean) => string }
const FLAWS: Readonly<Record<FlawKind, FlawText>> = {
  malformed: { level: 'warn', title: (times, files, plural) => `${times} in ${files} could not be understood and ${plural ? 'were' : 'was'} skipped` },
  damaged: { level: 'warn', title: (times, files) => `${times} in ${files} with a damaged count, taken as zero` },
  oversized: { level: 'warn', title: (times, files, plural) => `${times} in ${files} ${plural ? 'were' : 'was'} too large to read` },
  unreadable: { level: 'warn', title: (_times, files) => `${files} could not be read` },
  quarantined: { level: 'error', title: (_times, files) => `${files} made purser fail and stays unread` },
  // Nothing is wrong with the log, and nothing can be done about it.
  inferred: { level: 'info', title: (times, files) => `${times} in ${files} where the log leaves open what was spent; a rule decided` },
}

function flawRules({ agent, displayName, flaws }: AgentFacts): readonly Finding[] {
  const kinds = Object.keys(FLAWS) as FlawKind[]
  return kinds.flatMap(kind => flawRule(`agent.${agent}.${kind}`, displayName, flaws.filter(flaw => flaw.kind === kind)))
}

function flawRule(id: string, displayName: string, flaws: readonly Flaw[]): readonly Finding[] {
  const [first] = flaws
  if (!first) return []
  const { level, title } = FLAWS[first.kind]
  const files = [...new Set(flaws.map(({ path }) => path))]
  const times = flaws.reduce((sum, { occurrences }) => sum + occurrences, 0)
  const wrong = {
    title: `${displayName}: ${title(count(times, 'place'), count(files.length, 'log'), times !== 1)}`, detail: `${some(files)}. First: ${first.why}.`,
    remedy: `Look at it: \`ls -la ${shellWord(first.path)}\`${level === 'error' ? '; try it again, at the latest after an update of purser: `purser index`' : ''}`,
  }
  return [level === 'error' ? problem(id, wrong) : level === 'warn' ? warning(id, wrong) : note(id, wrong)]
}

const unpricedRule = ({ agent, displayName, unpriced: { responses, models } }: AgentFacts): readonly Finding[] => (responses === 0 ? [] : [warning(`agent.${agent}.unpriced`, {
  title: `${displayName}: ${count(responses, 'response')} without a price`, detail: `${some(models.map(model => (model === '' ? 'a model that the log does not name' : model)))}. Their tokens are counted, their cost is not; totals show a +.`,
  remedy: 'What the card knows: `purser pricing diagnose`',
})])

const estimatedRule = ({ agent, displayName, estimated }: AgentFacts): readonly Finding[] => (estimated === '' ? [] : [note(`agent.${agent}.estimated`, {
  title: `${displayName} is estimated`, detail: `${estimated.replace(/\.$/, '')}. Its spend is shown as an estimate and never stops anything by itself.`, remedy: 'See its share: `purser report agent`',
})])
