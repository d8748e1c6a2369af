// Nothing a test does may reach the person who runs it: their home, their agents, their desktop. This file says what a
// clean environment is, and makes homes that vanish.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

// Variables through which a program under test would find the real home, agents, terminal or session bus.
const FORBIDDEN = /^(XDG_|CLAUDE|CODEX_|ANTHROPIC_|GEMINI_|OPENCODE|OPENAI_|TMUX|DBUS_|DISPLAY$|WAYLAND_|NOTIFY_SOCKET$|SSH_AUTH_SOCK$|PURSER_(?!TEST_|CRASH_))/

/** What is wrong with this environment for running tests; empty when nothing is. `passwdHome` is the account's real home. */
export function dirtyEnvironment(variables: Readonly<Record<string, string | undefined>>, passwdHome: string): string[] {
  const home = variables['HOME'] ?? ''
  return [
    ...(home === '' ? ['HOME is not set'] : []),
    ...(home !== '' && passwdHome !== '' && path.resolve(home) === path.resolve(passwdHome) ? [`HOME is ${home}, this account's real home`] : []),
    ...Object.keys(variables).filter(name => FORBIDDEN.test(name)).sort().map(name => `${name} is set`),
  ]
}

/** Throws, with the command that works, unless tests may run in this environment. */
export function assertCleanEnvironment(): void {
  const dirt = dirtyEnvironment(process.env, accountHome())
  if (dirt.length === 0) return
  throw new Error(`tests run only in an emptied environment: ${dirt.join(', ')}.\nType: npm test, or for some files only: npm test -- test/core/money.test.ts`)
}

/** The account's home whatever HOME says; '' for a uid without a passwd entry (containers), which has no real home. */
function accountHome(): string {
  try {
    return os.userInfo().homedir
  } catch {
    return ''
  }
}

export interface TempHome {
  /** Absolute, symlinks resolved (macOS: /tmp is one). */
  readonly path: string
  /** An environment for child processes with this home and nothing else of ours. */
  readonly env: Record<string, string>
  remove(): void
  [Symbol.dispose](): void
}

/** A fresh home folder, 0700. Remove it in the test's own cleanup. */
export function tempHome(name = 'home'): TempHome {
  const home = realpathSync(mkdtempSync(path.join(os.tmpdir(), `purser-${name}-`)))
  const remove = (): void => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  const env: Record<string, string> = { HOME: home, PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', TMPDIR: os.tmpdir(), TZ: 'UTC' }
  const pids = process.env['PURSER_TEST_PIDS']
  if (pids !== undefined) env['PURSER_TEST_PIDS'] = pids
  return { path: home, env, remove, [Symbol.dispose]: remove }
}
