import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codex } from '../../../src/agents/codex/adapter.ts'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import { putSample } from '../../support/agent-case.ts'
import { countsFor, header, rolloutPath, rolloutText, threadId, turn } from '../../support/codex-lines.ts'
import { tempHome, type TempHome } from '../../support/home.ts'
import { SourceReading } from '../../support/source-reading.ts'

const text = rolloutText(header(threadId(1)), turn(), ...countsFor([[100, 0, 5]]))

describe('Codex among all agents', () => {
  let home: TempHome
  beforeEach(() => { home = tempHome('codex') })
  afterEach(() => home.remove())
  const counted = (files: Readonly<Record<string, string>>, ...extraRoots: readonly string[]): string[] => {
    putSample(home.path, { files })
    const reading = new SourceReading(home.path, [...KNOWN_AGENTS.values()])
    reading.options = { extraRoots }
    reading.read()
    return reading.keys
  }
  const KEY = [`codex:${threadId(1)}/0/100.0.0.5.0`]

  it('is read in its home, in a home that the user named, and in a plain folder of rollouts', () => {
    expect(counted({ [rolloutPath(threadId(1))]: text })).toEqual(KEY)
    expect(counted({ [rolloutPath(threadId(1), 'old/.codex/sessions/2026')]: text }, '~/old/.codex')).toEqual(KEY)
    expect(counted({ [rolloutPath(threadId(1), 'heap/2026/05')]: text }, '~/heap')).toEqual(KEY)
  })

  it('is taken up again by its thread', () => {
    expect(codex.resume?.argv(threadId(1))).toEqual(['codex', 'resume', threadId(1)])
  })
})
