// ZCode's tables, as far as they count.
export const ZCODE = `create table session (id text primary key, directory text not null, title text);
  create table model_usage (id text primary key, session_id text not null, turn_id text, model_id text not null, input_tokens integer not null default 0, output_tokens integer not null default 0,
    reasoning_tokens integer not null default 0, cache_creation_input_tokens integer not null default 0, cache_read_input_tokens integer not null default 0, started_at integer not null, completed_at integer);`
