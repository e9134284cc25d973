-- Households end when they are merged into others. The tables of the present hold only those that are there; what is
-- kept here says of the others when and where they went.

create table household_end (
  household_id   bigint primary key,
  place_code     text collate "C" not null,
  number         text collate "C" not null,
  head_name      text not null,
  ended_on       date not null,
  recorded_at    timestamptz not null,
  action_no      int not null,
  into_household bigint not null,
  import_id      bigint
);
create index household_end_by_number on household_end (number, place_code);
create index household_end_by_import on household_end (import_id) where import_id is not null;
comment on table household_end is 'Households that are not there any more, and which household their members went to.';
comment on column household_end.household_id is 'The household that ended.';
comment on column household_end.place_code is 'The village it was in.';
comment on column household_end.number is 'Its household number; not given to another one.';
comment on column household_end.head_name is 'Name of its last head.';
comment on column household_end.ended_on is 'First day on which it was not there.';
comment on column household_end.recorded_at is 'When that was recorded.';
comment on column household_end.action_no is 'The action that ended it.';
comment on column household_end.into_household is 'The household that its members belong to now.';
comment on column household_end.import_id is 'The import that brought it.';

alter table household_end enable row level security;
alter table household_end force row level security;
create policy scope on household_end using (in_scope(place_code)) with check (in_scope(place_code));

-- What was done to it and what it was can still be seen by those who could see it last.
create policy ended on household_state for select
  using (exists (select from household_end e where e.household_id = household_state.household_id));
create policy ended on household_action for select
  using (exists (select from household_end e where e.household_id = household_action.household_id));
