// Which agents there are, what is read of them and what is not.
import type { AgentAnswer } from '../../api/agents-answer.ts'
import type { Handlers } from '../../api/control-plane.ts'
import { nearestWord } from '../../core/config/nearest.ts'
import { isKnownHere, type AgentFacts } from '../../core/doctor/agent-facts.ts'
import { diagnoseAgents } from '../../core/doctor/agent-rules.ts'
import { AppError } from '../../core/errors.ts'
import type { SumGroup } from '../../core/ledger/usage-sums.ts'
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { Flaw, FollowedFile } from '../../core/tailing/cursor-store.ts'
import type { Finding } from '../../core/tailing/scan.ts'
import { instant, isoText, type Instant } from '../../core/time.ts'
import type { World } from '../world/world.ts'

export const agentHandlers = (world: World): Pick<Handlers, 'agent.list' | 'agent.doctor'> => ({
  'agent.list': async () => ({ agents: (await factsOf(world)).map(answerOf) }),
  'agent.doctor': async ({ agent }) => {
    const facts = await factsOf(world)
    if (agent !== undefined && !facts.some(each => each.agent === agent)) throw unknownAgent(agent, facts)
    return { findings: diagnoseAgents(facts, agent).map(finding => ({ ...finding })) }
  },
})

function unknownAgent(agent: string, facts: readonly AgentFacts[]): AppError {
  const close = nearestWord(agent, facts.map(each => each.agent))
  return new AppError('not_found', `no agent is called "${agent}"${close === null ? '' : `; did you mean "${close}"?`} See them: purser agent list`)
}

interface Known { readonly finding: Finding; readonly sums: readonly SumGroup[]; readonly cursors: ReadonlyMap<string, FollowedFile>; readonly flaws: readonly Flaw[] }

async function factsOf(world: World): Promise<readonly AgentFacts[]> {
  const { stores } = world
  const known = await stores.read(function* () {
    return {
      sums: yield* stores.sums.sum({ since: null, until: null, by: ['agent'], days: [] }),
      cursors: new Map((yield* stores.cursors.all()).map(file => [file.path, file])), flaws: yield* stores.cursors.flaws(),
    }
  })
  const finding = world.finder.find()
  return world.adapters.map(adapter => factsOfAgent(adapter, { ...known, finding }))
}

function factsOfAgent(adapter: AgentAdapter, { finding, sums, cursors, flaws }: Known): AgentFacts {
  const logs = finding.logs.filter(({ agent }) => agent === adapter.name)
  const own = sums.filter(({ by }) => by.agent === adapter.name)
  const unpriced = own.filter(({ sum }) => sum.unpriced > 0)
  const agentOfPath = new Map(logs.map(({ path }) => [path, adapter.name]))
  return {
    agent: adapter.name, displayName: adapter.displayName, estimated: adapter.estimated ?? '',
    folders: [...new Set(finding.rootsOf.filter(({ agent }) => agent === adapter.name).map(({ path }) => path))],
    logs: adapter.sources.map(({ name }) => ({ source: name, count: logs.filter(({ source }) => source === name).length })).filter(({ count }) => count > 0),
    unread: logs.filter(log => { const cursor = cursors.get(log.path); return !cursor || cursor.size !== log.size || cursor.modifiedAt !== log.modifiedAt }).length,
    accounts: [...new Set(logs.map(({ account }) => account).filter(account => account !== ''))].sort(),
    lastWrittenAt: latest(logs.map(({ modifiedAt }) => modifiedAt)), lastSpentAt: latest(own.map(({ lastAt }) => lastAt)),
    responses: total(own, 'responses'), partial: total(own, 'partial'),
    unpriced: { responses: total(own, 'unpriced'), models: [...new Set(unpriced.map(({ model }) => model))].sort() },
    flaws: flaws.filter(({ path }) => agentOfPath.has(path) || cursors.get(path)?.agent === adapter.name),
  }
}

const total = (groups: readonly SumGroup[], figure: 'responses' | 'partial' | 'unpriced'): number => groups.reduce((sum, group) => sum + group.sum[figure], 0)
const latest = (times: readonly Instant[]): Instant | null => (times.length === 0 ? null : instant(times.reduce((newest, time) => Math.max(newest, time), 0)))
const isoOrNull = (at: Instant | null): string | null => (at === null ? null : isoText(at))

function answerOf(facts: AgentFacts): AgentAnswer {
  const kinds = [...new Set(facts.flaws.map(({ kind }) => kind))].sort()
  return {
    agent: facts.agent, name: facts.displayName, found: isKnownHere(facts), ...(facts.estimated === '' ? {} : { estimated: facts.estimated }),
    folders: facts.folders, logs: facts.logs, unread: facts.unread, accounts: facts.accounts, responses: facts.responses,
    lastWrittenAt: isoOrNull(facts.lastWrittenAt), lastSpentAt: isoOrNull(facts.lastSpentAt), unpriced: facts.unpriced, partial: facts.partial,
    flaws: kinds.map(kind => {
      const own = facts.flaws.filter(flaw => flaw.kind === kind)
      return { kind, times: own.reduce((sum, { occurrences }) => sum + occurrences, 0), files: new Set(own.map(({ path }) => path)).size }
    }),
  }
}
