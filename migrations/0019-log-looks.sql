-- Who looked at which household. Owned by the household like its other tables; the minute stands in the key, so that
-- the table can be cut into pieces by time when years of looks have come together.

create table access_log (
  household_id bigint not null,
  minute       timestamptz not null,
  account_id   bigint not null,
  post_id      bigint not null,
  place_code   text collate "C" not null,
  times        int not null check (times > 0),
  primary key (household_id, minute, account_id, post_id)
);
comment on table access_log is 'Looks at household cards; showing identity numbers in full stands in the audit. Written in bulk every second.';
comment on column access_log.household_id is 'The household.';
comment on column access_log.minute is 'The minute in which somebody looked.';
comment on column access_log.account_id is 'Who looked.';
comment on column access_log.post_id is 'Under which post; 0 for the operator of the machine.';
comment on column access_log.place_code is 'The household''s village at that time.';
comment on column access_log.times is 'How often within the minute.';

alter table access_log enable row level security;
alter table access_log force row level security;
create policy scope on access_log using (in_scope(place_code)) with check (in_scope(place_code));
-- A household that moves takes along who looked at it elsewhere; of one that ended it can still be asked.
create policy moved on access_log for select
  using (exists (select from household h where h.household_id = access_log.household_id));
create policy ended on access_log for select
  using (exists (select from household_end e where e.household_id = access_log.household_id));
