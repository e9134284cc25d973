-- A file with the facts of a later period brings registered households up to date: what differs is kept here between
-- the dry run and the register.
create table import_update (
  import_id    bigint not null references import_run (import_id),
  place_code   text collate "C" not null,
  number       text collate "C" not null,
  household_id bigint not null,
  version      int not null,
  patch        jsonb not null,
  asks         jsonb not null,
  primary key (import_id, place_code, number)
);
comment on table import_update is 'What a file changes of a household that is registered with facts of an earlier period. Emptied as it enters.';
comment on column import_update.import_id is 'The import.';
comment on column import_update.place_code is 'The village.';
comment on column import_update.number is 'Household number.';
comment on column import_update.household_id is 'The household.';
comment on column import_update.version is 'Its version when the file was compared with it.';
comment on column import_update.patch is 'Facts that differ, of the household and by person; null takes one away.';
comment on column import_update.asks is 'Questions that a person must confirm first; an empty list when there are none.';

alter table import_update enable row level security;
alter table import_update force row level security;
create policy scope on import_update using (in_scope(place_code)) with check (in_scope(place_code));
