// Hermes' state tables, as far as they count: those of 2026, and the newer one beside them.
export const HERMES_STATE = `create table sessions (id text primary key, source text, model text, cwd text, billing_provider text, billing_base_url text, billing_mode text, parent_session_id text, title text,
    input_tokens integer default 0, output_tokens integer default 0, cache_read_tokens integer default 0, cache_write_tokens integer default 0, reasoning_tokens integer default 0,
    estimated_cost_usd real, actual_cost_usd real, api_call_count integer default 0, started_at real, ended_at real);
  create table messages (id integer primary key autoincrement, session_id text not null, role text not null, content text, timestamp real not null);
  create index idx_messages_session on messages (session_id, timestamp);`
export const HERMES_MODELS = `create table session_model_usage (session_id text not null, model text not null, billing_provider text not null default '', billing_base_url text not null default '',
    billing_mode text not null default '', task text not null default '', api_call_count integer not null default 0, input_tokens integer not null default 0, output_tokens integer not null default 0,
    cache_read_tokens integer not null default 0, cache_write_tokens integer not null default 0, reasoning_tokens integer not null default 0, estimated_cost_usd real not null default 0,
    actual_cost_usd real not null default 0, cost_status text, cost_source text, first_seen real, last_seen real, primary key (session_id, model, billing_provider, billing_base_url, billing_mode, task));`
