// Looks at config homes: whose login lies in each, and since when. The client's settings are read for ids alone; the file
// with the login itself is looked at from outside.
import { readFileSync, realpathSync, statSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { fingerprintOf, type ClaimedIdentity, type FoundLogin } from '../core/accounts/identity.ts'
import type { AgentAdapter, Environment } from '../core/sessions/agent-adapter.ts'
import type { Instant } from '../core/time.ts'

// Clients keep whole histories in their settings; more than this is none.
const IDENTITY_BYTES_MAX = 32 * 1024 * 1024

export interface HomeLook {
  readonly agent: string
  readonly accounts: NonNullable<AgentAdapter['accounts']>
  readonly environment: Environment
  /** Of this machine: fingerprints mean nothing elsewhere. */
  readonly salt: string
  readonly now: Instant
}

export function lookAtHome(home: string, { agent, accounts, environment, salt, now }: HomeLook): FoundLogin {
  const homeExists = statOf(home)?.isDirectory() ?? false
  const claimed = claimedIn(accounts.identityFiles(home, environment), accounts)
  const file = accounts.loginFile(home, environment)
  const login = file === null ? null : statOf(file)
  // Who signed out leaves a name behind, and no login.
  const signedOut = claimed?.kind === 'oauth' && file !== null && login === null
  return {
    fingerprint: claimed === null || signedOut || claimed.parts.length === 0 ? '' : fingerprintOf(claimed, { salt, agent }),
    kind: signedOut ? '' : claimed?.kind ?? '', organisation: claimed?.organisation ?? false,
    signIn: login === null ? '' : `${login.size}@${Math.trunc(login.mtimeMs)}`, homeExists, lookedAt: now,
  }
}

function claimedIn(files: readonly string[], accounts: HomeLook['accounts']): ClaimedIdentity | null {
  for (const file of files) {
    const claimed = accounts.identify(textOf(file))
    if (claimed !== null) return claimed
  }
  return null
}

/** '' for a file that is absent, unreadable or too large: nothing is then claimed of its login. */
function textOf(file: string): string {
  const found = statOf(file)
  if (!found?.isFile() || found.size > IDENTITY_BYTES_MAX) return ''
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path)
  } catch {
    return null
  }
}

/** Where the conversations of a home really lie, one path a folder; a folder that is not there yet is left out. */
export function conversationPlaces(home: string, folders: readonly string[]): readonly string[] {
  return folders.flatMap(folder => {
    try {
      return [realpathSync.native(join(home, folder))]
    } catch {
      return []
    }
  })
}
