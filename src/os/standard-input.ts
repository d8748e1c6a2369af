// What a client pipes into our small programs: all of it, or nothing.

/** Throws when more than `bytesMax` come: no client's payload is that large. */
export async function standardInput(bytesMax: number, from: AsyncIterable<Buffer> = process.stdin as AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of from) {
    bytes += part.length
    if (bytes > bytesMax) throw new Error('payload too large')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
