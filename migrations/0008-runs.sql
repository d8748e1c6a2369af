-- What `purser run` started, and which sessions turned out to be it. Program names, never their words.
create table run (
  id text not null primary key,
  node text not null,
  agent text not null,
  program text not null,
  session text not null,
  account text not null,
  project text not null,
  branch text not null,
  folder text not null,
  boot text not null,
  pid {int} not null,
  start_time text not null,
  -- Takes up a conversation that was there before.
  resumed {int} not null,
  -- What it was given; null for no budget of its own.
  budget {int},
  started_at {int} not null,
  ended_at {int},
  exit_code {int}
) {strict};
create index run_open on run (pid, start_time) where ended_at is null;

create table run_session (
  run text not null references run (id),
  agent text not null,
  session text not null,
  primary key (run, agent, session)
) {strict};
create index run_session_session on run_session (agent, session);
