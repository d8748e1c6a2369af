-- Logins, what is known of each beyond the configuration, how their quotas filled, and every move of work between them.

-- expected, found: salted fingerprints of whose login it is; sign_in and broken_sign_in: when the login was last made, as its
-- file tells from outside. No secret, no address.
create table account_state (
  node text not null,
  agent text not null,
  account text not null,
  expected text not null,
  found text not null,
  kind text not null check (kind in ('', 'oauth', 'api-key')),
  organisation {int} not null,
  home_exists {int} not null,
  sign_in text not null,
  looked_at {int},
  broken_at {int},
  broken_sign_in text not null,
  broken_evidence text not null,
  throttled_until {int},
  disabled_at {int},
  disabled_by text not null,
  disabled_reason text not null,
  pinned_at {int},
  primary key (node, agent, account)
) {strict};

-- Which account new work of an agent starts on. The generation grows with every change: whoever acts on one names it.
create table account_use (
  node text not null,
  agent text not null,
  account text not null,
  generation {int} not null,
  at {int} not null,
  used_by text not null,
  primary key (node, agent)
) {strict};

-- Words about quota windows that changed what was known: what a forecast is made of. Kept as long as the longest window.
create table quota_reading (
  id {identity},
  node text not null,
  agent text not null,
  account text not null,
  name text not null,
  used_percent {int},
  exhausted {int} not null,
  resets_at {int},
  observed_at {int} not null,
  evidence text not null
) {strict};
create index quota_reading_window on quota_reading (node, agent, account, name, observed_at);
create index quota_reading_age on quota_reading (observed_at);

-- One move of an agent's work from one account to another. body: why, with its evidence, and the plan. Never deleted.
create table failover (
  id text not null primary key,
  node text not null,
  agent text not null,
  from_account text not null,
  to_account text not null,
  episode text not null,
  state text not null check (state in ('stranded', 'admitted', 'target-ready', 'quiescing', 'saved', 'activated', 'relaunching', 'verifying', 'compensating', 'committed', 'aborted')),
  created_at {int} not null,
  updated_at {int} not null,
  ended_at {int},
  body text not null
) {strict};
create unique index failover_active on failover (node, agent, from_account) where ended_at is null;
create unique index failover_episode on failover (node, episode);
create index failover_recent on failover (node, created_at);

create table failover_session (
  failover text not null references failover (id),
  session text not null,
  state text not null check (state in ('planned', 'parked', 'saved', 'ended', 'started', 'verified', 'left', 'returned', 'failed')),
  updated_at {int} not null,
  body text not null,
  primary key (failover, session)
) {strict};

-- Each thing done for a move: the row is there before it is done, its outcome after.
create table failover_step (
  failover text not null references failover (id),
  seq {int} not null,
  kind text not null,
  session text not null,
  started_at {int} not null,
  ended_at {int},
  outcome text not null,
  primary key (failover, seq)
) {strict};

-- The way back to the primary: at most one for each agent, for exactly the generation it was made for.
create table failback (
  node text not null,
  agent text not null,
  failover text not null,
  from_account text not null,
  to_account text not null,
  generation {int} not null,
  due_at {int} not null,
  made_at {int} not null,
  primary key (node, agent)
) {strict};
