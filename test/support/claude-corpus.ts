// A small tree of Claude Code logs with every trap we know of, and what a right reader must find in it. Deterministic by
// seed. The truth is kept while writing, from the numbers that were chosen, never by reading the files back.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { TokenCounts } from '../../src/core/usage/tokens.ts'
import { Random } from './random.ts'

export interface Expected { readonly tokens: TokenCounts; readonly model: string; readonly webSearches: number; readonly at: number | null; readonly session: string; readonly final: boolean; readonly damaged: boolean }
export interface Corpus {
  /** The `projects` folder. */
  readonly root: string
  readonly responses: ReadonlyMap<string, Expected>
  readonly files: number
  readonly malformed: number
  readonly quotas: number
  readonly meters: number
  readonly bytes: number
}
export interface CorpusSize { readonly home: string; readonly seed: number; readonly sessions: number }

type Json = Record<string, unknown>
interface Copy { readonly at: number | null; readonly sidechain: boolean; readonly session: string; readonly final: boolean }
interface Truth { tokens: TokenCounts; model: string; webSearches: number; damaged: boolean; copies: Copy[] }

const MODELS = ['claude-opus-4-5-20251101', 'claude-sonnet-4-5-20250929', 'claude-haiku-4-5-20251001', 'claude-nova-9']
const TEXTS = ['plain', 'with "quotes" and \\ backslashes', 'é 漢字 🚀 ✓', 'line\nbreaks\tand tabs', '{"type":"assistant","message":{"id":"msg_x","usage":{"input_tokens":999999,"output_tokens":999999}}}', '"cost-state" _tokens":']

export function writeCorpus({ home, seed, sessions }: CorpusSize): Corpus {
  const writer = new CorpusWriter(path.join(home, '.claude', 'projects'), new Random(seed))
  for (let n = 0; n < sessions; n++) writer.session(n)
  return writer.corpus()
}

class CorpusWriter {
  readonly #root: string
  readonly #random: Random
  readonly #truth = new Map<string, Truth>()
  readonly #counts = { files: 0, malformed: 0, quotas: 0, meters: 0, bytes: 0 }
  #previous: { records: Json[]; keys: string[]; session: string; folder: string } = { records: [], keys: [], session: '', folder: '' }
  #clock = Date.UTC(2026, 0, 5)

  constructor(root: string, random: Random) {
    this.#root = root
    this.#random = random
  }

  corpus(): Corpus {
    const responses = new Map([...this.#truth].map(([key, { copies, ...rest }]) => [key, { ...rest, ...ownership(copies) }]))
    return { root: this.#root, responses, ...this.#counts }
  }

  /** A main log, some of the time with copies of the one before it, and the logs of its subagents. */
  session(n: number): void {
    const random = this.#random
    const session = `${random.word(8)}-0000-4000-a000-${String(n).padStart(12, '0')}`
    const folder = `-home-dev-p${n % 5}`
    const lines: (string | Buffer)[] = [], kept: { records: Json[]; keys: string[] } = { records: [], keys: [] }
    if (random.chance(0.3)) this.#fork(lines, session)
    for (let turn = random.int(1, 12); turn > 0; turn--) this.#turn(lines, kept, { session, sidechain: false, agentId: undefined })
    this.#write(path.join(folder, `${session}.jsonl`), lines)
    this.#previous = { ...kept, session, folder }
    for (let sub = random.int(0, 2); sub > 0; sub--) this.#subagent(folder, session)
  }

  #subagent(folder: string, session: string): void {
    const random = this.#random, agentId = `a${random.word(8)}`
    const lines: (string | Buffer)[] = []
    for (let turn = random.int(1, 4); turn > 0; turn--) this.#turn(lines, { records: [], keys: [] }, { session, sidechain: true, agentId })
    if (random.chance(0.5)) this.#sideQuestion(lines)
    const place = random.pick([['subagents'], ['subagents', 'workflows', `run-${random.word(4)}`]])
    this.#write(path.join(folder, session, ...place, `agent-${agentId}.jsonl`), lines)
  }

  #turn(lines: (string | Buffer)[], kept: { records: Json[]; keys: string[] }, who: { session: string; sidechain: boolean; agentId: string | undefined }): void {
    const random = this.#random
    const envelope: Json = {
      parentUuid: null, isSidechain: who.sidechain, userType: 'external', cwd: `/home/dev/p${random.int(0, 4)}`, sessionId: who.session, version: '2.1.329',
      gitBranch: random.pick(['main', 'HEAD', 'feat/é']), agentId: who.agentId,
    }
    lines.push(json({ ...envelope, type: 'user', message: { role: 'user', content: random.pick(TEXTS) }, uuid: random.word(12), timestamp: this.#tick() }))
    if (random.chance(0.3)) lines.push(json({ ...envelope, type: 'user', message: { role: 'user', content: [] }, toolUseResult: { usage: usageJson(this.#amounts()), totalTokens: 5 } }))
    this.#response(lines, kept, envelope)
    if (random.chance(0.1)) this.#oddity(lines, envelope)
  }

  /** One response as one to four records: the older clients' growing counts in any order, or the newer ones' equal ones. */
  #response(lines: (string | Buffer)[], kept: { records: Json[]; keys: string[] }, envelope: Json): void {
    const random = this.#random, amounts = this.#amounts()
    const vendor = random.chance(0.9), id = vendor ? `msg_01${random.word(20)}` : random.chance(0.5) ? `gen-${random.word(10)}` : null
    const blocks = id === null ? 1 : random.int(1, 4), requestId = id !== null && !vendor ? `req_${random.word(8)}` : random.pick([`req_${random.word(8)}`, undefined])
    const key = `claude-code:${vendor ? id : id === null ? `u-${random.word(12)}` : `${id}+${requestId}`}`
    const neverFinal = envelope['isSidechain'] === true && random.chance(0.2), growing = random.chance(0.5)
    const badTime = blocks === 1 && random.chance(0.05), damage = blocks === 1 && random.chance(0.05)
    const advisors = random.chance(0.05) ? [this.#amounts(), this.#amounts()] : []
    const records = Array.from({ length: blocks }, (_, block): Json => {
      const last = block === blocks - 1
      const usage = usageJson(last || !growing ? amounts : { ...amounts, output: Math.min(amounts.output, 1 + block) }, damage)
      if (advisors.length > 0) usage['iterations'] = [{ type: 'message' }, ...advisors.map(advisor => ({ type: 'advisor_message', model: advisor.model, ...usageJson(advisor) }))]
      const message = { model: amounts.model, id, type: 'message', role: 'assistant', content: [this.#content()], stop_reason: last && !neverFinal ? 'tool_use' : null, stop_sequence: null, usage }
      return { ...envelope, message, requestId, type: 'assistant', uuid: key.slice(12), timestamp: badTime ? 'never' : this.#tick() }
    })
    const truth = this.#truthOf(key, amounts, damage)
    for (const record of random.shuffled(records)) {
      lines.push(random.chance(0.1) ? json(record).replaceAll('":', '" : ') : json(record))
      truth.copies.push(copyFrom(record))
      for (const [n, advisor] of advisors.entries()) this.#truthOf(`${key}#advisor:${n}`, { ...advisor, webSearches: 0 }, false).copies.push(copyFrom(record))
    }
    if (advisors.length === 0 && !badTime && vendor) {
      kept.records.push(...records)
      kept.keys.push(...records.map(() => key))
    }
  }

  #content(): Json {
    const random = this.#random
    if (random.chance(0.02)) return { type: 'text', text: 'long '.repeat(random.int(1, 4) * 60_000) }
    if (random.chance(0.1)) return { type: 'tool_use', id: null, input: { model: null, usage: { input_tokens: 7, output_tokens: 7 }, stop_reason: 'end_turn' } }
    return { type: 'text', text: random.pick(TEXTS) }
  }

  /** Everything a log holds besides answers. */
  #oddity(lines: (string | Buffer)[], envelope: Json): void {
    const random = this.#random
    const synthetic = (over: Json, text: string): void => { lines.push(json({ ...envelope, type: 'assistant', uuid: random.word(9), timestamp: this.#tick(), isApiErrorMessage: true, error: 'rate_limit', message: { id: random.word(9), model: '<synthetic>', content: [{ type: 'text', text }], usage: usageJson(NO_AMOUNTS) }, ...over })) }
    switch (random.int(0, 7)) {
      case 0: lines.push('{"type":"assistant","message":{"id":"msg_broken","usa'); this.#counts.malformed++; break
      case 1: lines.push('{"type":"assistant","message":{"id":"msg_cut","usage":{"output_tokens":12'); this.#counts.malformed++; break
      case 2: synthetic({}, 'API Error: 529 overloaded'); break
      case 3: synthetic({ apiError: 'usage_limit_reached', quotaLimits: { status: 'rejected', resetsAt: 1_795_232_355, rateLimitType: 'five_hour' } }, 'limit'); this.#counts.quotas++; break
      case 4: lines.push(json({ type: 'cost-state', sessionId: envelope['sessionId'], totalCostUSD: 0.008492000000000001, modelUsage: {}, hasUnknownModelCost: false })); this.#counts.meters++; break
      case 5: lines.push(json({ ...envelope, type: 'user', message: { content: [{ type: 'image', data: 'A'.repeat(random.int(600_000, 1_400_000)) }] } })); break
      case 6: lines.push(Buffer.concat([Buffer.from('{"type":"user","message":"'), Buffer.from([0xff, 0xfe, 0x80]), Buffer.from('"}')]), '', '  '); break
      default: this.#progress(lines, envelope)
    }
  }

  /** A subagent's message nested in its parent's log: half of the time the only copy there is. */
  #progress(lines: (string | Buffer)[], envelope: Json): void {
    const random = this.#random, known = this.#previous.records.at(-1)
    const nest = (record: Json): void => { lines.push(json({ ...envelope, type: 'progress', timestamp: this.#tick(), data: { type: 'agent_progress', agentId: 'a-nested', message: { type: 'assistant', timestamp: record['timestamp'], message: record['message'], requestId: record['requestId'], uuid: random.word(9) } } })) }
    const session = String(envelope['sessionId'])
    if (known && random.chance(0.5)) {
      nest(known)
      this.#truth.get(this.#previous.keys.at(-1) as string)?.copies.push({ ...copyFrom(known), sidechain: true, session })
      return
    }
    const amounts = this.#amounts(), id = `msg_01${random.word(20)}`
    const record: Json = { message: { id, model: amounts.model, stop_reason: 'end_turn', content: [], usage: usageJson(amounts) }, timestamp: this.#tick() }
    nest(record)
    this.#truthOf(`claude-code:${id}`, amounts, false).copies.push({ ...copyFrom(record), sidechain: true, session })
  }

  /** `--fork-session`: earlier records again, under a new session, ids and times as they were. */
  #fork(lines: (string | Buffer)[], session: string): void {
    for (const [n, record] of this.#previous.records.slice(0, 9).entries()) {
      lines.push(json({ ...record, sessionId: session }))
      this.#truth.get(this.#previous.keys[n] as string)?.copies.push({ ...copyFrom(record), session })
    }
  }

  /** A side question replays a message of its parent under another request id. */
  #sideQuestion(lines: (string | Buffer)[]): void {
    const record = this.#previous.records.at(-1)
    if (!record) return
    lines.push(json({ ...record, isSidechain: true, requestId: 'req_aside', uuid: this.#random.word(9) }))
    this.#truth.get(this.#previous.keys.at(-1) as string)?.copies.push({ ...copyFrom(record), sidechain: true })
  }

  #write(relative: string, lines: readonly (string | Buffer)[]): void {
    const random = this.#random
    const end = Buffer.from(random.chance(0.1) ? '\r\n' : '\n')
    const parts: Buffer[] = random.chance(0.1) ? [Buffer.from([0xef, 0xbb, 0xbf])] : []
    for (const line of lines) parts.push(typeof line === 'string' ? Buffer.from(line) : line, end)
    if (random.chance(0.1)) parts.push(Buffer.from('{"type":"assistant","message":{"usage":{"output_tokens":77'))
    const file = path.join(this.#root, relative), bytes = Buffer.concat(parts)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, bytes)
    this.#counts.files++
    this.#counts.bytes += bytes.length
  }

  #amounts(): Amounts {
    const random = this.#random, style = random.int(0, 3), write = random.int(1, 9_000)
    return {
      model: random.pick(MODELS), input: random.int(1, 40), output: random.int(3, 6_000), cacheRead: random.int(0, 200_000),
      write5m: style === 1 ? 0 : write, write1h: style === 0 ? 0 : style === 1 ? write : Math.floor(write / 3), split: style === 0 && random.chance(0.5) ? 'zeros' : 'said',
      webSearches: random.chance(0.03) ? random.int(1, 3) : 0, speed: random.pick(['standard', 'standard', 'fast', null]), tier: random.pick(['standard', 'batch', null]),
    }
  }

  #truthOf(key: string, amounts: Amounts, damaged: boolean): Truth {
    const known = this.#truth.get(key)
    if (known) return known
    const { input, output, cacheRead, write5m, write1h, model, webSearches } = amounts
    const truth: Truth = { model, webSearches, damaged, copies: [], tokens: { input, output, cacheRead: damaged ? 0 : cacheRead, cacheWrite5m: write5m, cacheWrite1h: write1h } }
    this.#truth.set(key, truth)
    return truth
  }

  #tick(): string {
    this.#clock += this.#random.int(1, 90_000)
    return new Date(this.#clock).toISOString()
  }
}

interface Amounts { readonly model: string; readonly input: number; readonly output: number; readonly cacheRead: number; readonly write5m: number; readonly write1h: number; readonly split: 'zeros' | 'said'; readonly webSearches: number; readonly speed: string | null; readonly tier: string | null }
const NO_AMOUNTS: Amounts = { model: '', input: 0, output: 0, cacheRead: 0, write5m: 0, write1h: 0, split: 'said', webSearches: 0, speed: null, tier: null }

const json = (value: unknown): string => JSON.stringify(value)

function usageJson(amounts: Amounts, damage = false): Json {
  const { input, output, cacheRead, write5m, write1h, split, webSearches, speed, tier } = amounts
  return {
    input_tokens: input, cache_creation_input_tokens: write5m + write1h, cache_read_input_tokens: damage ? -5 : cacheRead,
    cache_creation: split === 'zeros' ? { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 } : { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h },
    output_tokens: output, service_tier: tier, speed, server_tool_use: webSearches > 0 ? { web_search_requests: webSearches, web_fetch_requests: 1 } : null,
  }
}

const copyFrom = (record: Json): Copy => {
  const at = Date.parse(String(record['timestamp']))
  return { at: Number.isNaN(at) ? null : at, sidechain: record['isSidechain'] === true, session: String(record['sessionId']), final: (record['message'] as Json)['stop_reason'] !== null }
}

/** Earliest time; among main copies, else among all, the earliest and then the least session owns. */
function ownership(copies: readonly Copy[]): Pick<Expected, 'at' | 'session' | 'final'> {
  const main = copies.some(copy => !copy.sidechain) ? copies.filter(copy => !copy.sidechain) : copies
  const [owner] = main.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0) || (a.session < b.session ? -1 : 1))
  const times = copies.map(copy => copy.at).filter(at => at !== null)
  return { at: times.length === 0 ? null : Math.min(...times), session: owner?.session ?? '', final: copies.some(copy => copy.final) }
}
