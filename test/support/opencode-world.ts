// OpenCode's database as its version 1.18 makes it, as far as usage is concerned, with the tables of the second generation.
import { ForeignDatabase } from './foreign-database.ts'

const session = (name: string): string => `create table ${name} (id text primary key, project_id text not null, parent_id text, slug text not null, directory text not null,
  title text not null, version text not null, cost real default 0 not null, time_created integer not null, time_updated integer not null);`

export const V1 = `${session('session')}
  create table message (id text primary key, session_id text not null references session(id) on delete cascade, time_created integer not null, time_updated integer not null, data text not null);
  create index message_session_time_created_id_idx on message (session_id, time_created, id);
  create table part (id text primary key, message_id text not null references message(id) on delete cascade, session_id text not null, time_created integer not null, time_updated integer not null, data text not null);
  create index part_message_id_id_idx on part (message_id, id);`
export const STEPS = `create table session_message (id text primary key, session_id text not null, type text not null, seq integer not null,
  time_created integer not null, time_updated integer not null, data text not null);`
export const V2 = `${session('session_v2')} ${STEPS}`

export const T0 = Date.UTC(2026, 10, 21, 9)

export interface Tokens { readonly input: number; readonly output: number; readonly reasoning: number; readonly cache: { readonly read: number; readonly write: number }; readonly total?: number }
export const TOKENS: Tokens = { total: 2140, input: 1200, output: 32, reasoning: 8, cache: { read: 900, write: 0 } }
export const NOTHING: Tokens = { input: 0, output: 0, reasoning: 0, cache: { read: 0, write: 0 } }

/** The record of a finished step as the first generation writes it. */
export const aStep = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  parentID: 'msg_0user', role: 'assistant', mode: 'build', agent: 'build', path: { cwd: '/home/dev/web', root: '/home/dev/web' }, cost: 0.00137, tokens: TOKENS,
  modelID: 'claude-sonnet-4-5', providerID: 'anthropic', time: { created: T0, completed: T0 + 2_000 }, finish: 'stop', ...over,
})

export class OpenCodeWorld extends ForeignDatabase {
  constructor(schema = V1, path?: string) { super(schema, path) }

  session(id: string, { parent = null, at = T0 - 1_000, directory = '/home/dev/web', table = 'session' }: { parent?: string | null; at?: number; directory?: string; table?: string } = {}): this {
    this.insert(table, { id, project_id: 'p', parent_id: parent, slug: 's', directory, title: 'PRIVATE title', version: '1.18.33', time_created: at, time_updated: at })
    return this
  }

  message(id: string, session: string, data: Record<string, unknown> | string, { at = T0, updated = at }: { at?: number; updated?: number } = {}): this {
    this.insert('message', { id, session_id: session, time_created: at, time_updated: updated, data: typeof data === 'string' ? data : JSON.stringify(data) })
    return this
  }

  part(id: string, message: string, data: Record<string, unknown>): this {
    this.insert('part', { id, message_id: message, session_id: 's', time_created: T0, time_updated: T0, data: JSON.stringify(data) })
    return this
  }

  step(id: string, session: string, data: Record<string, unknown>, { at = T0, updated = at, seq = 1 }: { at?: number; updated?: number; seq?: number } = {}): this {
    this.insert('session_message', { id, session_id: session, type: 'assistant', seq, time_created: at, time_updated: updated, data: JSON.stringify(data) })
    return this
  }
}
