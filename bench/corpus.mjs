// A home of Claude Code logs of a wanted size, the same bytes for the same seed, with the totals that a right reader must
// find. The truth is summed while writing, from the numbers that were chosen; nothing is read back.
//
// Shaped after real homes: many small logs and few large ones, a response written as one to four growing snapshots, tool
// results several times as large as what the model said, subagents, forks that repeat history, quoted usage, cut lines.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'

const MIB = 1024 * 1024
// Real homes hold about two and a half logs for each MiB (3,142 files in 1.2 GiB).
const FILES_PER_MIB = 2.4
// Real sizes spread over five decades; sigma 1.7 puts a tenth of the files above six times the median.
const SIZE_SIGMA = 1.7
const FLUSH_BYTES = 4 * MIB
const MODELS = ['claude-opus-4-5-20251101', 'claude-sonnet-4-5-20250929', 'claude-sonnet-4-5-20250929', 'claude-haiku-4-5-20251001']
const WORDS = 'const let return function await buffer cursor session ledger budget record lock parser stream value index offset error result config model usage token cache request message content path file read write test expect event queue retry signal branch commit the a of to and is in that it as on by this from'.split(' ')
const QUOTED = JSON.stringify('{"type":"assistant","message":{"id":"msg_quoted","usage":{"input_tokens":999999,"output_tokens":999999}}}').slice(1, -1)

class Random {
  #state
  constructor(seed) { this.#state = seed >>> 0 }
  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  int(least, most) { return least + Math.floor(this.next() * (most - least + 1)) }
  chance(share) { return this.next() < share }
  pick(list) { return list[Math.floor(this.next() * list.length)] }
  hex(length) { let text = ''; while (text.length < length) text += Math.floor(this.next() * 2 ** 32).toString(16).padStart(8, '0'); return text.slice(0, length) }
  /** Log-normal around `median`. */
  spread(median, sigma) { return median * Math.exp(sigma * Math.sqrt(-2 * Math.log(Math.max(1e-9, this.next()))) * Math.cos(2 * Math.PI * this.next())) }
}

class Corpus {
  truth = { responses: 0, input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }
  files = 0
  bytes = 0
  #random
  #texts
  #clock = Date.UTC(2026, 0, 5)
  #previous = null
  constructor(seed) {
    this.#random = new Random(seed)
    this.#texts = Array.from({ length: 500 }, (_, n) => this.#block(n))
  }

  #block(n) {
    const lines = Array.from({ length: 3 + n % 30 }, () => Array.from({ length: this.#random.int(4, 16) }, () => this.#random.pick(WORDS)).join(' '))
    return JSON.stringify(`${lines.join('\n')}\n${n % 11 === 0 ? '✓ é 漢字 🚀\n' : ''}`).slice(1, -1) + (n % 17 === 0 ? QUOTED : '')
  }
  #text(length) { let text = ''; while (text.length < length) text += this.#random.pick(this.#texts); return text }

  /** One log of about `size` bytes at `file`; every fifth starts with a copy of the one before it, as a fork does. */
  write(file, size, facts) {
    mkdirSync(path.dirname(file), { recursive: true })
    const out = { fd: openSync(file, 'w'), parts: [], waiting: 0, written: 0 }
    const kept = []
    if (this.#previous && this.#random.chance(0.2)) for (const line of this.#previous) put(out, line.replaceAll(facts.replaces ?? '\0', facts.session))
    const isFull = () => out.written + out.waiting >= size
    while (!isFull()) this.#turn(out, facts, kept, isFull)
    if (this.#random.chance(0.01)) put(out, '{"type":"assistant","message":{"id":"msg_broken","usage":{"input_tokens":5')
    flush(out)
    if (this.#random.chance(0.01)) writeSync(out.fd, '{"type":"user","message":{"role":"user","content":"cut')
    closeSync(out.fd)
    this.files++
    this.bytes += out.written
    this.#previous = kept.slice(0, 8)
  }

  #turn(out, facts, kept, isFull) {
    const random = this.#random
    put(out, `{${this.#head(facts)},"type":"user","message":{"role":"user","content":"${this.#text(random.int(40, 900))}"}}`)
    for (let calls = random.int(1, 9); calls > 0 && !isFull(); calls--) {
      const id = `msg_01${random.hex(22)}`, usage = this.#usage(), copies = random.pick([1, 1, 2, 2, 2, 3, 4])
      for (let copy = copies; copy > 0; copy--) {
        const line = this.#response(facts, { id, usage: copy === 1 ? usage : { ...usage, output: Math.min(usage.output, copies - copy + 1) }, final: copy === 1 })
        put(out, line)
        kept.push(line)
      }
      const body = this.#text(Math.min(120_000, Math.max(40, random.spread(1_600, 1.3))))
      const image = random.chance(0.002) ? 'QUJD'.repeat(random.int(15_000, 200_000)) : ''
      // A subagent's result repeats what the subagent used; it is counted in the subagent's own log, not here.
      const result = random.chance(0.06) ? `{"status":"completed","content":"${body}","totalTokens":${random.int(9_000, 90_000)},"usage":{"input_tokens":7,"output_tokens":9}}` : `{"stdout":"${body}","stderr":"","interrupted":false}`
      put(out, `{${this.#head(facts)},"type":"user","message":{"role":"user","content":[{"type":"tool_result","content":"${image}${body}"}]},"toolUseResult":${result}}`)
    }
  }

  #usage() {
    const random = this.#random, write = random.int(150, 6_000), hour = random.chance(0.35) ? random.int(0, write) : 0
    const usage = { input: random.int(1, 14), output: Math.max(5, Math.round(random.spread(260, 1.1))), cacheRead: random.int(0, 150_000), cacheWrite5m: write - hour, cacheWrite1h: hour }
    this.truth.responses++
    for (const [name, count] of Object.entries(usage)) this.truth[name] += count
    return usage
  }

  #response(facts, { id, usage, final }) {
    const tool = this.#random.chance(0.5) ? `{"type":"tool_use","id":"toolu_${this.#random.hex(22)}","name":"Bash","input":{"command":"${this.#text(60)}"}}` : `{"type":"text","text":"${this.#text(this.#random.int(60, 1_400))}"}`
    return `{${this.#head(facts)},"message":{"model":"${facts.model}","id":"${id}","type":"message","role":"assistant","content":[${tool}],"stop_reason":${final ? '"end_turn"' : 'null'},"stop_sequence":null,"usage":${usageText(usage)}},"requestId":"req_${id}","type":"assistant"}`
  }

  #head({ session, cwd, branch, agentId }) {
    this.#clock += this.#random.int(40, 9_000)
    return `"parentUuid":null,"isSidechain":${agentId !== ''},"userType":"external","cwd":"${cwd}","sessionId":"${session}","version":"2.1.77","gitBranch":"${branch}"${agentId ? `,"agentId":"${agentId}"` : ''},"uuid":"${this.#random.hex(8)}-0000-4000-a000-${this.#random.hex(12)}","timestamp":"${new Date(this.#clock).toISOString()}"`
  }

  facts(n) {
    const random = this.#random, project = `project-${String(n % 61).padStart(2, '0')}`
    return { session: `${random.hex(8)}-0000-4000-a000-${String(n).padStart(12, '0')}`, cwd: `/home/dev/work/${project}`, branch: random.pick(['main', 'main', 'fix/cursor', 'HEAD']), model: random.pick(MODELS), agentId: '' }
  }
  size(median) { return Math.max(600, this.#random.spread(median, SIZE_SIGMA)) }
  isSubagent() { return this.#random.chance(0.22) }
  agentId() { return this.#random.hex(8) }
}

const usageText = ({ input, output, cacheRead, cacheWrite5m, cacheWrite1h }) => `{"input_tokens":${input},"cache_creation_input_tokens":${cacheWrite5m + cacheWrite1h},"cache_read_input_tokens":${cacheRead},"cache_creation":{"ephemeral_5m_input_tokens":${cacheWrite5m},"ephemeral_1h_input_tokens":${cacheWrite1h}},"output_tokens":${output},"service_tier":"standard"}`

function put(out, line) {
  out.parts.push(line)
  out.waiting += line.length + 1
  if (out.waiting >= FLUSH_BYTES) flush(out)
}
function flush(out) {
  if (out.parts.length > 0) out.written += writeSync(out.fd, `${out.parts.join('\n')}\n`)
  out.parts = []
  out.waiting = 0
}

const logOf = (home, { cwd, session }) => path.join(home, '.claude', 'projects', cwd.replaceAll('/', '-'), `${session}.jsonl`)

/** Fills `home` with about `mib` MiB in `files` logs (by default as many as a real home would have). */
function fill(home, { mib, files = Math.max(4, Math.round(mib * FILES_PER_MIB)), seed = 7 }) {
  const corpus = new Corpus(seed), wanted = mib * MIB
  let last = corpus.facts(0)
  // The first log takes a twelfth of everything: the long tail of real homes, and what one thread is left with at the end.
  corpus.write(logOf(home, last), files === 1 ? wanted : wanted / 12, last)
  for (let n = 1; n < files; n++) {
    // What is left is spread over the logs that are left, so that a few large ones neither end nor overrun the home.
    const left = Math.max(0, wanted - corpus.bytes), mean = left / (files - n)
    const size = n === files - 1 ? mean : Math.min(corpus.size(mean / Math.exp(SIZE_SIGMA ** 2 / 2)), left / 3)
    if (corpus.isSubagent()) {
      const facts = { ...last, agentId: corpus.agentId(), replaces: last.session }
      corpus.write(logOf(home, last).replace(/\.jsonl$/, `/subagents/agent-${facts.agentId}.jsonl`), size, facts)
    } else {
      const facts = { ...corpus.facts(n), replaces: last.session }
      corpus.write(logOf(home, facts), size, facts)
      last = facts
    }
  }
  return { files: corpus.files, bytes: corpus.bytes, truth: corpus.truth }
}

const VERSION = 1

/** The home for these figures below `folder`, made once and then found again; purser's own traces in it are removed. */
export function corpusHome(folder, wanted) {
  const home = path.join(folder, `v${VERSION}-${wanted.mib}mib-${wanted.files ?? 'real'}-${wanted.seed ?? 7}`), manifest = path.join(home, 'manifest.json')
  if (!existsSync(manifest)) {
    rmSync(home, { recursive: true, force: true })
    mkdirSync(home, { recursive: true })
    writeFileSync(`${manifest}.new`, JSON.stringify(fill(home, wanted)))
    renameSync(`${manifest}.new`, manifest)
  }
  forget(home)
  return { home, ...JSON.parse(readFileSync(manifest, 'utf8')) }
}

/** Removes what purser keeps for this home: the next index is a cold one. */
export function forget(home) {
  for (const name of ['.local', '.config', '.cache']) rmSync(path.join(home, name), { recursive: true, force: true })
}

export const tokensOf = ({ input, output, cacheRead, cacheWrite5m, cacheWrite1h }) => input + output + cacheRead + cacheWrite5m + cacheWrite1h
