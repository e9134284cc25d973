-- An import shows the first rows of its file, and a held household names people: both stand behind the second fence.
-- Staged rows do not, because COPY cannot fill a table that has policies; they are reached through their import only.
alter table import_run enable row level security;
alter table import_run force row level security;
create policy scope on import_run using (in_scope(place_code)) with check (in_scope(place_code));
alter table import_held enable row level security;
alter table import_held force row level security;
create policy scope on import_held using (in_scope(place_code)) with check (in_scope(place_code));
