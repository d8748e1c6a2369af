import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { droid, sessions } from '../../../src/agents/droid/adapter.ts'
import { readDamaged, type AgentLog } from '../../support/agent-logs.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/droid/0.174/${name}`, import.meta.url), 'utf8')
const LOGS: readonly AgentLog[] = ['first', 'second'].map(name => ({ source: sessions, path: `-w/${name}.settings.json`, text: fixture(`${name}.settings.json`), companions: { [`-w/${name}.jsonl`]: fixture('first.jsonl') } }))
const FUZZED = { name: 'fuzzed Droid logs', quick: 10_000, full: 1_000_000 }

describe('Droid', () => {
  it('has an answer for damaged logs, and no impossible counts', () => {
    const random = new Random(11)
    for (let n = rounds(FUZZED); n > 0; n--) readDamaged(LOGS[n % LOGS.length] as AgentLog, random)
  }, roundsTimeoutMs(20_000, FUZZED))

  it('resumes a session by its id, and looks at the conversation beside its settings', () => {
    expect(droid.resume?.argv('d0')).toEqual(['droid', '--resume', 'd0'])
    expect(sessions.heads('-w/d0.settings.json')).toEqual(['-w/d0.jsonl'])
  })
})
