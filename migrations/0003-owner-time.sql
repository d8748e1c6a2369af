-- When the copy was made whose owner an entry names, where another copy of the response is earlier. Ranks owners when the
-- next copy comes; null: at the entry's own time, and for rows from before this column, not known.
alter table entry add column owned_at {int};
