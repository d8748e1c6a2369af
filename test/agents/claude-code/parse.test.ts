import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MARKERS, parseLine } from '../../../src/agents/claude-code/parse.ts'
import { merge } from '../../../src/core/usage/fuller.ts'
import { instant, isoText } from '../../../src/core/time.ts'
import type { ParsedLine, UsageEvent } from '../../../src/core/usage/usage-event.ts'
import { aMessage, aRecord, aUsage, bytesOf, withUsage } from '../../support/claude-lines.ts'

const place = { session: 'stem', subagent: '' }
const writtenAt = instant(Date.UTC(2026, 5, 1))
const parse = (value: unknown, where = place): ParsedLine => parseLine(bytesOf(value), where, writtenAt)

function only(parsed: ParsedLine): UsageEvent {
  if (parsed.kind !== 'usage' || parsed.events.length !== 1) throw new Error(`not one event: ${JSON.stringify(parsed)}`)
  return parsed.events[0] as UsageEvent
}

const fixture = (name: string): Buffer[] => readFileSync(new URL(`../../fixtures/claude-code/${name}`, import.meta.url), 'utf8').split('\n').filter(line => line !== '').map(line => Buffer.from(line))

/** The responses of a log, copies merged. */
function responses(lines: readonly Buffer[], where = place): UsageEvent[] {
  const byKey = new Map<string, UsageEvent>()
  for (const line of lines) {
    const parsed = parseLine(line, where, writtenAt)
    for (const event of parsed.kind === 'usage' ? parsed.events : []) byKey.set(event.key, byKey.has(event.key) ? merge(byKey.get(event.key) as UsageEvent, event) : event)
  }
  return [...byKey.values()]
}

describe('a response in the log', () => {
  it('becomes a fact with its tokens, model, time and place', () => {
    expect(only(parse(aRecord()))).toEqual({
      key: 'claude-code:msg_01AbCdEfGhIjKlMnOpQrStUv', at: Date.UTC(2026, 0, 5, 8), model: 'claude-opus-4-5-20251101',
      tokens: { input: 12, output: 19, cacheRead: 2000, cacheWrite5m: 300, cacheWrite1h: 0 }, billing: { speed: 'standard', tier: 'standard', geo: '', webSearches: 0 },
      origin: { cwd: '/home/dev/web', branch: 'main', session: '11111111-1111-4111-a111-111111111111', subagent: '' },
      final: true, sidechain: false, approximateTime: false, damaged: false,
    })
  })

  it('is known by the vendor id alone: a replay under another request id is the same response', () => {
    expect(only(parse(aRecord({ requestId: 'req_other' }))).key).toBe(only(parse(aRecord({ requestId: undefined }))).key)
  })

  it('is known by id and request together when the id is not the vendor\'s, and by its uuid when there is no request', () => {
    const message = aMessage({ id: 'chatcmpl-7' })
    expect(only(parse(aRecord({ message }))).key).toBe('claude-code:chatcmpl-7+req_011CAbC')
    expect(only(parse(aRecord({ message, requestId: null }))).key).toBe('claude-code:22222222-2222-4222-a222-222222222222')
    expect(only(parse(aRecord({ message: aMessage({ id: null }) }))).key).toBe('claude-code:22222222-2222-4222-a222-222222222222')
  })

  it('counts even without any id, and counts once when the same line is read again', () => {
    const line = aRecord({ message: aMessage({ id: null }), uuid: undefined })
    expect(only(parse(line)).key).toMatch(/^claude-code:line:[0-9a-f]{16}$/)
    expect(only(parse(line)).key).toBe(only(parse(line)).key)
    expect(only(parse(line)).key).not.toBe(only(parse({ ...line, timestamp: '2026-01-05T08:00:01.000Z' })).key)
  })

  it('is not final while its stop reason is null', () => {
    expect(only(parse(aRecord({ message: aMessage({ stop_reason: null }) }))).final).toBe(false)
  })

  it('keeps its line when a counter, an id in a tool input or any other field is null', () => {
    const content = [{ type: 'tool_use', id: null, model: null, input: { id: null, usage: null, model: null } }]
    const line = aRecord({ message: aMessage({ content, usage: aUsage({ output_tokens: null, server_tool_use: null, cache_creation: null, speed: null }) }), cwd: null, gitBranch: null })
    expect(only(parse(line))).toMatchObject({ tokens: { input: 12, output: 0, cacheRead: 2000, cacheWrite5m: 300 }, origin: { cwd: '', branch: '' }, damaged: false })
  })

  it('keeps its line with a space after every colon', () => {
    const spaced = JSON.stringify(aRecord()).replaceAll('":', '" : ')
    expect(only(parse(spaced))).toEqual(only(parse(aRecord())))
    expect(MARKERS.some(marker => spaced.includes(marker))).toBe(true)
  })

  it('is not taken from text that quotes a log, nor from a tool input that looks like one', () => {
    const quoted = JSON.stringify(aRecord({ message: aMessage({ usage: aUsage({ output_tokens: 999_999 }) }) }))
    const content = [{ type: 'text', text: quoted }, { type: 'tool_use', input: { usage: { output_tokens: 999_999 }, message: { usage: { output_tokens: 999_999 } } } }]
    expect(only(parse(aRecord({ message: aMessage({ content }) }))).tokens.output).toBe(19)
    expect(parse({ type: 'user', message: { role: 'user', content: quoted } })).toEqual({ kind: 'ignored' })
    expect(MARKERS.filter(marker => JSON.stringify({ text: quoted }).includes(marker))).toEqual([])
  })

  it('is never taken from the summary a subagent leaves in its parent', () => {
    const line = { ...aRecord(), type: 'user', message: { role: 'user', content: [] }, toolUseResult: { usage: aUsage(), totalTokens: 9_999 } }
    expect(parse(line)).toEqual({ kind: 'ignored' })
    expect(parse({ toolUseResult: { usage: aUsage() }, message: { role: 'user', usage: aUsage() }, type: 'user' })).toEqual({ kind: 'ignored' })
  })

  it('is ignored when the client wrote it itself', () => {
    expect(parse(aRecord({ message: aMessage({ model: '<synthetic>' }), isApiErrorMessage: true, error: 'server_error' }))).toEqual({ kind: 'ignored' })
  })
})

describe('where and when a response belongs', () => {
  it('follows the record\'s own folder and branch, which change within a file', () => {
    expect(only(parse(aRecord({ cwd: '/home/dev/api', gitBranch: 'fix/é' }))).origin).toMatchObject({ cwd: '/home/dev/api', branch: 'fix/é' })
  })

  it('has no branch where the client writes HEAD: detached, or no repository', () => {
    expect(only(parse(aRecord({ gitBranch: 'HEAD' }))).origin.branch).toBe('')
  })

  it('belongs to the subagent and the parent\'s session in a subagent\'s file', () => {
    const sub = { session: 'parent', subagent: 'a1' }
    expect(only(parse(aRecord({ isSidechain: true, agentId: 'a8a0' }), sub))).toMatchObject({ sidechain: true, origin: { session: '11111111-1111-4111-a111-111111111111', subagent: 'a8a0' } })
    expect(only(parse(aRecord({ isSidechain: undefined, sessionId: undefined }), sub))).toMatchObject({ sidechain: true, origin: { session: 'parent', subagent: 'a1' } })
  })

  it('takes the log\'s own time when the record\'s is unreadable, and says so', () => {
    for (const timestamp of [undefined, null, 'yesterday', '1970-01-01T00:00:00.000Z', 12, '2026-01-05T25:00:00.000Z']) {
      expect(only(parse(aRecord({ timestamp }))), String(timestamp)).toMatchObject({ at: writtenAt, approximateTime: true })
    }
  })

  it('reads offsets, missing milliseconds and the last days of months', () => {
    for (const [timestamp, iso] of [['2026-01-05T10:00:00+02:00', '2026-01-05T08:00:00.000Z'], ['2026-01-05T08:00:00Z', '2026-01-05T08:00:00.000Z'], ['2026-01-31T23:59:59.999Z', '2026-01-31T23:59:59.999Z'], ['2028-02-29T00:00:00.000Z', '2028-02-29T00:00:00.000Z']] as const) {
      expect(isoText(only(parse(aRecord({ timestamp }))).at)).toBe(iso)
    }
  })

  it('stores no control character and nothing without bound from a hostile line', () => {
    const event = only(parse(aRecord({ cwd: `/a\u001f\u001b]0;x\u0007${'b'.repeat(9_000)}`, gitBranch: 'x\u0000y' })))
    expect(event.origin.cwd).toHaveLength(4096)
    expect([...event.origin.cwd, ...event.origin.branch].every(each => (each.codePointAt(0) ?? 0) >= 0x20)).toBe(true)
  })
})

describe('nested progress records', () => {
  const nested = (over: Record<string, unknown> = {}, data: Record<string, unknown> = {}): unknown => ({
    ...aRecord({ message: undefined, requestId: undefined, timestamp: '2026-01-05T09:00:00.000Z' }), type: 'progress',
    data: { type: 'agent_progress', agentId: 'a77', message: { type: 'assistant', timestamp: '2026-01-05T08:30:00.000Z', message: aMessage({ id: 'msg_inner' }), requestId: 'req_in', uuid: 'u-in', ...over }, ...data },
  })

  it('count a message that exists nowhere else, as the subagent\'s', () => {
    expect(only(parse(nested()))).toMatchObject({ key: 'claude-code:msg_inner', at: Date.UTC(2026, 0, 5, 8, 30), sidechain: true, origin: { cwd: '/home/dev/web', branch: 'main', subagent: 'a77' } })
  })

  it('are the same response as their copy elsewhere', () => {
    const copy = only(parse(aRecord({ message: aMessage({ id: 'msg_inner' }), agentId: 'a77', isSidechain: true })))
    expect(merge(only(parse(nested())), copy)).toMatchObject({ tokens: copy.tokens, key: copy.key })
  })

  it('count nothing when they are progress of something else, or nest a user record', () => {
    expect(parse(nested({}, { type: 'bash_progress' }))).toEqual({ kind: 'ignored' })
    expect(parse(nested({ type: 'user' }))).toEqual({ kind: 'ignored' })
  })

  it('cannot nest again: depth is bounded whatever the line says', () => {
    let line: unknown = aRecord()
    for (let depth = 0; depth < 5_000; depth++) line = { type: 'progress', data: { type: 'agent_progress', message: line } }
    expect(parse(line)).toEqual({ kind: 'ignored' })
  })
})

describe('calls of an advisor model', () => {
  it('are responses of their own, with their own model, beside the one that asked', () => {
    const iterations = [{ type: 'message', input_tokens: 12, output_tokens: 19 }, { type: 'advisor_message', model: 'claude-opus-4-6', input_tokens: 100, output_tokens: 50, cache_read_input_tokens: 7, cache_creation_input_tokens: 9, cache_creation: { ephemeral_1h_input_tokens: 4, ephemeral_5m_input_tokens: 5 } }, { type: 'advisor_message', model: 'claude-fable-5', input_tokens: 1, output_tokens: 2 }]
    const parsed = parseLine(withUsage({ iterations, speed: 'fast', server_tool_use: { web_search_requests: 2 } }), place, writtenAt)
    expect(parsed).toMatchObject({ kind: 'usage', events: [
      { key: 'claude-code:msg_01AbCdEfGhIjKlMnOpQrStUv', tokens: { input: 12, output: 19 }, billing: { speed: 'fast', webSearches: 2 } },
      { key: 'claude-code:msg_01AbCdEfGhIjKlMnOpQrStUv#advisor:0', model: 'claude-opus-4-6', tokens: { input: 100, output: 50, cacheRead: 7, cacheWrite5m: 5, cacheWrite1h: 4 }, billing: { speed: 'standard', webSearches: 0 } },
      { key: 'claude-code:msg_01AbCdEfGhIjKlMnOpQrStUv#advisor:1', model: 'claude-fable-5', tokens: { input: 1, output: 2 } },
    ] })
  })
})

describe('damaged lines', () => {
  it('are malformed, each with what is wrong with it', () => {
    expect(parse('{"type":"assistant","message":{"id":"msg_broken","usa')).toMatchObject({ kind: 'malformed', why: expect.stringContaining('cut') })
    expect(parse('[1,2]')).toMatchObject({ kind: 'malformed', why: expect.stringContaining('not a JSON object') })
    expect(parse(`${JSON.stringify(aRecord())}${JSON.stringify(aRecord())}`)).toMatchObject({ kind: 'malformed', why: expect.stringContaining('follows') })
  })

  it('are nothing at all when they are blank', () => {
    for (const line of ['', '  ', '\t\r']) expect(parse(line)).toEqual({ kind: 'ignored' })
  })

  it('still count when only text in them is not UTF-8', () => {
    const line = bytesOf(aRecord({ cwd: '/home/dev/w?b' }))
    line[line.indexOf('w?b') + 1] = 0xff
    expect(only(parseLine(line, place, writtenAt))).toMatchObject({ tokens: { output: 19 }, origin: { cwd: '/home/dev/w\ufffdb' } })
  })
})

describe('logs of the real client', () => {
  it('hold two responses in a plain session', () => {
    expect(responses(fixture('sessions/basic.jsonl')).map(each => [each.key, each.tokens.input, each.tokens.output, each.tokens.cacheWrite5m])).toEqual([
      ['claude-code:msg_01685192ccb4c1d18efdeb84f', 12, 19, 300], ['claude-code:msg_01782ae621c0cbc57d9dcc119', 12, 5, 300],
    ])
  })

  it('count a message of four blocks once, with both kinds of cache write', () => {
    const [first, ...rest] = responses(fixture('sessions/multiblock.jsonl'))
    expect(rest).toHaveLength(1)
    expect(first).toMatchObject({ tokens: { input: 7, output: 111, cacheRead: 5000 }, at: Date.parse('2026-11-21T02:37:13.835Z') })
    expect((first?.tokens.cacheWrite5m ?? 0) + (first?.tokens.cacheWrite1h ?? 0)).toBe(1200)
    expect(first?.tokens.cacheWrite1h).toBeGreaterThan(0)
  })

  it('mark an interrupted message as partial, with the input that was paid for', () => {
    expect(responses(fixture('sessions/interrupted.jsonl'))).toMatchObject([{ final: false, tokens: { input: 77, output: 1 } }])
  })

  it('give subagents\' responses to the parent\'s session', () => {
    const folder = 'subagents/05002266-df2e-45ca-b873-fc427bc28bfe'
    const all = ['a8a0f49c5b98d314b', 'aad7fe2f89d564a06'].flatMap(id => responses(fixture(`${folder}/subagents/agent-${id}.jsonl`), { session: '', subagent: id }))
    expect(all).toHaveLength(4)
    expect(all.every(each => each.sidechain && each.origin.session === '05002266-df2e-45ca-b873-fc427bc28bfe' && each.origin.subagent !== '')).toBe(true)
    expect(responses(fixture(`${folder}.jsonl`))).toHaveLength(2)
  })

  it('give back no text of any prompt or answer', () => {
    const kept = JSON.stringify(fixture('sessions/multiblock.jsonl').map(line => parseLine(line, place, writtenAt)), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
    for (const canary of ['"content"', 'hello', 'tool_use', 'thinking']) expect(kept).not.toContain(canary)
  })
})
