// A ledger file on disk: written whole or not at all, for its owner alone; read line by line in flat memory. Compressed
// when its name ends in .gz, and recognised as such by its first bytes, whatever its name.
import { createHash, type Hash } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, createReadStream, createWriteStream, existsSync, fsyncSync, lstatSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import { createGunzip, createGzip, type Gzip } from 'node:zlib'
import { dirname } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { AppError, messageOf } from '../../core/errors.ts'

const PRIVATE_FILE = 0o600
const GZIP_MAGIC = [0x1f, 0x8b] as const

/** Text of whole lines goes in; nothing stands at the path until `keep`. */
export interface LedgerFileWriter {
  write(lines: string): Promise<void>
  digest(): string
  /** Puts the file in place; resolves with its size on disk. */
  keep(): Promise<number>
  discard(): Promise<void>
}

/** A digest beside the writing, for a sink that is no file. */
export class LineDigest {
  readonly #hash: Hash = createHash('sha256')
  add(bytes: string | Buffer): void { this.#hash.update(bytes) }
  now(): string { return `sha256:${this.#hash.copy().digest('hex')}` }
}

/** Throws `conflict` when something is at the path already, unless `replace`. */
export function writeLedgerFile(path: string, { replace }: { readonly replace: boolean }): LedgerFileWriter {
  refuseWhatIsThere(path, replace)
  const unfinished = `${path}.${process.pid}.part`
  rmSync(unfinished, { force: true })
  const handle = opened(unfinished, 'wx', path)
  const file = createWriteStream('', { fd: handle, autoClose: false })
  const gzip: Gzip | null = path.endsWith('.gz') ? createGzip() : null
  if (gzip) gzip.pipe(file)
  const into: Writable = gzip ?? file
  const digest = new LineDigest()
  let failure: unknown = null
  into.on('error', (error: unknown) => { failure ??= error })
  // A disk that is full would leave the compression waiting for ever.
  if (gzip) file.on('error', error => gzip.destroy(error))
  let over = false
  const discard = async (): Promise<void> => {
    if (!over) {
      over = true
      gzip?.destroy()
      // A destroyed stream closes the file, once what it is writing is written: closing it here could close another's.
      if (!file.closed) {
        const closed = once(file, 'close')
        file.destroy()
        await closed
      }
    }
    rmSync(unfinished, { force: true })
  }
  const failed = async (error: unknown): Promise<never> => {
    await discard()
    throw new AppError('unavailable', `${path} could not be written (${messageOf(error)}); nothing was left there`, { cause: error })
  }
  return {
    async write(lines) {
      if (failure) return failed(failure)
      digest.add(lines)
      if (!into.write(lines)) await once(into, 'drain').catch(failed)
    },
    digest: () => digest.now(),
    async keep() {
      try {
        into.end()
        await finished(file)
        fsyncSync(handle)
        over = true
        closeSync(handle)
        refuseWhatIsThere(path, replace)
        renameSync(unfinished, path)
      } catch (error) {
        if (error instanceof AppError) { rmSync(unfinished, { force: true }); throw error }
        return failed(error)
      }
      syncFolder(dirname(path))
      return statSync(path).size
    },
    discard,
  }
}

function refuseWhatIsThere(path: string, replace: boolean): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return
  if (!found.isFile()) throw new AppError('conflict', `${path} is no file; name another`)
  if (!replace) throw new AppError('conflict', `${path} exists; name another file, or replace it with --force`)
}

function opened(file: string, flags: 'wx' | 'r', named: string): number {
  try {
    return openSync(file, flags, PRIVATE_FILE)
  } catch (error) {
    if (flags === 'r' && !existsSync(named)) throw new AppError('not_found', `there is no file ${named}`, { cause: error })
    throw new AppError('invalid_input', `${named} cannot be ${flags === 'r' ? 'read' : 'written'} (${messageOf(error)})`, { cause: error })
  }
}

/** The rename itself survives a power cut. Not every platform lets a folder be opened. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r')
    try { fsyncSync(handle) } finally { closeSync(handle) }
  } catch { /* the file is whole either way */ }
}

export interface LedgerFileReader {
  readonly name: string
  readonly bytes: number
  batches(): AsyncIterable<{ readonly lines: readonly string[]; readonly bytesRead: number }>
  digest(): string
}

// What no line of ours reaches; a file without line ends must not fill the memory.
const LINE_BYTES_MAX = 1_048_576
const CHUNK_BYTES = 262_144

/** A file to be read from its start as often as `batches` is called. `name` is what messages call it. */
export function readLedgerFile(path: string, name: string): LedgerFileReader {
  const handle = opened(path, 'r', name)
  const magic = Buffer.alloc(2)
  try { readSync(handle, magic, 0, 2, 0) } catch (error) { throw new AppError('invalid_input', `${name} cannot be read (${messageOf(error)})`, { cause: error }) } finally { closeSync(handle) }
  const compressed = magic[0] === GZIP_MAGIC[0] && magic[1] === GZIP_MAGIC[1]
  let before = new LineDigest()
  return {
    name, bytes: statSync(path).size, digest: () => before.now(),
    async *batches() {
      before = new LineDigest()
      const raw = createReadStream(path, { highWaterMark: CHUNK_BYTES })
      const stream: Readable = compressed ? raw.pipe(createGunzip({ chunkSize: CHUNK_BYTES })) : raw
      raw.on('error', error => stream.destroy(error))
      try {
        yield* linesOf(stream, before, () => raw.bytesRead)
      } catch (error) {
        const code = String((error as { code?: unknown }).code)
        if (!code.startsWith('Z_')) throw error
        throw new AppError('invalid_input', `${name} is cut off or damaged: it cannot be decompressed to its end (${messageOf(error)}). Copy or export it again`, { cause: error })
      } finally {
        raw.destroy()
        stream.destroy()
      }
    },
  }
}

/** The digest runs one line behind: it covers everything before the last line that was handed out. */
async function* linesOf(stream: Readable, before: LineDigest, bytesRead: () => number): AsyncGenerator<{ lines: string[]; bytesRead: number }> {
  let rest: Buffer = Buffer.alloc(0), last: Buffer = Buffer.alloc(0)
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const end = bytes.lastIndexOf(0x0a) + 1
    rest = bytes.subarray(end)
    if (rest.length > LINE_BYTES_MAX) throw new AppError('invalid_input', 'the file has a line longer than a megabyte; this is no ledger that purser exported')
    if (end === 0) continue
    const start = bytes.lastIndexOf(0x0a, end - 2) + 1
    before.add(last)
    before.add(bytes.subarray(0, start))
    last = Buffer.from(bytes.subarray(start, end))
    yield { lines: bytes.toString('utf8', 0, end - 1).split('\n'), bytesRead: bytesRead() }
  }
  if (rest.length === 0) return
  before.add(last)
  yield { lines: [rest.toString('utf8')], bytesRead: bytesRead() }
}
