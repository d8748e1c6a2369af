// Goose's tables as its version 1.53 makes them; without the ledger they are those of the versions before it had one.
export const GOOSE_SESSIONS = `create table sessions (id text primary key, name text not null default '', description text not null default '', user_set_name boolean default false,
  session_type text not null default 'user', working_dir text not null, created_at timestamp default current_timestamp, updated_at timestamp default current_timestamp, extension_data text default '{}',
  total_tokens integer, input_tokens integer, output_tokens integer, accumulated_total_tokens integer, accumulated_input_tokens integer, accumulated_output_tokens integer,
  schedule_id text, recipe_json text, user_recipe_values_json text, provider_name text, model_config_json text);`
export const GOOSE_LEDGER = `create table usage_ledger (id integer primary key autoincrement, session_id text not null references sessions(id) on delete cascade, created_timestamp integer not null,
  model text, input_tokens integer, output_tokens integer, total_tokens integer, cache_read_tokens integer, cache_write_tokens integer, cost real, cost_source text, is_compaction integer default 0);`
