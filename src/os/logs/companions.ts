// What lies around a log and is needed to read it: small files beside it, and the log that it repeats the beginning of.
// Looked up as it is asked for, remembered for the length of one scan.
import { closeSync, readSync, readdirSync, type Dirent } from 'node:fs'
import { basename, dirname, join, normalize, relative, sep } from 'node:path'
import { COMPANION_BYTES_MAX, COMPANION_HEAD_BYTES, type LineSource, type LogSource, type Opening } from '../../core/sessions/log-source.ts'
import type { FoundLog } from '../../core/tailing/scan.ts'
import type { Instant } from '../../core/time.ts'
import { openLog } from './log-file.ts'
import { markedLines } from './kin-lines.ts'
import type { ScanTools } from './scan-tools.ts'

interface Companion { readonly text: string; readonly writtenAt: Instant }
interface Kin { readonly path: string; readonly root: string }

// As deep as rollouts lie below their root, with room to spare.
const KIN_DEPTH_MAX = 8

export class Surroundings {
  /** Folders already resolved in this scan. */
  readonly folders = new Map<string, string>()
  readonly #tools: ScanTools
  readonly #companions = new Map<string, Companion | null>()
  readonly #kin = new Map<string, ReadonlyMap<string, Kin>>()
  readonly #open = new Set<Generator<Uint8Array>>()

  constructor(tools: ScanTools) {
    this.#tools = tools
  }

  /** All that a parser is told when it is opened on this log. */
  openingFor(log: FoundLog, source: LogSource, memory: string | null): Opening {
    const path = relative(log.root, log.path).split(sep).join('/')
    const companions: Record<string, string | null> = {}, companionTimes: Record<string, Instant | null> = {}
    const take = (name: string, whole: boolean): void => {
      const found = this.#companion(log.root, name, whole)
      companions[name] = found?.text ?? null
      companionTimes[name] = found?.writtenAt ?? null
    }
    for (const name of source.heads?.(path) ?? []) take(name, false)
    for (const name of source.companions?.(path) ?? []) take(name, true)
    const opening: Opening = { place: log.place, path, root: log.root, memory, companions, companionTimes }
    return source.form === 'lines' && source.kin ? { ...opening, kin: id => this.#linesOf(log, source, id) } : opening
  }

  /** Ends the reading of other logs that the last parser left unfinished. */
  release(): void {
    for (const lines of this.#open) lines.return(undefined)
    this.#open.clear()
  }

  #companion(root: string, name: string, whole: boolean): Companion | null {
    const path = normalize(join(root, name)), key = whole ? path : `${path} head`
    const known = this.#companions.get(key)
    if (known !== undefined) return known
    const within = name.startsWith('../') ? dirname(root) : root
    const found = path.startsWith(within + sep) ? this.#read(path, within, whole) : null
    this.#companions.set(key, found)
    return found
  }

  #read(path: string, within: string, whole: boolean): Companion | null {
    const opening = openLog(path, within, this.folders)
    if (!opening.opened) return null
    const { fd, size, modifiedAt } = opening.log
    try {
      if (whole && size > COMPANION_BYTES_MAX) return null
      const wanted = whole ? size : Math.min(size, COMPANION_HEAD_BYTES)
      const bytes = Buffer.alloc(wanted)
      let read = 0
      for (let got = -1; read < wanted && got !== 0; read += got) got = readSync(fd, bytes, read, wanted - read, read)
      return { text: bytes.toString('utf8', 0, read), writtenAt: modifiedAt }
    } catch {
      return null
    } finally {
      closeSync(fd)
    }
  }

  #linesOf(log: FoundLog, source: LineSource, id: string): Iterable<Uint8Array> | null {
    const kin = this.#kinOf(log, source).get(id)
    if (!kin || kin.path === log.path) return null
    const lines = markedLines(kin, source.markers, this.#tools, this.folders)
    this.#open.add(lines)
    return lines
  }

  /** Logs by their ids. The plain copy of a log stands before a compressed one, which costs more to read. */
  #kinOf({ root }: FoundLog, source: LineSource): ReadonlyMap<string, Kin> {
    const known = this.#kin.get(root)
    if (known) return known
    const found = new Map<string, Kin>()
    for (const folder of new Set((source.kin?.folders ?? []).map(name => normalize(join(root, name))))) {
      if (folder !== root && dirname(folder) !== dirname(root)) continue
      for (const path of filesBelow(folder, KIN_DEPTH_MAX)) {
        const id = source.kin?.idOf(basename(path))
        if (id !== null && id !== undefined && (!found.has(id) || !path.endsWith('.zst'))) found.set(id, { path, root: folder })
      }
    }
    this.#kin.set(root, found)
    return found
  }
}

function* filesBelow(folder: string, depth: number): Generator<string> {
  let entries: Dirent[] = []
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch { /* what cannot be listed holds no kin */ }
  for (const entry of entries) {
    if (entry.isFile()) yield join(folder, entry.name)
    else if (entry.isDirectory() && depth > 0) yield* filesBelow(join(folder, entry.name), depth - 1)
  }
}
