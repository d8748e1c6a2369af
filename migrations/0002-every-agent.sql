-- Every agent: counters beside responses, logs that are understood only with what came before, windows of quota, and sums
-- for reports. Lines that begin with an engine's name are for that engine alone: SQLite cannot change a check, so the two
-- tables whose kinds grew are made again there; PostgreSQL can, and would lose the next id if they were.

{sqlite} create table entry_next (
{sqlite}   id {identity},
{sqlite}   key text not null,
{sqlite}   seq {int} not null,
{sqlite}   kind text not null check (kind in ('usage', 'difference', 'moved', 'repriced', 'unlogged', 'counter')),
{sqlite}   at {int} not null,
{sqlite}   scope {int} not null references scope (id),
{sqlite}   model text not null,
{sqlite}   billing text not null,
{sqlite}   input {int} not null,
{sqlite}   output {int} not null,
{sqlite}   cache_read {int} not null,
{sqlite}   cache_write_5m {int} not null,
{sqlite}   cache_write_1h {int} not null,
{sqlite}   web_searches {int} not null,
{sqlite}   cost {int},
{sqlite}   card text not null,
{sqlite}   responses {int} not null,
{sqlite}   unpriced {int} not null,
{sqlite}   partial {int} not null,
{sqlite}   estimated {int} not null,
{sqlite}   sidechain {int} not null,
{sqlite}   unique (key, seq)
{sqlite} ) {strict};
{sqlite} insert into entry_next (id, key, seq, kind, at, scope, model, billing, input, output, cache_read, cache_write_5m, cache_write_1h, web_searches, cost, card, responses, unpriced, partial, estimated, sidechain)
{sqlite}   select id, key, seq, kind, at, scope, model, billing, input, output, cache_read, cache_write_5m, cache_write_1h, web_searches, cost, card, responses, unpriced, partial, estimated, sidechain from entry;
{sqlite} drop table entry;
{sqlite} alter table entry_next rename to entry;
{sqlite} create index entry_by_time on entry (at);
{sqlite} create index entry_by_scope on entry (scope);
{sqlite} create index entry_unpriced on entry (key) where unpriced <> 0;
{postgres} alter table entry drop constraint entry_kind_check;
{postgres} alter table entry add constraint entry_kind_check check (kind in ('usage', 'difference', 'moved', 'repriced', 'unlogged', 'counter'));
create index entry_moved on entry (id) where kind = 'moved';

{sqlite} create table flaw_next (
{sqlite}   path text not null,
{sqlite}   kind text not null check (kind in ('malformed', 'damaged', 'oversized', 'unreadable', 'quarantined', 'inferred')),
{sqlite}   generation {int} not null,
{sqlite}   first_offset {int} not null,
{sqlite}   occurrences {int} not null,
{sqlite}   bytes {int} not null,
{sqlite}   why text not null,
{sqlite}   at {int} not null,
{sqlite}   primary key (path, kind, generation)
{sqlite} ) {strict};
{sqlite} insert into flaw_next (path, kind, generation, first_offset, occurrences, bytes, why, at) select path, kind, generation, first_offset, occurrences, bytes, why, at from flaw;
{sqlite} drop table flaw;
{sqlite} alter table flaw_next rename to flaw;
{postgres} alter table flaw drop constraint flaw_kind_check;
{postgres} alter table flaw add constraint flaw_kind_check check (kind in ('malformed', 'damaged', 'oversized', 'unreadable', 'quarantined', 'inferred'));

-- What a log's parser needs to go on from read_to.
alter table cursor add column memory text not null default '';

-- Responses whose end no log shows make a balance a lower bound. Balances are derived: without their measures, whoever
-- opens the database next computes them anew from the entries.
alter table balance add column partial {int} not null default 0;
delete from balance;
delete from meta where name like 'measure:%';

-- Sums of the entries up to the one that meta names, by quarter hour: what reports add up. Always derivable from the entries.
create table usage_slot (
  slot {int} not null,
  scope {int} not null references scope (id),
  model text not null,
  billing text not null,
  responses {int} not null,
  input {int} not null,
  output {int} not null,
  cache_read {int} not null,
  cache_write_5m {int} not null,
  cache_write_1h {int} not null,
  cost {int} not null,
  unpriced {int} not null,
  partial {int} not null,
  estimated {int} not null,
  first_at {int} not null,
  last_at {int} not null,
  primary key (slot, scope, model, billing)
) {strict};

-- What the vendors say of an account's quota windows: the newest word that counts, one row each. used_percent in hundredths;
-- wake_at is when to look again.
create table quota_window (
  node text not null,
  agent text not null,
  account text not null,
  name text not null,
  minutes {int},
  used_percent {int},
  exhausted {int} not null,
  resets_at {int},
  observed_at {int} not null,
  evidence text not null check (evidence in ('stream', 'statusline', 'log', 'hook', 'pane')),
  wake_at {int},
  primary key (node, agent, account, name)
) {strict};
