// What every adapter must hold, whatever its logs look like. Samples come from `<agent>/conformance-case.ts`.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { KNOWN_AGENTS } from '../../src/agents/known-agents.ts'
import type { AgentAdapter } from '../../src/core/sessions/agent-adapter.ts'
import { MEMORY_CHARACTERS_MAX, type LogSource, type Opening } from '../../src/core/sessions/log-source.ts'
import { instant } from '../../src/core/time.ts'
import type { ParsedLine } from '../../src/core/usage/usage-event.ts'
import { damagedText, anyValue, unsound } from '../support/adapter-facts.ts'
import { CANARY, putSample, type AgentCase, type LogSample } from '../support/agent-case.ts'
import { tempHome, type TempHome } from '../support/home.ts'
import { Random } from '../support/random.ts'
import { rounds, roundsTimeoutMs, type Rounds } from '../support/rounds.ts'
import { SourceReading } from '../support/source-reading.ts'

const homes: TempHome[] = []
afterEach(() => { for (const home of homes.splice(0)) home.remove() })

const caseOf = async (name: string): Promise<AgentCase | null> =>
  existsSync(new URL(`${name}/conformance-case.ts`, import.meta.url)) ? (await import(`./${name}/conformance-case.ts`) as { conformanceCase: AgentCase }).conformanceCase : null
const cases = await Promise.all([...KNOWN_AGENTS.keys()].map(async name => ({ name, found: await caseOf(name) })))

/** A home with the sample's logs in it, and a reader of them. */
function opened(adapter: AgentAdapter, sample: Pick<LogSample, 'files'>): SourceReading {
  const home = tempHome('conform')
  homes.push(home)
  putSample(home.path, sample)
  return new SourceReading(home.path, [adapter])
}

const SMALL = { events: 1, bytes: 1 }
const CURSORS_MAX = 20
const isText = (name: string, content: unknown): content is string => typeof content === 'string' && /\.jsonl?$/.test(name)
const isLines = (name: string, content: unknown): content is string => isText(name, content) && name.endsWith('.jsonl')
const changed = (sample: LogSample, change: (text: string) => string): LogSample =>
  ({ ...sample, files: Object.fromEntries(Object.entries(sample.files).map(([name, content]) => [name, isLines(name, content) ? change(content) : content])) })

it.each(cases)('$name has samples, and a README that says where its logs are and what is not exact', ({ name, found }) => {
  expect(found?.samples.length ?? 0, `write test/agents/${name}/conformance-case.ts (its shape: test/support/agent-case.ts)`).toBeGreaterThan(0)
  const readme = readFileSync(new URL(`../../src/agents/${name}/README.md`, import.meta.url), 'utf8')
  expect(readme).toContain(found?.adapter.displayName ?? name)
  expect(readme.length).toBeGreaterThan(800)
})

const known = cases.flatMap(({ found }) => (found ? [found] : []))
const samples = known.flatMap(({ adapter, samples: each }) => each.map(sample => ({ name: adapter.name, adapter, sample, claim: sample.name })))

describe.each(samples)('$name: $claim', ({ adapter, sample }) => {
  const whole = (each: LogSample = sample): SourceReading => {
    const reading = opened(adapter, each)
    reading.read()
    return reading
  }

  it('comes to exactly these totals, under these keys', () => {
    const reading = whole()
    expect(reading.totals).toEqual(sample.totals)
    if (sample.counted) expect(reading.counted).toEqual(sample.counted)
    if (sample.keys) expect(reading.keys).toEqual(sample.keys.toSorted())
    expect(reading.keys.filter(key => !key.startsWith(`${adapter.name}:`) || key.length > 600)).toEqual([])
  })

  it('comes to the same in the smallest batches, twice, and in any order of files', () => {
    const expected = whole()
    const reading = opened(adapter, sample)
    reading.read(SMALL)
    reading.cursors.clear()
    reading.read()
    expect(reading.events).toEqual(expected.events)
    expect(reading.counters).toEqual(expected.counters)
    for (const seed of [1, 2, 3]) {
      const shuffled = opened(adapter, sample)
      shuffled.readLogs(new Random(seed).shuffled(shuffled.find().logs))
      expect(shuffled.totals).toEqual(sample.totals)
      expect(shuffled.keys).toEqual(expected.keys)
      expect(shuffled.counted).toEqual(expected.counted)
    }
  })

  it('comes to the same from every cursor that is ever saved', () => {
    const reading = opened(adapter, sample)
    const reads = reading.read(SMALL)
    // Spread over all of them: a sample of hundreds of records says no more with each.
    for (const read of reads.filter((_, index) => index % Math.ceil(reads.length / CURSORS_MAX) === 0)) {
      if (read.outcome !== 'read') continue
      expect(read.file.memory.length).toBeLessThanOrEqual(MEMORY_CHARACTERS_MAX)
      const again = new SourceReading(reading.home, [adapter])
      for (const [key, event] of reading.events) again.events.set(key, event)
      for (const [key, tokens] of reading.counters) again.counters.set(key, tokens)
      again.cursors.set(read.log.path, read.file)
      again.read()
      expect(again.totals).toEqual(sample.totals)
      expect(again.keys).toEqual(reading.keys)
      expect(again.counters).toEqual(reading.counters)
    }
  })

  it('comes to the same as its lines grow, cut anywhere', () => {
    const random = new Random(7)
    const reading = opened(adapter, { files: {} })
    for (let share = 0; share <= 12; share++) {
      const cut = (text: string): string => (share === 12 ? text : text.slice(0, Math.floor((text.length * (share + random.next())) / 13)))
      putSample(reading.home, { files: Object.fromEntries(Object.entries(sample.files).map(([name, content]) => [name, isLines(name, content) ? cut(content) : content])) })
      reading.read()
    }
    expect(reading.totals).toEqual(sample.totals)
    expect(reading.keys).toEqual(whole().keys)
    expect(reading.counted).toEqual(whole().counted)
  })

  it('comes to the same with CRLF, a byte order mark, blank lines and garbage between lines', () => {
    expect(whole(changed(sample, text => text.replaceAll('\n', '\r\n'))).totals).toEqual(sample.totals)
    expect(whole(changed(sample, text => `\ufeff${text}`)).totals).toEqual(sample.totals)
    expect(whole(changed(sample, text => text.replaceAll('\n', '\n\n \n'))).totals).toEqual(sample.totals)
    if (sample.brittle) return
    expect(whole(changed(sample, text => text.replaceAll('\n', '\n{"torn": "\udcff\n[1,2]\nnot json\n'))).totals).toEqual(sample.totals)
  })

  it('puts nothing that was said into any fact', () => {
    const { batches, flaws, cursors } = whole()
    const told = JSON.stringify([batches, flaws, [...cursors.values()]], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
    expect(told).not.toContain(CANARY)
    for (const { usage } of batches) for (const { fact } of usage) expect(unsound({ kind: 'usage', events: [fact] })).toBe('')
  })
})

const ROUNDS: Rounds = { name: 'fuzzed inputs per adapter', quick: 10_000, full: 1_000_000 }
const WRITTEN_AT = instant(Date.UTC(2026, 10, 21))
// A parser that takes seconds for one damaged line would be as good as hung; a crowded machine may take one for anything.
const SLOWEST_MS = 5_000

describe.each(known.map(each => ({ name: each.adapter.name, ...each })))('$name', ({ adapter, samples: own, roles }) => {
  it('never throws, hangs or counts the impossible on damaged text', () => {
    const random = new Random(42)
    const texts = own.flatMap(({ files }) => Object.entries(files)).filter((entry): entry is [string, string] => isText(...entry))
    const inputs = texts.flatMap(([name, text]) => (isLines(name, text) ? text.split('\n').filter(line => line !== '') : [text]))
    let slowest = 0
    for (let round = 0, count = rounds(ROUNDS); round < count; round++) {
      const source = random.pick(adapter.sources)
      const text = inputs.length > 0 ? damagedText(random.pick(inputs), random) : ''
      const since = performance.now()
      const facts = factsOf(source, [text, ...(random.chance(0.2) && inputs.length > 0 ? [random.pick(inputs)] : [])], random)
      slowest = Math.max(slowest, performance.now() - since)
      const wrong = facts.map(unsound).find(each => each !== '')
      if (wrong !== undefined) throw new Error(`${source.name}: ${wrong} of ${text.slice(0, 2_000)}`)
    }
    expect(slowest).toBeLessThan(SLOWEST_MS)
  }, roundsTimeoutMs(60_000, ROUNDS))

  it.each(roles)('sees $role in $process.argv', ({ process, role }) => {
    expect(adapter.process.role(process)).toBe(role)
  })

  it('takes nobody else for itself', () => {
    const other = { pid: 7, parent: 1, uid: 1000, startTime: '1', name: adapter.name, exe: '/usr/bin/vim', argv: ['vim', `/home/dev/${adapter.name}/notes.md`], cwd: '/w', namespace: '', state: 'S' }
    expect(adapter.process.role(other)).toBeNull()
    expect(adapter.process.role({ ...other, name: 'bash', exe: '/usr/bin/bash', argv: ['-bash'] })).toBeNull()
    expect(roles.length).toBeGreaterThan(0)
  })

  it('keeps to paths below its roots', () => {
    for (const source of adapter.sources) {
      for (const hostile of ['', '..', '../x.jsonl', '/etc/passwd', 'a/../../b.json', `${'d/'.repeat(400)}x.jsonl`]) {
        expect(() => { source.owns(hostile); source.place(hostile) }).not.toThrow()
      }
      for (const platform of ['linux', 'darwin', 'win32'] as const) {
        for (const { path: root } of source.roots({ home: platform === 'win32' ? 'C:\\Users\\dev' : '/home/dev', platform, variables: {} })) {
          expect(platform === 'win32' ? path.win32.isAbsolute(root) : path.posix.isAbsolute(root), root).toBe(true)
        }
      }
    }
  })
})

function factsOf(source: LogSource, texts: readonly string[], random: Random): ParsedLine[] {
  const opening: Opening = {
    place: { session: 's', subagent: '' }, path: 'a/b.jsonl', root: '/logs', memory: random.pick([null, '', '{"', '[]', '{}', texts[0] ?? '']), companions: {}, companionTimes: {},
    ...(random.chance(0.3) ? { kin: () => texts.map(text => Buffer.from(text)) } : {}),
  }
  switch (source.form) {
    case 'lines': {
      const parser = source.open(opening)
      const facts = texts.map(text => parser.parse(Buffer.from(text), WRITTEN_AT))
      expect(parser.memory().length).toBeLessThanOrEqual(MEMORY_CHARACTERS_MAX)
      return facts
    }
    case 'document': return texts.flatMap(text => source.parse(text, opening, WRITTEN_AT)?.facts ?? [])
    case 'database': return source.passes.map(pass => pass.parse(rowOf(pass.sql, texts[0] ?? '', random), opening, WRITTEN_AT))
  }
}

/** Any values under every name the query may bring. */
const rowOf = (sql: string, text: string, random: Random): Record<string, string | number | bigint | null> =>
  Object.fromEntries([...new Set(sql.match(/\w+/g))].map(word => [word, random.chance(0.2) ? text : anyValue(random)]))
