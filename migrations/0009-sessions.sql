-- Sessions have generations: one for each process that was proven to run them. last_process outlives the end of a session,
-- so that a late word of the same process begins no new one.
alter table session add column generation {int} not null default 0;
alter table session add column last_process text not null default '';
-- When somebody was last allowed to take it up: for a moment nobody else is, so that one conversation is never run twice.
alter table session add column resuming_at {int};
update session set generation = 1, last_process = cast(pid as text) || '@' || start_time where pid is not null and start_time is not null;
