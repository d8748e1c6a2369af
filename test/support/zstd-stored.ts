// Zstandard frames made by hand for tests, since Node 20 has no compressor: raw blocks only, each frame valid.

const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])
// The format allows 128 KiB per block.
const BLOCK_BYTES = 100_000

/** One frame per 300,000 bytes or so, so that a reader meets several. */
export function zstdStored(bytes: Buffer): Buffer {
  const frames: Buffer[] = []
  for (let at = 0; at < bytes.length || at === 0; at += 3 * BLOCK_BYTES) frames.push(frame(bytes.subarray(at, at + 3 * BLOCK_BYTES)))
  return Buffer.concat(frames)
}

function frame(bytes: Buffer): Buffer {
  // No content size, window descriptor 0x50: a window of 1 MiB.
  const parts: Buffer[] = [MAGIC, Buffer.from([0x00, 0x50])]
  for (let at = 0; at < bytes.length || at === 0; at += BLOCK_BYTES) {
    const block = bytes.subarray(at, at + BLOCK_BYTES)
    const last = at + BLOCK_BYTES >= bytes.length
    const header = Buffer.alloc(3)
    header.writeUIntLE((block.length << 3) | (last ? 1 : 0), 0, 3)
    parts.push(header, block)
  }
  return Buffer.concat(parts)
}
