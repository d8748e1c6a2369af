-- Programs that purser started in terminals of their own: written down before one is opened, proven by stamp and process
-- ever after. Neither words nor environments.
create table seat (
  stamp text not null primary key,
  node text not null,
  name text not null,
  kind text not null,
  agent text not null,
  session text not null,
  account text not null,
  folder text not null,
  driver text not null,
  boot text not null,
  pid {int},
  start_time text,
  opened_at {int} not null,
  ended_at {int},
  exit_code {int}
) {strict};
create unique index seat_open on seat (node, name) where ended_at is null;
