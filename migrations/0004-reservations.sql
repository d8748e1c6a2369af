-- Budgets made while running, what is reserved, and what was told of spending that no log shows.

-- What the budgets of a balance hold. Not part of the balance: that is of one window, and what is reserved today may be
-- spent after midnight.
create table hold (
  measure text not null,
  per_value text not null,
  reserved {int} not null,
  primary key (measure, per_value)
) {strict};

-- A request that was granted. Never deleted: the id is what makes asking twice the same as asking once.
create table reservation (
  id text not null primary key,
  amount {int} not null,
  budgets text not null,
  owner text not null,
  node text not null,
  agent text not null,
  account text not null,
  project text not null,
  branch text not null,
  session text not null,
  model text not null,
  covers_agent text not null,
  covers_session text not null,
  covers_from {int},
  covers_responses {int},
  proven {int} not null,
  responses {int} not null,
  state text not null check (state in ('pending', 'settled', 'released', 'expired')),
  actual {int},
  late {int} not null,
  created_at {int} not null,
  expires_at {int} not null,
  ended_at {int},
  ttl_ms {int} not null,
  body text not null
) {strict};
create index reservation_due on reservation (expires_at) where state = 'pending';
create index reservation_covers on reservation (covers_session, covers_from) where covers_session <> '';

create table reservation_part (
  reservation text not null references reservation (id),
  budget text not null,
  measure text not null,
  per_value text not null,
  primary key (reservation, measure, per_value)
) {strict};
create index reservation_part_budget on reservation_part (budget);

create table task_budget (
  id text not null primary key,
  amount {int} not null,
  parent text not null,
  scope text not null,
  hard {int} not null,
  on_breach text not null,
  thresholds text not null,
  progress {int},
  created_at {int} not null,
  updated_at {int} not null,
  body text not null
) {strict};

-- Sessions that work for a task budget: what their logs show from then on counts as spent on it. '' is any agent.
create table task_session (
  task text not null references task_budget (id),
  agent text not null,
  session text not null,
  since {int} not null,
  primary key (task, agent, session)
) {strict};
create index task_session_session on task_session (session);

-- Closed budgets, rules of the configuration too: requests are refused, facts still post.
create table closure (
  budget text not null primary key,
  at {int} not null
) {strict};

create table top_up (
  id text not null primary key,
  budget text not null,
  amount {int} not null,
  reason text not null,
  at {int} not null
) {strict};

-- What an entry was for that somebody told of, once for each budget it was told on.
create table spend_note (
  id text not null,
  budget text not null,
  entry text not null,
  amount {int} not null,
  peer text not null,
  tool text not null,
  reason text not null,
  at {int} not null,
  late {int} not null,
  body text not null,
  primary key (id, budget)
) {strict};
create index spend_note_budget on spend_note (budget, at);
create index spend_note_entry on spend_note (entry);

create table approval (
  id text not null primary key,
  reservation text not null,
  body text not null,
  amount {int} not null,
  because text not null,
  asked_at {int} not null,
  expires_at {int} not null,
  approved {int},
  decided_by text not null,
  decided_at {int}
) {strict};
