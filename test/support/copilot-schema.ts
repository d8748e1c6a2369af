// Tables of Copilot's command line (1.0.102) and of Copilot Chat in VS Code (trace schema 1), columns as they are.
export const COPILOT_STORE = `create table sessions (id text primary key, cwd text, repository text, host_type text, branch text, summary text, created_at text, updated_at text);
  create table assistant_usage_events (id integer primary key autoincrement, session_id text not null, turn_index integer, agent_id text, parent_tool_call_id text, model text not null, copilot_usage_model text,
    input_tokens integer, output_tokens integer, cache_read_tokens integer, cache_write_tokens integer, reasoning_tokens integer, total_nano_aiu integer, request_multiplier real,
    duration_ms integer, time_to_first_token_ms integer, output_ttft_ms real, inter_token_latency_ms integer, initiator text, api_endpoint text, reasoning_effort text, finish_reason text,
    content_filter_triggered integer, token_details_json text, created_at text default (datetime('now')));`
export const CHAT_TRACES = `create table spans (span_id text primary key, trace_id text not null, parent_span_id text, name text not null, start_time_ms integer not null, end_time_ms integer not null,
    status_code integer not null default 0, status_message text, operation_name text, provider_name text, agent_name text, conversation_id text, request_model text, response_model text,
    input_tokens integer, output_tokens integer, cached_tokens integer, reasoning_tokens integer, tool_name text, tool_call_id text, tool_type text, chat_session_id text, turn_index integer, ttft_ms real);
  create table span_attributes (span_id text not null, key text not null, value text, primary key (span_id, key)); create index idx_spans_trace on spans (trace_id);`
