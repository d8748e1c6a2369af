// The lines of another log, one at a time as they are asked for: what a fork's parser compares its own beginning with.
// Flat memory whatever the log's size; whoever stops asking stops the reading.
import { closeSync } from 'node:fs'
import { COMPRESSED_SUFFIX, decompressedBytes } from './compressed-lines.ts'
import { WINDOW_BYTES } from './line-kernel.ts'
import { LineReader, readsOf } from './line-reader.ts'
import { openLog } from './log-file.ts'
import type { ScanTools } from './scan-tools.ts'

/** Lines that hold a marker, each valid until the next is asked for. Ends early where the log cannot be read. */
export function* markedLines(log: { readonly path: string; readonly root: string }, markers: readonly string[], { decompress }: ScanTools, folders: Map<string, string>): Generator<Uint8Array, void, void> {
  const opening = openLog(log.path, log.root, folders)
  if (!opening.opened) return
  const { fd, size } = opening.log
  try {
    const compressed = log.path.endsWith(COMPRESSED_SUFFIX)
    if (compressed && !decompress) return
    const read = compressed && decompress ? decompressedBytes(fd, decompress) : readsOf(fd)
    const reader = new LineReader({ read, from: 0, to: compressed ? Number.MAX_SAFE_INTEGER : size }, Buffer.allocUnsafeSlow(WINDOW_BYTES), markers.map(marker => Buffer.from(marker, 'latin1')), { head: NOTHING, tail: NOTHING })
    let found: Uint8Array | null = null
    const sink = { marked: (line: Buffer) => { found = line }, odd: () => undefined, gap: () => undefined, isFull: () => found !== null }
    for (let atEnd = false; !atEnd;) {
      found = null
      atEnd = nextLine(reader, sink)
      if (found !== null) yield found
    }
  } finally {
    closeSync(fd)
  }
}

const NOTHING = new Uint8Array(0)

/** True at the end, which is also where the bytes turn out to be damaged. */
function nextLine(reader: LineReader, sink: Parameters<LineReader['run']>[0]): boolean {
  try {
    return reader.run(sink)
  } catch {
    return true
  }
}
