// Installs, removes and inspects hooks: our script in the state folder and its entries in a client's settings file, which
// `settings-receipts` puts in and takes out. Needs no daemon, no database.
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { HookSettings, SettingsFindings } from '../../core/enforcement/hook-installation.ts'
import { putFile, readSettings, settingsText } from './settings-file.ts'
import { putIn, settingsWithReceipts, takeOut, type PutIn, type SettingsEdits, type TakenOut } from './settings-receipts.ts'

export interface HookPlaces { readonly folder: string; readonly script: string; readonly program: string; readonly socketPointer: string; readonly receipts: string }

/** Everything of ours is in one folder of the state folder, so that removing it is one step. */
export function hookPlaces(state: string): HookPlaces {
  const folder = join(state, 'hook')
  return { folder, script: join(folder, 'purser-hook.sh'), program: join(folder, 'hook.cjs'), socketPointer: join(folder, 'socket'), receipts: join(folder, 'receipts') }
}

/** Tells an installed script where the daemon listens; a daemon says it at start, because a runtime folder may move. */
export function pointToSocket(state: string, socket: string): void {
  const places = hookPlaces(state)
  if (existsSync(places.script)) putFile(places.socketPointer, `${socket}\n`, 0o600)
}

export interface HookSources {
  /** The script and the small program as purser ships them. */
  readonly script: string
  readonly program: string
}
export interface InstallRequest {
  readonly settings: HookSettings
  readonly settingsFile: string
  readonly state: string
  readonly sources: HookSources
  /** Absolute path of the node that runs the program when curl or the daemon is missing. */
  readonly node: string
  readonly socket: string
  readonly version: string
}
/** `changed` is about the settings file, `renewed` about the script and the program beside it. */
export interface Installed extends PutIn { readonly renewed: boolean; readonly script: string; readonly events: readonly string[] }

const editsFor = (settings: HookSettings, script: string): SettingsEdits => ({
  merge: text => settings.merge(text, script), unmerge: text => settings.unmerge(text, script), block: settings.block(script),
})

/** Idempotent. Throws `invalid_input` naming file and line when the settings cannot be read, and leaves them untouched. */
export function installHooks(request: InstallRequest): Installed {
  const { settings, settingsFile, state } = request
  const places = hookPlaces(state)
  let renewed = false
  // Settings that we may not touch must not leave half an installation.
  if (settings.merge(settingsText(readSettings(settingsFile)), places.script).edit !== 'refused') {
    renewed = putScript(places, request)
    pointToSocket(state, request.socket)
  }
  return { ...putIn(places.receipts, settingsFile, editsFor(settings, places.script)), renewed, script: places.script, events: settings.events }
}

/** False when both were there already, byte for byte and with their modes. */
function putScript(places: HookPlaces, request: InstallRequest): boolean {
  const script = readFileSync(request.sources.script, 'utf8').replaceAll('@VERSION@', request.version).replace('@NODE@', () => `'${request.node.replaceAll("'", `'\\''`)}'`)
  const files = [[places.script, Buffer.from(script), 0o700], [places.program, readFileSync(request.sources.program), 0o600]] as const
  const stale = files.filter(([file, bytes, mode]) => !isAlready(file, bytes, mode))
  for (const [file, bytes, mode] of stale) putFile(file, bytes, mode)
  return stale.length > 0
}

const isAlready = (file: string, bytes: Buffer, mode: number): boolean =>
  (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) % 0o1000 === mode && readFileSync(file).equals(bytes)

export interface Uninstalled extends TakenOut {
  readonly changed: boolean
  /** Settings files that still have our hooks, as far as this machine's receipts say. */
  readonly remaining: readonly string[]
}

/** Takes the hooks out of one settings file; with the last one, the script goes too. */
export function uninstallHooks({ settings, settingsFile, state }: { readonly settings: HookSettings; readonly settingsFile: string; readonly state: string }): Uninstalled {
  const places = hookPlaces(state)
  const done = takeOut(places.receipts, settingsFile, editsFor(settings, places.script))
  const remaining = settingsWithReceipts(places.receipts)
  if (remaining.length === 0) rmSync(places.folder, { recursive: true, force: true })
  return { ...done, changed: done.how !== 'nothing', remaining }
}

export interface HooksStatus {
  readonly script: { readonly file: string; readonly present: boolean; readonly version: string | null; readonly current: boolean }
  readonly program: { readonly file: string; readonly present: boolean }
  readonly files: readonly (SettingsFindings & { readonly scope: string; readonly file: string; readonly exists: boolean })[]
  /** At least one file registers every event and none of them switches hooks off. */
  readonly active: boolean
  readonly bypasses: readonly string[]
  readonly lastHeardAt: string | null
}

/** Reads only. `files` are the settings a session of this user can take hooks from, managed ones included. */
export function hooksStatus(request: { readonly settings: HookSettings; readonly files: readonly { readonly scope: string; readonly file: string }[]; readonly state: string; readonly version: string; readonly lastHeardAt: string | null }): HooksStatus {
  const { settings, version } = request
  const places = hookPlaces(request.state)
  const found = existsSync(places.script) ? (/^# version (\S+)$/m.exec(readFileSync(places.script, 'utf8'))?.[1] ?? null) : null
  const files = request.files.map(({ scope, file }) => ({ scope, file, ...findingsOf(file, settings, places.script) }))
  const program = existsSync(places.program)
  return {
    script: { file: places.script, present: existsSync(places.script), version: found, current: found === version },
    program: { file: places.program, present: program },
    files, bypasses: settings.bypasses, lastHeardAt: request.lastHeardAt,
    active: existsSync(places.script) && files.some(one => one.registered.length > 0 && one.missing.length === 0) && files.every(one => one.risks.length === 0),
  }
}

function findingsOf(file: string, settings: HookSettings, script: string): SettingsFindings & { readonly exists: boolean } {
  try {
    const read = readSettings(file)
    return { exists: read.bytes !== null, ...settings.inspect(settingsText(read), script) }
  } catch (error) {
    return { exists: true, problem: { line: 0, problem: error instanceof Error ? error.message : String(error) }, registered: [], missing: settings.events, otherScripts: [], risks: [] }
  }
}
