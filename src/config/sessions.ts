// Session tables and the pool's: what each says, and what they say together. No session has a name in the pool's range,
// and no two have one name.
import { poolIndex, type NamedSession, type PoolSettings } from '../core/sessions/pool.ts'
import { expandFolder } from './home.ts'
import type { Values } from './keys.ts'
import type { Problem } from './problems.ts'
import type { FoundTable, ReadTable } from './schema.ts'
import type { POOL_KEYS, SESSION_KEYS } from './session-keys.ts'

export interface SessionTable { readonly found: FoundTable; readonly table: ReadTable<typeof SESSION_KEYS> }

export function poolFrom(values: Values<typeof POOL_KEYS>, found: FoundTable, userHome: string, problems: Problem[]): PoolSettings {
  const { prefix = 'purser-', start_index: startIndex = 0, min = 0, max = 1, agent = 'claude-code', project } = values
  if (min > max) problems.push({ ...found.map.placeOf([...found.path, 'min']), where: found.where, key: 'min', message: `min is ${min}, but there are ${max} seats at most`, fix: `Write: max = ${min}` })
  return { prefix, startIndex, min, max, agent, project: project === undefined ? '' : expandFolder(project, userHome) }
}

/** Every session that is right; what is wrong is added to `problems`. */
export function readSessions(tables: readonly SessionTable[], pool: PoolSettings, userHome: string, problems: Problem[]): readonly NamedSession[] {
  const sessions: NamedSession[] = []
  for (const { found, table: { values, written } } of tables) {
    const { name, project, agent = 'claude-code', account = '' } = values
    if (name === undefined || project === undefined) continue
    const wrong = sessions.some(each => each.name === name) ? { message: `name "${name}" is taken by another session`, fix: `Write another one, such as: name = "${name}-2"` }
      : poolIndex(pool, name) !== null ? { message: `name "${name}" lies in the pool's range`, fix: 'Give it a name without the pool\'s prefix' } : null
    if (wrong === null) sessions.push({ name, project: expandFolder(project, userHome), agent, account })
    else problems.push({ ...found.map.placeOf([...found.path, written.get('name') ?? 'name']), where: found.where, key: 'name', ...wrong })
  }
  return sessions
}
