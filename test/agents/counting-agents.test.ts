// Agents that keep counters instead of responses, read from a home as the daemon reads it: the conformance suite sums
// responses, so what their counters say is held here.
import { afterEach, describe, expect, it } from 'vitest'
import type { CounterReading } from '../../src/core/usage/usage-event.ts'
import { putSample, type AgentCase } from '../support/agent-case.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { SourceReading } from '../support/source-reading.ts'
import { conformanceCase as copilot } from './copilot/conformance-case.ts'
import { conformanceCase as crush } from './crush/conformance-case.ts'
import { conformanceCase as goose } from './goose/conformance-case.ts'
import { conformanceCase as grok } from './grok/conformance-case.ts'
import { conformanceCase as hermes } from './hermes/conformance-case.ts'

const homes: TempHome[] = []
afterEach(() => { for (const home of homes.splice(0)) home.remove() })

function countersOf({ adapter, samples }: AgentCase, claim: RegExp): { readonly home: string; readonly read: readonly CounterReading[]; readonly again: number } {
  const home = tempHome('counting'), sample = samples.find(({ name }) => claim.test(name))
  homes.push(home)
  if (!sample) throw new Error(`no sample is ${claim.source}`)
  putSample(home.path, sample)
  const reading = new SourceReading(home.path, [adapter])
  reading.read()
  const read = reading.batches.flatMap(batch => batch.counters.map(({ fact }) => fact))
  reading.read()
  return { home: home.path, read, again: reading.batches.flatMap(batch => batch.counters).length - read.length }
}
const said = ({ tokens, cost }: CounterReading): unknown[] => [tokens.input, tokens.output, tokens.cacheRead, cost]

describe('counters', () => {
  it('of Copilot\'s journals are those of each model, and of each epoch', () => {
    const { read, again } = countersOf(copilot, /journal, whose sums/)
    expect(new Set(read.map(({ key }) => key.split(':').slice(2).join(' ')))).toEqual(new Set(['claude-sonnet-4.5 0', 'gpt-5-mini 0', 'claude-sonnet-4.5 1']))
    expect(again).toBe(0)
  })

  it('of Goose are its sessions\', and what was carried into its ledger', () => {
    const early = countersOf(goose, /older database/), late = countersOf(goose, /a ledger/)
    expect([early.read.map(said), late.read.map(said)]).toEqual([[[300, 50, 0, null]], [[50, 40, 800, null]]])
    expect(early.read.map(({ key }) => key)).toEqual(late.read.map(({ key }) => key))
  })

  it('of Hermes are found in every profile', () => {
    expect(countersOf(hermes, /two profiles/).read.map(said)).toEqual([[100, 20, 0, null], [100, 20, 0, null]])
  })

  it('of Crush are found in every project its list names', () => {
    const { home, read } = countersOf(crush, /project's session/)
    expect(read.map(({ key, cost, origin }) => [key, cost, origin.cwd])).toEqual([['crush:s1', 125_000_000n, `${home}/web`]])
  })

  it('of Grok are those of each turn and model', () => {
    const { read } = countersOf(grok, /ends twice/)
    expect(read.map(({ key, tokens, origin }) => [key.split(':')[2], tokens.output, origin.cwd])).toEqual([
      ['p1#grok-4.6-build', 60, '/home/dev/web'], ['p1#grok-4.6-build', 150, '/home/dev/web'], ['p1#grok-mini', 50, '/home/dev/web'], ['p2#grok-build', 30, '/home/dev/web'],
    ])
  })
})
