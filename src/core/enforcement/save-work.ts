// What an agent may still do after its budget is spent: put its work where it is not lost. A short list of calls stays
// open, a bounded number of times per lock and session; how often each kind was used is kept by whoever asks.

import { simpleCommand } from './simple-command.ts'
import type { HookCall } from './hook-verdict.ts'

/** Bounds per (lock, session). Every request after the breach costs money, so all three ways to get one are counted. */
export interface SaveWorkLimits {
  /** Allowlisted calls that pass. */
  readonly save: number
  /** Other calls that get a bare deny; a batch may hold several, and each only costs money with its batch. */
  readonly deny: number
  /** Batches of tool results that go back to the model: each one is a request. */
  readonly batch: number
}
export type SaveWorkKind = keyof SaveWorkLimits

// status + add + commit + a correction of each; one wide batch of other calls; four requests in all, of which the
// first is paid for by the breach itself.
export const SAVE_WORK_LIMITS: SaveWorkLimits = { save: 6, deny: 8, batch: 4 }
export const NO_SAVE_WORK: SaveWorkLimits = { save: 0, deny: 0, batch: 0 }

/** Requests a session can still make after the breach is known: what the enforcement bound has to add. */
export const SAVE_WORK_REQUESTS_MAX = SAVE_WORK_LIMITS.batch

/** Open after a breach unless `[enforcement] save_work = ["none"]`. Every entry is a command prefix or a tool's name. */
export const SAVE_WORK_DEFAULT = ['git status', 'git diff', 'git add', 'git commit', 'git stash'] as const

export interface SaveWork { readonly entries: readonly string[]; readonly limits: SaveWorkLimits }

/**
 * The policy for what `[enforcement] save_work` says: its entries are added to the default ones, and `"none"` alone
 * closes everything, so that the first call after the breach ends the turn.
 */
export function saveWorkFrom(configured: readonly string[]): SaveWork {
  if (configured.length === 1 && configured[0] === 'none') return { entries: [], limits: NO_SAVE_WORK }
  const entries = [...new Set([...SAVE_WORK_DEFAULT, ...configured.map(entry => entry.trim().replace(/\s+/g, ' '))])]
  return { entries: entries.filter(entry => entry !== ''), limits: SAVE_WORK_LIMITS }
}

const TOOL_NAME = /^[A-Z][A-Za-z0-9_]*$/

/** True when this call only saves work: a listed tool, or a shell call that is one plain command with a listed prefix. */
export function savesWork(call: Pick<HookCall, 'tool' | 'command'>, entries: readonly string[]): boolean {
  if (call.command === '') return entries.some(entry => TOOL_NAME.test(entry) && entry === call.tool)
  const words = simpleCommand(call.command)
  if (!words || destroys(words)) return false
  return entries.some(entry => !TOOL_NAME.test(entry) && entry.split(' ').every((part, index) => words[index] === part))
}

const STASH_KEEPS = new Set(['push', 'save', 'list', 'show'])

/** The listed git commands also know how to throw work away or to write any file; those forms are not saving. */
function destroys(words: readonly string[]): boolean {
  if (words[0] !== 'git') return false
  if (words[1] === 'stash') return words[2] !== undefined && !words[2].startsWith('-') && !STASH_KEEPS.has(words[2])
  // git accepts any unambiguous beginning of an option: `--outp=x` is `--output=x`. `--ext-diff` runs a program.
  if (words[1] === 'diff') return words.some(word => /^--(o|ex|no-i)/.test(word))
  return false
}
