// Writes logs whose amounts are known: new responses, growing copies of old ones, copies in other files, lines that are
// written in two halves. Knows from the bytes before any offsets exactly what a ledger must hold.
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { aMessage, aRecord } from './claude-lines.ts'
import type { Random } from './random.ts'

const FILES = 4
const INPUT_TOKENS = 10

export class LogWriter {
  readonly files: readonly string[]
  readonly #random: Random
  readonly #halves = new Map<string, string>()
  readonly #recent: { id: string; output: number; at: string }[] = []
  readonly #now: () => Date
  #count = 0
  lines = 0

  constructor(home: string, random: Random, now: () => Date) {
    this.#random = random
    this.#now = now
    const folder = join(home, '.claude', 'projects', '-home-dev-web')
    mkdirSync(folder, { recursive: true })
    this.files = Array.from({ length: FILES }, (_, n) => join(folder, `0000000${n}-1111-4111-a111-111111111111.jsonl`))
  }

  write(lines: number): void {
    for (let n = 0; n < lines; n++) this.#line(this.#random.pick(this.files))
  }

  /** Completes what was left in halves. */
  finish(): void {
    for (const [file, rest] of this.#halves) appendFileSync(file, rest)
    this.#halves.clear()
  }

  #line(file: string): void {
    const line = this.#next(file)
    const half = this.#random.chance(0.15) ? this.#random.int(1, line.length - 1) : line.length
    appendFileSync(file, (this.#halves.get(file) ?? '') + line.slice(0, half))
    this.#halves.set(file, line.slice(half))
    this.lines++
  }

  #next(file: string): string {
    const random = this.#random
    const again = this.#recent.length > 0 && random.chance(0.35) ? random.pick(this.#recent) : undefined
    const one = again ?? { id: `msg_01W${String(this.#count++).padStart(19, '0')}`, output: random.int(1, 40), at: this.#now().toISOString() }
    if (again) again.output += random.int(0, 5)
    else if (this.#recent.push(one) > 12) this.#recent.shift()
    return `${JSON.stringify(aRecord({
      sessionId: file.slice(-42, -6), timestamp: one.at, uuid: `u-${this.lines}`,
      message: aMessage({ id: one.id, usage: { input_tokens: INPUT_TOKENS, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: one.output } }),
    }))}\n`
  }
}

/** The responses in the bytes before these offsets, each as its fullest copy: key -> tokens. Throws unless an offset is the start of a line. */
export function responsesBefore(offsets: ReadonlyMap<string, number>): Map<string, bigint> {
  const found = new Map<string, bigint>()
  for (const [file, offset] of offsets) {
    const bytes = readFileSync(file)
    if (offset > bytes.length) throw new Error(`the cursor of ${file} is at ${offset}, behind its end ${bytes.length}`)
    if (offset > 0 && bytes[offset - 1] !== 0x0a) throw new Error(`the cursor of ${file} is at ${offset}, inside a line`)
    for (const line of bytes.subarray(0, offset).toString('utf8').split('\n')) {
      if (line === '') continue
      const { message } = JSON.parse(line) as { message: { id: string; usage: { output_tokens: number } } }
      const tokens = BigInt(message.usage.output_tokens + INPUT_TOKENS), key = `claude-code:${message.id}`
      if (tokens > (found.get(key) ?? 0n)) found.set(key, tokens)
    }
  }
  return found
}
