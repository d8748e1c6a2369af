// The config file on disk: read, replaced as a whole, reloaded while running. An edit is a new file in the old one's
// place, so a crash leaves one or the other and never half; a bad edit by hand leaves the last good config in force.
// Everything here is synchronous: the file is small and local, and nothing can come between a look and an edit.
import { accessSync, closeSync, constants, fchmodSync, fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { AppError, messageOf } from '../core/errors.ts'
import type { Instant } from '../core/time.ts'
import { defaultConfigText } from './default-text.ts'
import { loadConfig, type ConfigContext, type LoadedConfig } from './load.ts'

/** The config in force. */
export interface ConfigInForce extends LoadedConfig {
  readonly file: string
  readonly loadedAt: Instant
  /** Why the file as it stands now is not in force; null while it is. */
  readonly problem: string | null
}

export interface ConfigFile {
  current(): ConfigInForce
  /** Looks at the file again and keeps the last good config when it is damaged. Never throws. */
  reload(): ConfigInForce
  /** Replaces the text by what `change` makes of it and puts it in force. Whatever it throws leaves the file untouched. */
  edit(change: (text: string) => string): ConfigInForce
}

export interface OpenConfig { readonly path: string; readonly context: ConfigContext; readonly now: () => Instant }

/**
 * Opens the config; where there is no file the defaults hold (see `writeDefaultConfig`). Throws `config_invalid` for a
 * damaged one, because at the start there is no last good one to keep.
 */
export function openConfig({ path, context, now }: OpenConfig): ConfigFile {
  const inForce = (text: string): ConfigInForce => ({ ...loadConfig(text, path, context), file: path, loadedAt: now(), problem: null })
  let text = readConfig(path)
  let current = inForce(text ?? '')
  const adopt = (found: string): ConfigInForce => {
    current = inForce(found)
    text = found
    return current
  }
  return {
    current: () => current,
    reload() {
      try {
        const found = readConfig(path)
        if (found === null && text !== null) throw new AppError('config_invalid', `${path} is gone; write it again: purser config edit`)
        return found === text && current.problem === null ? current : adopt(found ?? '')
      } catch (error) {
        // Passed on as data: whoever shows the status shows it, and the last good config goes on.
        current = { ...current, problem: messageOf(error) }
        return current
      }
    },
    edit: change => adopt(editConfig(path, context, change)),
  }
}

// A config holds budgets, not data: a megabyte is some 5,000 of them, and every reload reads it.
const CONFIG_BYTES_MAX = 2 ** 20

/** The text of the file, null where there is none. Throws `config_invalid` or `unavailable`, naming it. */
export function readConfig(path: string): string | null {
  let bytes: Uint8Array
  try {
    const { size } = statSync(path)
    if (size > CONFIG_BYTES_MAX) throw new AppError('config_invalid', `${path} is ${size} bytes long; a config has at most ${CONFIG_BYTES_MAX}`)
    bytes = readFileSync(path)
  } catch (error) {
    if (error instanceof AppError) throw error
    if (errnoOf(error) !== 'ENOENT') throw new AppError('unavailable', `${path} cannot be read: ${messageOf(error)}`, { cause: error })
    if (isLink(path)) throw new AppError('config_invalid', `${path} is a link that leads to no file; restore its target or remove the link`, { cause: error })
    return null
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new AppError('config_invalid', `${path} is not UTF-8 text; save it as UTF-8`, { cause: error })
  }
}

/** Writes the commented default where there is no file yet. True when it did. */
export function writeDefaultConfig(path: string, context: ConfigContext): boolean {
  if (readConfig(path) !== null) return false
  replace(path, defaultConfigText(context.systemZone), null)
  return true
}

// An edit that lost its base this often is racing a program, not a person.
const EDIT_TRIES_MAX = 5

/**
 * Applies `change` to the text, checks the outcome and writes it; returns the new text. Where there is no file yet the
 * commented default is what gets changed. Throws `conflict` when somebody else keeps writing.
 */
export function editConfig(path: string, context: ConfigContext, change: (text: string) => string): string {
  for (let tries = 0; tries < EDIT_TRIES_MAX; tries++) {
    const before = readConfig(path)
    const after = change(before ?? defaultConfigText(context.systemZone))
    if (after === before) return after
    loadConfig(after, path, context)
    if (replace(path, after, before)) return after
  }
  throw new AppError('conflict', `${path} kept changing while it was edited; nothing was written. Try again`)
}

const PRIVATE_FOLDER = 0o700
const PRIVATE_FILE = 0o600

/**
 * Puts a whole file in place: written beside it, flushed, renamed, folder flushed; its mode stays, and a link to it goes
 * on pointing there. Only while the file still holds `before` (null: does not exist); false when it does not.
 */
function replace(path: string, text: string, before: string | null): boolean {
  const target = before === null ? path : writableTarget(path)
  const mode = before === null ? PRIVATE_FILE : statSync(target).mode & 0o777
  const beside = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`)
  try {
    mkdirSync(dirname(target), { recursive: true, mode: PRIVATE_FOLDER })
    // Left by a process that crashed with our pid; nobody else writes this name.
    rmSync(beside, { force: true })
    writeFlushed(beside, text, mode)
    if (readConfig(path) !== before) return false
    renameSync(beside, target)
    flushFolder(dirname(target))
    return true
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('unavailable', `${target} cannot be written: ${messageOf(error)}. It is unchanged`, { cause: error })
  } finally {
    rmSync(beside, { force: true })
  }
}

function writableTarget(path: string): string {
  const target = realpathSync(path)
  try {
    accessSync(target, constants.W_OK)
    return target
  } catch (error) {
    throw new AppError('forbidden', `${target} is not writable, so purser leaves it alone; change it by hand`, { cause: error })
  }
}

function writeFlushed(path: string, text: string, mode: number): void {
  const file = openSync(path, 'wx', mode)
  try {
    // `mode` above went through the umask.
    fchmodSync(file, mode)
    writeFileSync(file, text, 'utf8')
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Makes the rename survive a power cut. Windows has no such call for folders, and needs none. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

const errnoOf = (error: unknown): unknown => (error as { code?: unknown }).code
const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
