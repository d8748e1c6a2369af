// Who may import whom. One table; a new room is a new row with its reason.
import { posix } from 'node:path'
import type { Import, SourceFile } from './source-file.ts'

export interface Finding { readonly rule: string; readonly file: string; readonly line: number; readonly what: string }

interface Room { readonly may: readonly string[]; readonly because: string; readonly packages: 'none' | 'node' | 'any' }

export const ROOMS: Readonly<Record<string, Room>> = {
  core: { may: ['core'], packages: 'none', because: 'rules run anywhere, so that rebuild, what-if and simulation are the same code' },
  agents: { may: ['core'], packages: 'none', because: 'an adapter is knowledge, never activity' },
  config: { may: ['core'], packages: 'any', because: 'text in, settings out; who reads the file is the daemon\'s business' },
  store: { may: ['core'], packages: 'any', because: 'a table knows nothing of the process that fills it' },
  os: { may: ['core'], packages: 'node', because: 'the machine is reached through ports' },
  notify: { may: ['core'], packages: 'node', because: 'a channel delivers a notice and knows nothing else' },
  external: { may: ['core'], packages: 'any', because: 'a bill or a chain is read and nothing else; what it means is core\'s' },
  flows: { may: ['core'], packages: 'none', because: 'a flow speaks to ports, so that it runs in a simulation' },
  api: { may: ['core'], packages: 'any', because: 'server and client both speak ControlPlane' },
  hook: { may: ['core', 'agents', 'os'], packages: 'node', because: 'it starts on every tool call and must stay below 40 kB' },
  statusline: { may: ['core', 'agents', 'os'], packages: 'node', because: 'it starts on every change of a session and must stay below 40 kB' },
  cli: { may: ['api', 'core'], packages: 'any', because: 'the command line never knows whether a daemon answers or this process does' },
  mcp: { may: ['api', 'core'], packages: 'any', because: 'as cli' },
  tui: { may: ['api', 'core'], packages: 'any', because: 'a view asks the control plane' },
  web: { may: ['api', 'core'], packages: 'any', because: 'a view asks the control plane' },
  gateway: { may: ['api', 'core', 'store'], packages: 'any', because: 'it reserves and settles in the ledger itself' },
  hub: { may: ['api', 'core', 'store'], packages: 'any', because: 'it is the ledger\'s service' },
  daemon: { may: ['core', 'agents', 'config', 'store', 'os', 'notify', 'external', 'flows', 'api', 'hook', 'statusline', 'gateway', 'hub', 'mcp', 'web', 'tui'], packages: 'any', because: 'the one place where everything meets' },
}

// Doors: a dynamic import from one room into another, for what only runs in-process mode.
const DOORS: readonly (readonly [from: string, to: RegExp])[] = [
  ['cli', /^src\/daemon\//], ['cli', /^src\/tui\/main\.ts$/], ['cli', /^src\/mcp\/main\.ts$/],
]
// Packages that belong to one place. A heavy or dangerous dependency that spreads is noticed here.
const PACKAGES: Readonly<Record<string, { readonly in: RegExp; readonly because: string }>> = {
  pg: { in: /^src\/(store|daemon)\//, because: 'loaded lazily, by the fleet engine only' },
  pino: { in: /^src\/daemon\//, because: 'costs 26 ms; only the daemon logs' },
  'smol-toml': { in: /^src\/config\//, because: 'one reader of TOML' },
  viem: { in: /^src\/external\/evm\.ts$/, because: 'takes a quarter of a second to load; only whoever reads a chain waits for it' },
  '@modelcontextprotocol/sdk': { in: /^src\/mcp\//, because: 'a quarter of a megabyte; only whoever speaks to an agent waits for it' },
  fzstd: { in: /^src\/daemon\/zstd\.ts$/, because: 'scans get a decompressor handed in' },
  citty: { in: /^src\/cli\//, because: 'one parser of arguments' },
  zod: { in: /^$/, because: 'the full library costs 87 ms; import zod/mini' },
}

// What opens the world is named in few places, so that a reader finds them all. A room may always name its own.
const CONCRETES: readonly { readonly what: RegExp; readonly by: RegExp; readonly because: string }[] = [
  { what: /^src\/store\//, by: /^src\/daemon\/wire\.ts$/, because: 'only wire opens the database; everything else speaks to the stores it was given' },
  { what: /^src\/notify\/channels\.ts$/, by: /^src\/daemon\/channels\.ts$/, because: 'one file decides which channels exist' },
  { what: /^src\/os\/processes\/signals\.ts$/, by: /^src\/daemon\/(wire|main|demo|demo\/own-children)\.ts$/, because: 'whoever holds the signaller can end a process; they are counted' },
]

export const roomOf = (path: string): string => /^src\/([^/]+)\//.exec(path)?.[1] ?? ''

export function roomFindings(file: SourceFile): Finding[] {
  const room = roomOf(file.path)
  const row = ROOMS[room]
  const at = (found: Import, what: string): Finding => ({ rule: 'rooms', file: file.path, line: found.line, what })
  if (!row) return [{ rule: 'rooms', file: file.path, line: 1, what: `"${room}" is no room of the import table` }]
  return file.imports.flatMap(found => {
    if (found.target === '') return packageFindings(file.path, row, found).map(what => at(found, what))
    const other = roomOf(found.target)
    if (!found.target.startsWith('src/')) return [at(found, `${found.specifier} leaves src/`)]
    const concrete = CONCRETES.find(({ what, by }) => other !== room && !found.typeOnly && what.test(found.target) && !by.test(file.path))
    if (concrete) return [at(found, `${found.specifier}: ${concrete.because}`)]
    if (row.may.includes(other) || other === room) return []
    if (found.dynamic && DOORS.some(([from, to]) => from === room && to.test(found.target))) return []
    // Types of a lazily imported module carry no code: `typeof import(...)` is how a door is typed.
    return [at(found, `${room} imports ${found.target}; ${room} may import ${row.may.join(', ')}: ${row.because}`)]
  })
}

function packageFindings(path: string, row: Room, { specifier }: Import): string[] {
  const builtin = specifier.startsWith('node:')
  if (row.packages === 'none') return [`imports ${specifier}: ${row.because}`]
  if (row.packages === 'node' && !builtin) return [`imports ${specifier}: ${row.because}`]
  // A scoped package is kept with all that can be imported of it.
  const named = /^@[^/]+\/[^/]+/.exec(specifier)?.[0] ?? specifier
  const kept = Object.hasOwn(PACKAGES, named) ? PACKAGES[named] : undefined
  return kept && !kept.in.test(path) ? [`imports ${specifier}: ${kept.because}`] : []
}

/** A file at the root of a room is vocabulary for its folders or a summary of them, and stands for itself alone. */
const folderOf = (path: string): string => (/^src\/[^/]+\/[^/]+$/.test(path) ? path : posix.dirname(path))

/**
 * Folders whose code reaches itself, each cycle once, as a path. Types are not counted: a port may name the nouns of
 * the folder that calls it, and nothing runs because of it.
 */
export function cycleFindings(files: readonly SourceFile[]): Finding[] {
  const edges = new Map<string, Map<string, { file: string; line: number }>>()
  for (const file of files) {
    const from = folderOf(file.path)
    for (const found of file.imports) {
      if (found.target === '' || found.dynamic || found.typeOnly) continue
      const to = folderOf(found.target)
      if (to === from) continue
      const known = edges.get(from) ?? new Map<string, { file: string; line: number }>()
      if (!known.has(to)) known.set(to, { file: file.path, line: found.line })
      edges.set(from, known)
    }
  }
  const findings = new Map<string, Finding>()
  const done = new Set<string>()
  const visit = (folder: string, trail: readonly string[]): void => {
    const start = trail.indexOf(folder)
    if (start >= 0) {
      const cycle = trail.slice(start)
      const key = [...cycle].sort().join(' ')
      const place = edges.get(cycle.at(-1) ?? '')?.get(folder) ?? { file: folder, line: 1 }
      if (!findings.has(key)) findings.set(key, { rule: 'cycles', ...place, what: `folders import each other: ${[...cycle, folder].join(' -> ')}` })
      return
    }
    if (done.has(folder)) return
    for (const next of edges.get(folder)?.keys() ?? []) visit(next, [...trail, folder])
    done.add(folder)
  }
  for (const folder of edges.keys()) visit(folder, [])
  return [...findings.values()]
}
