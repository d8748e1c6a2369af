// Puts the status line in place and takes it out: our script and small program in the state folder, one entry in a
// client's settings. Needs no daemon and no database.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StatuslineFindings, StatuslineSettings } from '../../core/statusline/settings.ts'
import { messageOf } from '../../core/errors.ts'
import { putFile, readSettings, settingsText } from './settings-file.ts'
import { isUntouched, putIn, settingsWithReceipts, takeOut, type PutIn, type SettingsEdits, type TakenOut } from './settings-receipts.ts'

export interface StatuslinePlaces { readonly folder: string; readonly script: string; readonly program: string; readonly socketPointer: string; readonly receipts: string }

/** Everything of ours is in one folder of the state folder, so that removing it is one step. */
export function statuslinePlaces(state: string): StatuslinePlaces {
  const folder = join(state, 'statusline')
  return { folder, script: join(folder, 'purser-statusline.sh'), program: join(folder, 'statusline.cjs'), socketPointer: join(folder, 'socket'), receipts: join(folder, 'receipts') }
}

/** Tells an installed script where the daemon listens; a daemon says it at start, because a runtime folder may move. */
export function pointStatusline(state: string, socket: string): void {
  const places = statuslinePlaces(state)
  if (existsSync(places.script)) putFile(places.socketPointer, `${socket}\n`, 0o600)
}

export interface StatuslineInstall {
  readonly settings: StatuslineSettings
  readonly settingsFile: string
  readonly state: string
  /** The script and the small program as purser ships them. */
  readonly sources: { readonly script: string; readonly program: string }
  /** Absolute path of the node that runs the program when curl or the daemon is missing. */
  readonly node: string
  readonly socket: string
  readonly version: string
}

const editsFor = (settings: StatuslineSettings, script: string): SettingsEdits => ({
  merge: text => settings.merge(text, script), unmerge: text => settings.unmerge(text, script), block: settings.block(script),
})

export function installStatusline({ settings, settingsFile, state, sources, node, socket, version }: StatuslineInstall): PutIn {
  const places = statuslinePlaces(state)
  const script = readFileSync(sources.script, 'utf8').replaceAll('@VERSION@', version).replace('@NODE@', () => `'${node.replaceAll("'", `'\\''`)}'`)
  // Settings that we may not touch must not leave half an installation.
  if (settings.merge(settingsText(readSettings(settingsFile)), places.script).edit !== 'refused') {
    putFile(places.script, script, 0o700)
    putFile(places.program, readFileSync(sources.program), 0o600)
    pointStatusline(state, socket)
  }
  return putIn(places.receipts, settingsFile, editsFor(settings, places.script))
}

/** Takes it out of one settings file; with the last one, the script goes too. `remaining`: files that still have it. */
export function uninstallStatusline({ settings, settingsFile, state }: Pick<StatuslineInstall, 'settings' | 'settingsFile' | 'state'>): TakenOut & { readonly remaining: readonly string[] } {
  const places = statuslinePlaces(state)
  const done = takeOut(places.receipts, settingsFile, editsFor(settings, places.script))
  const remaining = settingsWithReceipts(places.receipts)
  if (remaining.length === 0) rmSync(places.folder, { recursive: true, force: true })
  return { ...done, remaining }
}

/** Settings files that still have it, as far as this machine's receipts say. */
export const statuslineSettingsFiles = (state: string): readonly string[] => settingsWithReceipts(statuslinePlaces(state).receipts)

/** Nobody has written the file since the status line was put in. */
export const isStatuslineOutermost = (state: string, settingsFile: string): boolean => isUntouched(statuslinePlaces(state).receipts, settingsFile)

export interface StatuslineStatus extends StatuslineFindings { readonly script: { readonly file: string; readonly present: boolean; readonly version: string | null } }

/** Reads only. */
export function statuslineStatus({ settings, settingsFile, state }: Pick<StatuslineInstall, 'settings' | 'settingsFile' | 'state'>): StatuslineStatus {
  const places = statuslinePlaces(state)
  const version = existsSync(places.script) ? (/^# version (\S+)$/m.exec(readFileSync(places.script, 'utf8'))?.[1] ?? null) : null
  return { ...findings(settings, settingsFile, places.script), script: { file: places.script, present: existsSync(places.script), version } }
}

function findings(settings: StatuslineSettings, settingsFile: string, script: string): StatuslineFindings {
  try {
    return settings.inspect(settingsText(readSettings(settingsFile)), script)
  } catch (error) {
    return { problem: { line: 0, problem: messageOf(error) }, line: 'none', own: '' }
  }
}
