-- Calls that a hook asked for: each is a reservation for one answer in one stream of a session. '*' is the whole session,
-- as before; '' its main conversation, '+' a subagent that has not said its id yet, anything else a subagent.
alter table reservation add column covers_stream text not null default '*';
