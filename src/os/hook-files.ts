// Installs, removes and inspects hooks: our script in the state folder, its entries in a client's settings file, and a
// receipt of what the file was before, so that taking the hooks out gives every byte back. Needs no daemon, no database.
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { HookSettings, SettingsFindings } from '../core/enforcement/hook-installation.ts'
import { AppError } from '../core/errors.ts'
import { digestOf, putFile, readSettings, removeSettings, settingsText, writeSettings, type SettingsBytes } from './settings-file.ts'

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
export interface Installed { readonly settingsFile: string; readonly changed: boolean; readonly renewed: boolean; readonly script: string; readonly events: readonly string[]; readonly backup: string | null }

interface Receipt {
  readonly settingsFile: string
  readonly existed: boolean
  readonly madeFolder: boolean
  /** Digest of the file as we left it: while it still matches, the backup is the exact inverse. */
  readonly installed: string
  readonly original: string
}

/** Idempotent. Throws `invalid_input` naming file and line when the settings cannot be read, and leaves them untouched. */
export function installHooks(request: InstallRequest): Installed {
  const { settings, state } = request
  const places = hookPlaces(state)
  const read = readSettings(request.settingsFile)
  const merge = (text: string): string | null => edited(settings.merge(text, places.script), read.target, settings, places.script)
  // Refuse before anything is written: a file we cannot read must not leave half an installation.
  const after = merge(settingsText(read))
  const renewed = putScript(places, request)
  pointToSocket(state, request.socket)
  const receipt = receiptFor(places, read.target)
  if (after === null) return { settingsFile: read.target, changed: false, renewed, script: places.script, events: settings.events, backup: receipt ? backupOf(places, read.target) : null }
  const base = baseOf(places, read, receipt, () => edited(settings.unmerge(settingsText(read), places.script), read.target, settings, places.script) ?? settingsText(read))
  const final = Buffer.from(merge(base.original.toString('utf8')) ?? '')
  putFile(backupOf(places, read.target), base.original, 0o600)
  writeReceipt(places, { settingsFile: read.target, existed: base.existed, madeFolder: base.madeFolder, installed: digestOf(final), original: digestOf(base.original) })
  writeSettings(read, final)
  return { settingsFile: read.target, changed: true, renewed, script: places.script, events: settings.events, backup: base.existed ? backupOf(places, read.target) : null }
}

/** What the file would be without us: from the receipt if nobody else wrote since, else by taking our entries out. */
function baseOf(places: HookPlaces, read: SettingsBytes, receipt: Receipt | null, withoutOurs: () => string): { readonly original: Buffer; readonly existed: boolean; readonly madeFolder: boolean } {
  if (read.bytes === null) return { original: Buffer.alloc(0), existed: false, madeFolder: !existsSync(dirname(read.target)) }
  const backup = backupOf(places, read.target)
  if (receipt && digestOf(read.bytes) === receipt.installed && existsSync(backup)) return { original: readFileSync(backup), existed: receipt.existed, madeFolder: receipt.madeFolder }
  return { original: Buffer.from(withoutOurs()), existed: true, madeFolder: false }
}

function edited(edit: ReturnType<HookSettings['merge']>, file: string, settings: HookSettings, script: string): string | null {
  if (edit.edit === 'unchanged') return null
  if (edit.edit === 'changed') return edit.text
  throw new AppError('invalid_input', `${file} line ${edit.line}: ${edit.problem}. The file was left untouched; mend that line and run the command again, or add this by hand:\n${settings.block(script)}`, { context: { file, line: edit.line } })
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

export interface Uninstalled {
  readonly settingsFile: string
  readonly changed: boolean
  /** `restored`: every byte as before the install. `entries`: somebody else had written the file, only ours were taken out. */
  readonly how: 'restored' | 'entries' | 'nothing'
  /** Settings files that still have our hooks, as far as this machine's receipts say. */
  readonly remaining: readonly string[]
}

/** Takes the hooks out of one settings file; with the last one, the script goes too. */
export function uninstallHooks(request: { readonly settings: HookSettings; readonly settingsFile: string; readonly state: string }): Uninstalled {
  const { settings, state } = request
  const places = hookPlaces(state)
  const read = readSettings(request.settingsFile)
  const how = read.bytes === null ? 'nothing' : takenOut(places, read, read.bytes, settings)
  forget(places, read.target)
  const remaining = receiptsIn(places).map(receipt => receipt.settingsFile)
  if (remaining.length === 0) rmSync(places.folder, { recursive: true, force: true })
  return { settingsFile: read.target, changed: how !== 'nothing', how, remaining }
}

function takenOut(places: HookPlaces, read: SettingsBytes, bytes: Buffer, settings: HookSettings): Uninstalled['how'] {
  const receipt = receiptFor(places, read.target)
  const backup = receipt ? backupOf(places, read.target) : ''
  if (receipt && digestOf(bytes) === receipt.installed) {
    if (!receipt.existed) { discard(read, receipt.madeFolder); return 'restored' }
    const original = existsSync(backup) ? readFileSync(backup) : null
    if (original && digestOf(original) === receipt.original) { writeSettings(read, original); return 'restored' }
  }
  const without = edited(settings.unmerge(settingsText(read), places.script), read.target, settings, places.script)
  if (without === null) return 'nothing'
  if (receipt && !receipt.existed && /^\s*\{\s*\}\s*$/.test(without)) discard(read, receipt.madeFolder)
  else writeSettings(read, Buffer.from(without))
  return 'entries'
}

function discard(read: SettingsBytes, madeFolder: boolean): void {
  removeSettings(read)
  if (madeFolder && readdirSync(dirname(read.target)).length === 0) rmdirSync(dirname(read.target))
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

const nameFor = (target: string): string => digestOf(Buffer.from(target)).slice(0, 24)
const receiptFile = (places: HookPlaces, target: string): string => join(places.receipts, `${nameFor(target)}.receipt.json`)
const backupOf = (places: HookPlaces, target: string): string => join(places.receipts, `${nameFor(target)}.settings.json`)

function writeReceipt(places: HookPlaces, receipt: Receipt): void {
  putFile(receiptFile(places, receipt.settingsFile), `${JSON.stringify(receipt, null, 1)}\n`, 0o600)
}

function forget(places: HookPlaces, target: string): void {
  rmSync(receiptFile(places, target), { force: true })
  rmSync(backupOf(places, target), { force: true })
}

const receiptFor = (places: HookPlaces, target: string): Receipt | null => readReceipt(receiptFile(places, target))

function receiptsIn(places: HookPlaces): readonly Receipt[] {
  if (!existsSync(places.receipts)) return []
  const names = readdirSync(places.receipts).filter(name => name.endsWith('.receipt.json'))
  return names.flatMap(name => readReceipt(join(places.receipts, name)) ?? []).filter(receipt => existsSync(receipt.settingsFile))
}

/** A receipt that cannot be read is no receipt: our entries are then found by their form. */
function readReceipt(file: string): Receipt | null {
  if (!existsSync(file)) return null
  try {
    const { settingsFile, existed, madeFolder, installed, original } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Receipt>
    if (typeof settingsFile !== 'string' || typeof installed !== 'string' || typeof original !== 'string') return null
    return { settingsFile, existed: existed === true, madeFolder: madeFolder === true, installed, original }
  } catch {
    return null
  }
}
