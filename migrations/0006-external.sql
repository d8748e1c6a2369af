-- Spend that no log shows, read from bills and chains: how far each source was read, and the highest it said. What was
-- spent is in entry; a difference is taken against these.
create table external_source (
  id text not null primary key,
  synced_at {int},
  tried_at {int} not null,
  failure text not null,
  failing_since {int},
  chain text not null,
  next_block {int} not null
) {strict};

-- Amounts are decimal text: a token with 18 decimals does not fit any column of numbers.
create table external_mark (
  source text not null,
  subject text not null,
  amount text not null,
  latest text not null,
  began text not null,
  cost {int} not null,
  account text not null,
  project text not null,
  branch text not null,
  session text not null,
  first_at {int} not null,
  read_at {int} not null,
  primary key (source, subject)
) {strict};

create table external_event (
  source text not null,
  key text not null,
  block {int} not null,
  block_hash text not null,
  at {int} not null,
  session text not null,
  account text not null,
  amount text not null,
  cost {int} not null,
  state text not null check (state in ('posted', 'orphaned', 'withdrawn')),
  primary key (source, key)
) {strict};
create index external_event_by_block on external_event (source, block);
create index external_event_by_session on external_event (source, session);

-- Blocks that were read up to: where a chain parted from what it was is found by them.
create table external_block (
  source text not null,
  number {int} not null,
  hash text not null,
  primary key (source, number)
) {strict};
