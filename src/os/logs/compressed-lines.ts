// A compressed log as bytes that can be read at rising positions, like a plain one. Memory is one piece of the file and
// what it expands to; going back means starting over, which only a long line that matters asks for.
import { readSync } from 'node:fs'
import type { ReadAt } from './line-reader.ts'
import type { Decompress } from './scan-tools.ts'

export const COMPRESSED_SUFFIX = '.zst'

// A piece of this size expands to a few hundred kilobytes, about a window of the reader.
const PIECE_BYTES = 64 * 1024

/** Reads what the open file holds, decompressed. Throws on damaged bytes. */
export function decompressedBytes(fd: number, decompress: Decompress): ReadAt {
  let stream = new Stream(fd, decompress)
  return (target, at, length, position) => {
    if (position < stream.position) stream = new Stream(fd, decompress)
    stream.skipTo(position)
    return stream.take(target, at, length)
  }
}

class Stream {
  /** Position in the decompressed bytes of what `take` hands out next. */
  position = 0
  readonly #fd: number
  readonly #push: (piece: Uint8Array, last: boolean) => void
  #read = 0
  #ended = false
  #failure: unknown = null
  #ready: Uint8Array[] = []

  constructor(fd: number, decompress: Decompress) {
    this.#fd = fd
    this.#push = decompress(bytes => { if (bytes.length > 0) this.#ready.push(Uint8Array.from(bytes)) })
  }

  skipTo(position: number): void {
    while (this.position < position) {
      const next = this.#next()
      if (!next) return
      this.#drop(Math.min(next.length, position - this.position))
    }
  }

  /** As much as there is for `length` bytes; 0 at the end. */
  take(target: Buffer, at: number, length: number): number {
    let taken = 0
    while (taken < length) {
      const next = this.#next(taken > 0)
      if (!next) break
      const part = next.subarray(0, length - taken)
      target.set(part, at + taken)
      taken += part.length
      this.#drop(part.length)
    }
    return taken
  }

  /** Null at the end. Damage is the end too for whoever has taken something, and thrown at the next who asks. */
  #next(hasSome = false): Uint8Array | null {
    while (this.#ready.length === 0 && !this.#ended) {
      const piece = Buffer.alloc(PIECE_BYTES)
      const got = readSync(this.#fd, piece, 0, PIECE_BYTES, this.#read)
      this.#read += got
      this.#ended = got === 0
      this.#expand(piece.subarray(0, got))
    }
    if (this.#ready.length === 0 && this.#failure !== null && !hasSome) throw this.#failure
    return this.#ready[0] ?? null
  }

  /** What came before the damage is handed out first. */
  #expand(piece: Uint8Array): void {
    try {
      this.#push(piece, this.#ended)
    } catch (error) {
      this.#failure = error
      this.#ended = true
    }
  }

  #drop(bytes: number): void {
    const first = this.#ready[0] as Uint8Array
    this.position += bytes
    if (bytes === first.length) this.#ready.shift()
    else this.#ready[0] = first.subarray(bytes)
  }
}
