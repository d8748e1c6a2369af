// Reads the agents' own live registries: one small file per running session, below each config home. Only files the
// adapter names are opened; the key files beside them hold tokens and are never touched.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentAdapter, Environment, RegisteredSession } from '../../core/sessions/agent-adapter.ts'

export interface RegistryEntry { readonly agent: string; readonly account: string; readonly session: RegisteredSession }

// A registry entry has under 2 KiB; a thousand sessions at once is more than a machine runs.
const FILE_BYTES_MAX = 64 * 1024
const FILES_MAX = 1_000
const ENTRY = /^[0-9]{1,10}\.json$/

/** Every entry that can be read now, dead processes' left-overs included: start times tell them apart. */
export function readRegistry(adapters: readonly AgentAdapter[], environment: Environment): readonly RegistryEntry[] {
  const found: RegistryEntry[] = []
  for (const adapter of adapters) {
    if (!adapter.registry) continue
    for (const [configHome, account] of homesOf(adapter, environment)) {
      const folder = adapter.registry.folder(configHome)
      for (const name of namesIn(folder)) {
        const session = adapter.registry.parse(name, textOf(join(folder, name)))
        if (session) found.push({ agent: adapter.name, account, session })
      }
    }
  }
  return found
}

/** The entries of one process, under whichever login: looked at for every process above a caller, so nothing is listed. */
export function registeredAt(adapters: readonly AgentAdapter[], environment: Environment, pid: number): readonly RegistryEntry[] {
  return adapters.flatMap(adapter => {
    const { registry } = adapter
    if (!registry) return []
    return homesOf(adapter, environment).flatMap(([configHome, account]) => {
      const session = registry.parse(`${pid}.json`, textOf(join(registry.folder(configHome), `${pid}.json`)))
      return session ? [{ agent: adapter.name, account, session }] : []
    })
  })
}

const homesOf = (adapter: AgentAdapter, environment: Environment): readonly (readonly [string, string])[] =>
  [...new Map(adapter.sources.flatMap(source => source.roots(environment)).filter(root => !root.nested).map(root => [root.configHome, root.account]))]

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter(name => ENTRY.test(name)).slice(0, FILES_MAX)
  } catch {
    return []
  }
}

/** '' for a file that is gone, unreadable or too large: its session is then simply not registered. */
function textOf(path: string): string {
  try {
    return statSync(path).size <= FILE_BYTES_MAX ? readFileSync(path, 'utf8') : ''
  } catch {
    return ''
  }
}
