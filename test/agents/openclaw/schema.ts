/** The table of OpenClaw's store that holds a session's entries (2026.8.1). */
export const SCHEMA = `create table transcript_events (session_id text not null, seq integer not null, event_json text, event_zstd blob, created_at integer not null, primary key (session_id, seq)) strict;`
