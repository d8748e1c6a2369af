-- Claims: exclusive rights on names. A row per name is never deleted, so that its token only grows; a row without a holder
-- (agent '') is free. Places in the queue, and the generations of sessions that come back in another process.

create table claim (
  name text not null primary key,
  kind text not null check (kind in ('free', 'repo', 'branch', 'path')),
  root text not null,
  path text not null,
  token {int} not null check (token >= 0),
  agent text not null,
  session text not null,
  generation {int} not null,
  node text not null,
  boot text not null,
  namespace text not null,
  pid {int} not null,
  start_time text not null,
  proof text not null check (proof in ('', 'registry', 'hook', 'run', 'process', 'terminal')),
  strict {int} not null check (strict in (0, 1)),
  reason text not null,
  ttl {int} not null,
  acquired_at {int} not null,
  renewed_at {int} not null,
  expires_at {int} not null,
  check ((agent = '') = (pid = 0))
) {strict};
-- What is held is a handful among every name that ever was.
create index claim_held on claim (name) where agent <> '';

create table claim_generation (
  agent text not null,
  session text not null,
  generation {int} not null,
  node text not null,
  boot text not null,
  namespace text not null,
  pid {int} not null,
  start_time text not null,
  at {int} not null,
  primary key (agent, session)
) {strict};

-- `resources` is JSON and never queried into.
create table claim_ticket (
  seq {identity},
  id text not null unique,
  agent text not null,
  session text not null,
  node text not null,
  boot text not null,
  namespace text not null,
  pid {int} not null,
  start_time text not null,
  proof text not null,
  asking_pid {int} not null,
  asking_start text not null,
  resources text not null,
  since {int} not null,
  until {int} not null,
  heard_at {int} not null
) {strict};

-- One row: whoever grants locks it first, where several can write at once.
create table claim_gate (id {int} not null primary key) {strict};
insert into claim_gate (id) values (1);

-- Who runs in this very process: asked for every process between a caller and its session.
create index session_by_pid on session (pid) where pid is not null;
