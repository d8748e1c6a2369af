// The last line of a log that tells something, looked for from its end. Reads a bounded part of the file and hands out
// only what `pick` makes of a line: the lines themselves hold prompts and go no further.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

// A mode is told at every prompt; between two of them lie at most the records of one turn.
const TAIL_BYTES_MAX = 16 * 1024 * 1024

/** null when the file cannot be read, or nothing in its tail tells. */
export function lastTold<T>(path: string, marker: string, pick: (line: string) => T | null): T | null {
  const tail = tailOf(path)
  for (let end = tail.length; end > 0;) {
    const start = tail.lastIndexOf(0x0a, end - 1) + 1
    const line = tail.subarray(start, end)
    const told = line.includes(marker) ? pick(line.toString('utf8')) : null
    if (told !== null) return told
    end = start - 1
  }
  return null
}

function tailOf(path: string): Buffer {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return Buffer.alloc(0)
  }
  try {
    const { size } = fstatSync(file)
    const length = Math.min(size, TAIL_BYTES_MAX)
    const tail = Buffer.alloc(length)
    return tail.subarray(0, readSync(file, tail, 0, length, size - length))
  } catch {
    return Buffer.alloc(0)
  } finally {
    closeSync(file)
  }
}
