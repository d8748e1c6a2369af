// Seeded chance for corpora and fuzzers: the same seed gives the same run on every machine.

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'

export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number { return low + Math.floor(this.next() * (high - low + 1)) }
  chance(share: number): boolean { return this.next() < share }
  pick<T>(items: readonly T[]): T { return items[Math.floor(this.next() * items.length)] as T }

  word(length: number): string {
    let word = ''
    while (word.length < length) word += ALPHABET[Math.floor(this.next() * ALPHABET.length)]
    return word
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items.map(item => ({ item, rank: this.next() })).toSorted((a, b) => a.rank - b.rank).map(({ item }) => item)
  }
}
