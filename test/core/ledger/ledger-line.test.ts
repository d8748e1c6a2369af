import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copyLine, endLine, entryLine, headerLine, LEDGER_FORMAT, LINE_CHARACTERS_MAX, meterLine, readLine } from '../../../src/core/ledger/ledger-line.ts'
import { nanoUsd, parseUsd } from '../../../src/core/money.ts'
import { instant } from '../../../src/core/time.ts'
import { claim } from '../../support/claims.ts'
import { aHistory, cardAt, historyOf } from '../../support/histories.ts'
import { rounds } from '../../support/rounds.ts'

const NOON = instant(Date.UTC(2026, 10, 21, 12))
const [entry] = historyOf([claim({ output: 5 })], cardAt(12_345_678n, 'card'))
const line = entryLine(entry as NonNullable<typeof entry>)
/** What is said of a line with this field changed. */
const said = (from: string, over: Record<string, unknown>): unknown => { const read = readLine(JSON.stringify({ ...JSON.parse(from) as object, ...over })); return read.ok ? 'read' : `${read.field}: ${read.why}` }

describe('lines of a ledger file', () => {
  it('give back every entry exactly, to the nano-dollar', () => {
    fc.assert(fc.property(aHistory('claude-code:msg_1', cardAt(333n, 'card')), ({ history }) => {
      for (const each of history) {
        const read = readLine(entryLine(each))
        const { billing, ...rest } = { ...each, webSearches: each.webSearches + 0 }
        expect(read.ok && read.line.type === 'entry' && read.line.entry).toMatchObject({ ...rest, billing: { speed: billing.speed, tier: billing.tier, geo: billing.geo } })
      }
    }))
    expect(JSON.parse(line)).toMatchObject({ type: 'entry', cost: '0.06172839', session: 's1', node: 'n1' })
  })

  it('give back headers, meters, copies and the end', () => {
    const header = { format: LEDGER_FORMAT, purser: '0.1.0', node: 'n1', exportedAt: NOON, since: null, until: NOON, entries: 3 }
    expect(readLine(headerLine(header))).toEqual({ ok: true, line: { type: 'purser-ledger', header } })
    const meter = { agent: 'claude-code', session: 's', model: 'm', path: '/l', at: NOON, tokens: claim({ output: 3 }).tokens, cost: parseUsd('1.000000001') }
    expect(readLine(meterLine(meter))).toEqual({ ok: true, line: { type: 'meter', meter } })
    const copy = { agent: 'claude-code', session: 's', key: 'k' }
    expect(readLine(copyLine(copy))).toEqual({ ok: true, line: { type: 'copy', copy } })
    const end = { entries: 1, meters: 2, copies: 3, digest: `sha256:${'0'.repeat(64)}` }
    expect(readLine(endLine(end))).toEqual({ ok: true, line: { type: 'end', end } })
    expect(readLine('{"type":"event","id":1}')).toEqual({ ok: true, line: { type: 'event' } })
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['a key that is missing', { key: undefined }, 'key: is missing'],
    ['an empty key', { key: '' }, 'key: is empty'],
    ['text that is no text', { model: 3 }, 'model: is no text'],
    ['control characters', { project: 'a\u001fb' }, 'project: holds control characters'],
    ['text without end', { branch: 'x'.repeat(5_000) }, 'branch: is longer than 4096 characters'],
    ['a number that counts back', { seq: -1 }, 'seq: cannot be -1'],
    ['half a token', { output: 1.5 }, 'output: cannot be 1.5'],
    ['more tokens than there can be', { output: 1e15 }, 'output: cannot be 1000000000000000'],
    ['a kind nobody posts', { kind: 'refund' }, 'kind: cannot be "refund"; it is usage, difference, moved, repriced, unlogged, counter'],
    ['a day instead of an instant', { at: '2026-11-21' }, 'at: is no instant like 2026-11-21T12:00:00.000Z'],
    ['a time before there were agents', { at: '1970-01-01T00:00:00.000Z' }, 'at: is no instant like 2026-11-21T12:00:00.000Z'],
    ['a cost that is a float', { cost: 0.5 }, 'cost: is no text'],
    ['a cost with too many decimals', { cost: '0.1234567891' }, 'cost: is no amount of US dollars like "0.0123"'],
    ['a cost past all 64 bits', { cost: '9999999999.00' }, 'cost: is no amount of US dollars like "0.0123"'],
    ['a flag that is none', { sidechain: 'no' }, 'sidechain: is neither true nor false'],
    ['a kind of line that does not exist', { type: 'invoice' }, 'type: is no kind of line that a ledger file of format 1 has'],
  ])('refuse %s, and name the field', (_, over, why) => {
    expect(said(line, over)).toBe(why)
  })

  it('refuse what is no line at all', () => {
    expect(readLine('{"type":"entry","key":"claude')).toMatchObject({ ok: false, why: 'is cut off, or not JSON' })
    expect(readLine('[1]')).toMatchObject({ ok: false, why: 'is not a JSON object' })
    expect(readLine('')).toMatchObject({ ok: false })
  })

  it('take fields that a later version adds', () => {
    expect(said(line, { mood: 'good' })).toBe('read')
  })

  it('never throw, whatever stands in them', () => {
    const rich = [line, headerLine({ format: 1, purser: '', node: '', exportedAt: NOON, since: null, until: null, entries: 0 }), meterLine({ agent: 'a', session: 's', model: '', path: '', at: NOON, tokens: claim().tokens, cost: nanoUsd(1n) })]
    fc.assert(fc.property(fc.constantFrom(...rich), fc.nat(), fc.anything(), fc.string(), (from, at, value, text) => {
      const fields = Object.keys(JSON.parse(from) as object)
      expect(() => readLine(JSON.stringify({ ...JSON.parse(from) as object, [fields[at % fields.length] as string]: typeof value === 'bigint' ? '' : value }, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each)))).not.toThrow()
      expect(() => readLine(from.slice(0, at % from.length) + text + from.slice(at % from.length))).not.toThrow()
    }), { numRuns: rounds({ name: 'mutated lines of a ledger file', quick: 3_000, full: 1_000_000 }) })
  })

  it('are never longer than a reader allows', () => {
    const long = '\ud7ff"'.repeat(2_048)
    const scope = { node: long, agent: long, account: long, project: long, branch: long, session: long, subagent: long }
    expect(entryLine({ ...(entry as NonNullable<typeof entry>), key: long, model: long, card: long, scope }).length).toBeLessThan(LINE_CHARACTERS_MAX)
  })
})
