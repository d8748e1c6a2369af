import { afterEach, describe, expect, it } from 'vitest'
import { chats, parseBubble, userFolders } from '../../../src/agents/cursor/bubbles.ts'
import { anyValue, eventsIn, ledgerOf, unsound } from '../../support/adapter-facts.ts'
import { ForeignDatabase, WRITTEN_AT } from '../../support/foreign-database.ts'
import { Random } from '../../support/random.ts'
import { rounds, roundsTimeoutMs } from '../../support/rounds.ts'

const SCHEMA = 'create table cursorDiskKV (key text unique on conflict replace, value blob); create table ItemTable (key text unique on conflict replace, value blob);'
const AT = '2026-05-05T10:00:00.000Z'

let open: ForeignDatabase[] = []
function editor(): ForeignDatabase {
  const made = new ForeignDatabase(SCHEMA)
  open.push(made)
  return made
}
afterEach(() => { for (const made of open) made.close(); open = [] })
const bubble = (made: ForeignDatabase, id: string, over: Record<string, unknown> = {}, chat = 'c1'): void =>
  made.insert('cursorDiskKV', { key: `bubbleId:${chat}:${id}`, value: JSON.stringify({ type: 2, text: 'x'.repeat(41), createdAt: AT, modelInfo: { modelName: 'claude-4.5-sonnet-thinking' }, tokenCount: { inputTokens: 0, outputTokens: 0 }, ...over }) })

describe('messages of Cursor', () => {
  it('are guessed by the length of the answer where nothing was counted', () => {
    const made = editor()
    bubble(made, 'b1')
    expect(eventsIn(made.facts(chats))).toEqual([{
      key: 'cursor:c1:b1', at: Date.parse(AT), model: 'claude-4.5-sonnet-thinking', tokens: { input: 0, output: 11, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 },
      origin: { cwd: '', branch: '', session: 'c1', subagent: '' }, final: false, sidechain: false, approximateTime: false, damaged: false,
    }])
  })

  it('are what was counted where something was', () => {
    const made = editor()
    bubble(made, 'b1', { tokenCount: { inputTokens: 1_000, outputTokens: 7 } })
    expect(eventsIn(made.facts(chats))[0]?.tokens).toMatchObject({ input: 1_000, output: 7 })
  })

  it('of the user, without text, or of another kind are no responses', () => {
    const made = editor()
    bubble(made, 'b1', { type: 1 })
    bubble(made, 'b2', { text: '' })
    made.insert('cursorDiskKV', { key: 'composerData:c1', value: '{}' })
    made.insert('cursorDiskKV', { key: 'bubbleId:c1', value: JSON.stringify({ type: 2, text: 'xxxx' }) })
    made.insert('cursorDiskKV', { key: 'bubbleId:c1:torn', value: '{"type":2,"te' })
    expect(eventsIn(made.facts(chats))).toEqual([])
  })

  it('grow in place, and count once at their longest', () => {
    const made = editor(), marks = new Map()
    bubble(made, 'b1', { text: 'xxxx' })
    bubble(made, 'b2')
    const early = made.facts(chats, { marks })
    bubble(made, 'b1', { text: 'x'.repeat(400) })
    const late = made.facts(chats, { marks })
    expect(ledgerOf([...late, ...early]).map(({ key, tokens }) => [key, tokens.output])).toEqual([['cursor:c1:b1', 100], ['cursor:c1:b2', 11]])
  })

  it('name the router\'s choice as such, and say no word of what was said', () => {
    const made = editor()
    bubble(made, 'b1', { text: 'PRIVATE words', modelInfo: { modelName: 'default' } })
    expect(eventsIn(made.facts(chats))[0]?.model).toBe('cursor-auto')
    expect(JSON.stringify(made.facts(chats))).not.toContain('PRIVATE')
  })

  it('lie in the editor\'s own folder', () => {
    expect(userFolders({ home: '/home/dev', platform: 'linux', variables: {} })).toEqual([{ path: '/home/dev/.config/Cursor/User/globalStorage', account: '~/.config/Cursor/User/globalStorage', configHome: '/home/dev/.config/Cursor/User/globalStorage' }])
    expect([chats.owns('state.vscdb'), chats.owns('state.vscdb.backup'), chats.enters?.('storage')]).toEqual([true, false, false])
  })

  const FUZZED = { name: 'fuzzed messages of Cursor', quick: 2_000, full: 1_000_000 }
  it('are answered with sound facts whatever a row holds', () => {
    const random = new Random(6_6)
    for (let n = rounds(FUZZED); n > 0; n--) {
      const row = Object.fromEntries(['mark', 'key', 'valid', 'type', 'input', 'output', 'model', 'created', 'characters'].map(column => [column, anyValue(random)]))
      expect(unsound(parseBubble({ ...row, ...(random.chance(0.8) ? { key: `bubbleId:c\n1:${String(row['model']).slice(0, 5_000)}`, type: 2 } : {}) }, WRITTEN_AT))).toBe('')
    }
  }, roundsTimeoutMs(20_000, FUZZED))
})
