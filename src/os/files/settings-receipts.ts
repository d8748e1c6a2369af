// Changes a client's settings file so that it can be given back: beside a receipt lies the file of before, and while
// nobody else has written since, taking ours out gives every byte back. Else only what is ours is taken out.
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SettingsEdit } from '../../core/enforcement/hook-installation.ts'
import { AppError } from '../../core/errors.ts'
import { digestOf, putFile, readSettings, removeSettings, settingsText, writeSettings, type SettingsBytes } from './settings-file.ts'

interface Receipt {
  readonly settingsFile: string
  readonly existed: boolean
  readonly madeFolder: boolean
  /** Digests of the file as we left it and as it was before. */
  readonly installed: string
  readonly original: string
}

/** What is put into the file and how it is taken out again: pure text to text. */
export interface SettingsEdits {
  readonly merge: (text: string) => SettingsEdit
  readonly unmerge: (text: string) => SettingsEdit
  /** What a person can paste by hand where we may not write. */
  readonly block: string
}
export interface PutIn { readonly settingsFile: string; readonly changed: boolean; readonly backup: string | null }
/** `restored`: every byte as before. `entries`: somebody else had written the file, only ours was taken out. */
export interface TakenOut { readonly settingsFile: string; readonly how: 'restored' | 'entries' | 'nothing' }

/** Idempotent. Throws `invalid_input` naming file and line when the settings cannot be read, and leaves them untouched. */
export function putIn(folder: string, settingsFile: string, edits: SettingsEdits): PutIn {
  const read = readSettings(settingsFile)
  const { target } = read
  const after = edited(edits.merge(settingsText(read)), target, edits.block)
  const receipt = receiptFor(folder, target)
  if (after === null) return { settingsFile: target, changed: false, backup: receipt?.existed ? backupOf(folder, target) : null }
  const base = baseOf(folder, read, receipt, () => edited(edits.unmerge(settingsText(read)), target, edits.block) ?? settingsText(read))
  const final = Buffer.from(edited(edits.merge(base.original.toString('utf8')), target, edits.block) ?? '')
  putFile(backupOf(folder, target), base.original, 0o600)
  const made: Receipt = { settingsFile: target, existed: base.existed, madeFolder: base.madeFolder, installed: digestOf(final), original: digestOf(base.original) }
  putFile(receiptFile(folder, target), `${JSON.stringify(made, null, 1)}\n`, 0o600)
  writeSettings(read, final)
  return { settingsFile: target, changed: true, backup: base.existed ? backupOf(folder, target) : null }
}

/** What the file would be without us: as the receipt says if nobody else wrote since, else with ours taken out. */
function baseOf(folder: string, read: SettingsBytes, receipt: Receipt | null, withoutOurs: () => string): { readonly original: Buffer; readonly existed: boolean; readonly madeFolder: boolean } {
  if (read.bytes === null) return { original: Buffer.alloc(0), existed: false, madeFolder: !existsSync(dirname(read.target)) }
  const backup = backupOf(folder, read.target)
  if (receipt && digestOf(read.bytes) === receipt.installed && existsSync(backup)) return { original: readFileSync(backup), existed: receipt.existed, madeFolder: receipt.madeFolder }
  return { original: Buffer.from(withoutOurs()), existed: true, madeFolder: false }
}

function edited(edit: SettingsEdit, file: string, block: string): string | null {
  if (edit.edit === 'unchanged') return null
  if (edit.edit === 'changed') return edit.text
  throw new AppError('invalid_input', `${file} line ${edit.line}: ${edit.problem}. The file was left untouched; mend that line and run the command again, or add this by hand:\n${block}`, { context: { file, line: edit.line } })
}

export function takeOut(folder: string, settingsFile: string, edits: SettingsEdits): TakenOut {
  const read = readSettings(settingsFile)
  const how = read.bytes === null ? 'nothing' : taken(folder, read, read.bytes, edits)
  rmSync(receiptFile(folder, read.target), { force: true })
  rmSync(backupOf(folder, read.target), { force: true })
  return { settingsFile: read.target, how }
}

function taken(folder: string, read: SettingsBytes, bytes: Buffer, edits: SettingsEdits): TakenOut['how'] {
  const receipt = receiptFor(folder, read.target)
  if (receipt && digestOf(bytes) === receipt.installed) {
    if (!receipt.existed) { discard(read, receipt.madeFolder); return 'restored' }
    const backup = backupOf(folder, read.target)
    const original = existsSync(backup) ? readFileSync(backup) : null
    if (original && digestOf(original) === receipt.original) { writeSettings(read, original); return 'restored' }
  }
  const without = edited(edits.unmerge(settingsText(read)), read.target, edits.block)
  if (without === null) return 'nothing'
  if (receipt && !receipt.existed && /^\s*\{\s*\}\s*$/.test(without)) discard(read, receipt.madeFolder)
  else writeSettings(read, Buffer.from(without))
  return 'entries'
}

function discard(read: SettingsBytes, madeFolder: boolean): void {
  removeSettings(read)
  if (madeFolder && readdirSync(dirname(read.target)).length === 0) rmdirSync(dirname(read.target))
}

/** Settings files that still have what we put in, as far as receipts say. */
export function settingsWithReceipts(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter(name => name.endsWith('.receipt.json'))
  return names.flatMap(name => readReceipt(join(folder, name)) ?? []).map(receipt => receipt.settingsFile).filter(file => existsSync(file))
}

/** True while the file is as we left it: then nobody's change lies on top of ours. */
export function isUntouched(folder: string, settingsFile: string): boolean {
  const read = readSettings(settingsFile)
  return read.bytes !== null && receiptFor(folder, read.target)?.installed === digestOf(read.bytes)
}

const nameFor = (target: string): string => digestOf(Buffer.from(target)).slice(0, 24)
const receiptFile = (folder: string, target: string): string => join(folder, `${nameFor(target)}.receipt.json`)
const backupOf = (folder: string, target: string): string => join(folder, `${nameFor(target)}.settings.json`)
const receiptFor = (folder: string, target: string): Receipt | null => readReceipt(receiptFile(folder, target))

/** A receipt that cannot be read is no receipt: ours is then found by its form. */
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
