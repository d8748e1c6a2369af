import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { chatJournals, folderOf, requestsIn } from '../../../src/agents/vscode-copilot/journal.ts'
import { TRACES } from '../../../src/agents/vscode-copilot/paths.ts'
import type { Opening } from '../../../src/core/sessions/log-source.ts'
import type { UsageEvent } from '../../../src/core/usage/usage-event.ts'
import { CANARY } from '../../support/agent-case.ts'
import { damagedText, eventsIn, ledgerOf, unsound } from '../../support/adapter-facts.ts'
import { WRITTEN_AT } from '../../support/foreign-database.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const FIXTURE = readFileSync(new URL('../../fixtures/vscode-copilot/1.109/chat.jsonl', import.meta.url), 'utf8')
const PATH = 'workspaceStorage/5f/chatSessions/5a0c.jsonl'
const opening: Opening = { place: chatJournals.place(PATH), path: PATH, root: '/u', memory: null, companions: { 'workspaceStorage/5f/workspace.json': '{"folder":"file:///home/dev/web%20app"}' } }
const events = (text: string): UsageEvent[] => eventsIn(chatJournals.parse(text, opening, WRITTEN_AT)?.facts ?? [])

describe('the journal of a chat', () => {
  it('tells of each turn what it used at least', () => {
    expect(events(FIXTURE).map(({ key, at, model, tokens, final, origin }) => [key, at, model, tokens.input, tokens.output, final, origin.cwd, origin.session])).toEqual([
      ['vscode-copilot:request_1', 1_774_600_001_000, 'claude-sonnet-4-6', 32_543, 490, false, '/home/dev/web app', '5a0c'],
      ['vscode-copilot:request_2', 1_774_600_061_000, 'gpt-5-mini', 100, 7, false, '/home/dev/web app', '5a0c'],
    ])
    expect(chatJournals.parse(FIXTURE, opening, WRITTEN_AT)?.facts[0]).toMatchObject({ doubt: expect.stringContaining('dbSpanExporter') })
  })

  it('grows: every beginning of it tells the same turns, or fewer, or less of them', () => {
    const whole = ledgerOf(chatJournals.parse(FIXTURE, opening, WRITTEN_AT)?.facts ?? [])
    const lines = FIXTURE.trimEnd().split('\n')
    const beginnings = lines.flatMap((_, at) => chatJournals.parse(lines.slice(0, at + 1).join('\n'), opening, WRITTEN_AT)?.facts ?? [])
    expect(ledgerOf(beginnings)).toEqual(whole)
    expect(ledgerOf(beginnings.toReversed())).toEqual(whole)
  })

  it('is read up to a torn line, and not at all before it has one', () => {
    expect(events(FIXTURE.slice(0, FIXTURE.indexOf('{"kind":2,"k":["requests"],"v":[{"requestId":"request_2"') + 50))).toHaveLength(1)
    expect(chatJournals.parse('', opening, WRITTEN_AT)).toBeNull()
    expect(chatJournals.parse('{"kind":0,"v":{"req', opening, WRITTEN_AT)).toBeNull()
    expect(chatJournals.parse('{"kind":0,"v":{}}', opening, WRITTEN_AT)?.facts).toEqual([])
  })

  it('falls silent when traces appear while it is followed', () => {
    expect(chatJournals.heads?.(PATH)).toEqual([TRACES])
    expect(chatJournals.parse(FIXTURE, { ...opening, companions: { ...opening.companions, [TRACES]: 'SQLite format 3' } }, WRITTEN_AT)?.facts).toEqual([])
  })

  it('was one document in older versions', () => {
    expect(events(JSON.stringify({ version: 3, requests: [{ requestId: 'request_1', timestamp: 1_774_600_001_000, modelId: 'copilot/gpt-5', result: { metadata: { promptTokens: 5, outputTokens: 6 } } }] }))).toMatchObject([{ model: 'gpt-5', tokens: { input: 5, output: 6 } }])
  })

  it('sets nothing outside its requests', () => {
    requestsIn('{"kind":0,"v":{"requests":[{}]}}\n{"kind":1,"k":["requests","__proto__","polluted"],"v":1}\n{"kind":1,"k":["requests",0,"__proto__"],"v":{"polluted":1}}\n{"kind":1,"k":["__proto__","polluted"],"v":1}')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(requestsIn('{"kind":0,"v":{"requests":[]}}\n{"kind":1,"k":["requests",4294967294],"v":{}}')).toEqual([])
  })

  it('holds words that never leave it', () => {
    expect(JSON.stringify(chatJournals.parse(FIXTURE, opening, WRITTEN_AT))).not.toContain(CANARY)
  })

  it('belongs to the folder its workspace names', () => {
    expect([folderOf({ folder: 'file:///c%3A/src/web' }), folderOf({ folder: 'vscode-remote://ssh/x' }), folderOf(null), folderOf({})]).toEqual(['c:\\src\\web', '', '', ''])
  })

  const FUZZED = { name: 'fuzzed chats of VS Code', quick: 2_000, full: 1_000_000 }
  it('is answered with sound facts whatever it holds', () => {
    const random = new Random(8_8)
    for (let n = rounds(FUZZED); n > 0; n--) for (const fact of chatJournals.parse(damagedText(FIXTURE, random), opening, WRITTEN_AT)?.facts ?? []) expect(unsound(fact)).toBe('')
  }, roundsTimeoutMs(30_000, FUZZED))
})
