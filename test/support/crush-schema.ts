// Crush's tables, as far as they count.
export const CRUSH = `create table sessions (id text primary key, parent_session_id text, title text not null, message_count integer not null default 0, prompt_tokens integer not null default 0,
    completion_tokens integer not null default 0, cost real not null default 0.0, updated_at integer not null, created_at integer not null, summary_message_id text, todos text);
  create table messages (id text primary key, session_id text not null, role text not null, parts text not null default '[]', model text, created_at integer not null, updated_at integer not null, finished_at integer);
  create index idx_messages_session_id on messages (session_id);`
