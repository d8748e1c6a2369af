-- Queued tasks. Their texts, and the words of their verification, lie in files of their owner's; nothing of them is here.
create table task (
  id text not null primary key,
  node text not null,
  label text not null,
  agent text not null,
  folder text not null,
  project text not null,
  account text not null,
  mode text not null,
  model text not null,
  priority {int} not null,
  budget {int} not null,
  claims text not null,
  attempts_max {int} not null,
  timeout_ms {int} not null,
  verified {int} not null,
  keep_output {int} not null,
  created_at {int} not null,
  attempts {int} not null,
  state text not null check (state in ('queued', 'starting', 'running', 'verifying', 'parked', 'done', 'dead', 'cancelled')),
  -- The attempt under way; '' without one.
  attempt text not null,
  -- Of queued: not before. Of parked: until. Of what is over: since.
  state_at {int},
  because text not null
) {strict};
create index task_open on task (node, priority, created_at) where state not in ('done', 'dead', 'cancelled');

-- One start of a client; its id is that of its run.
create table task_attempt (
  id text not null primary key,
  task text not null references task (id),
  seat text not null,
  pid {int},
  start_time text,
  session text not null,
  account text not null,
  started_at {int} not null,
  let_go_at {int},
  ended_at {int},
  exit_code {int},
  outcome text not null,
  because text not null,
  cost {int}
) {strict};
create index task_attempt_task on task_attempt (task, started_at);
-- At most one attempt of a task is under way, whatever the program believes.
create unique index task_attempt_one on task_attempt (task) where ended_at is null;
