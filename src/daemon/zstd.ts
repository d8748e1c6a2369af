// Zstandard for logs that an agent has packed away. A library and not node:zlib: Node 20 has none, and Node's own streams
// are asynchronous, while a scan is pulled line by line.
import { Decompress } from 'fzstd'
import type { Decompress as DecompressPort } from '../os/logs/scan-tools.ts'

export const decompressZstd: DecompressPort = onBytes => {
  const stream = new Decompress(bytes => onBytes(bytes))
  return (piece, last) => { stream.push(piece, last) }
}
