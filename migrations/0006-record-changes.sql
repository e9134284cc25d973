-- A family's life. The tables of the register hold its present state; whatever state a change replaces is kept whole
-- in household_state, with the days it held on and the time it was believed, so that the past can be asked in both ways.

alter table household add column since_valid date;
alter table household add column since_known timestamptz;
comment on column household.since_valid is 'First day on which the present state holds; empty while nothing has changed since registration.';
comment on column household.since_known is 'When the present state was recorded; empty while nothing has changed since registration.';

alter table member add column left_why text;
comment on column member.left_why is 'Why the member left, a code of the pack; empty while a member.';

create table household_request (
  household_id bigint not null,
  request_key  uuid not null,
  place_code   text collate "C" not null,
  action_no    int not null,
  primary key (household_id, request_key)
);
comment on table household_request is 'Which action a request has led to, so that sending it twice is harmless.';
comment on column household_request.household_id is 'The household.';
comment on column household_request.request_key is 'Made by the sender.';
comment on column household_request.place_code is 'The village at that time.';
comment on column household_request.action_no is 'The action.';

create table household_state (
  household_id bigint not null,
  state_no     int not null,
  place_code   text collate "C" not null,
  action_no    int not null,
  valid_from   date not null,
  valid_to     date,
  known_from   timestamptz not null,
  known_to     timestamptz,
  number        text collate "C" not null,
  status        text not null,
  cause         text not null,
  size          smallint not null,
  head_name     text not null,
  income        bigint,
  period        text not null,
  registered_on date not null,
  state         jsonb not null,
  primary key (household_id, state_no),
  check (valid_to is null or valid_to > valid_from),
  check (known_to is null or known_to >= known_from)
);
create index household_state_by_place on household_state (place_code, household_id);
comment on table household_state is 'States of households that are not the present one: earlier, or no longer believed. No two of a household overlap in both times.';
comment on column household_state.household_id is 'The household.';
comment on column household_state.state_no is 'Order in which they were written, from 1.';
comment on column household_state.place_code is 'The village in that state.';
comment on column household_state.action_no is 'The latest action that the state holds.';
comment on column household_state.valid_from is 'First day on which it held.';
comment on column household_state.valid_to is 'First day on which it did not hold any more; empty when nothing followed.';
comment on column household_state.known_from is 'Since when it was believed.';
comment on column household_state.known_to is 'Until when; empty while it is.';
comment on column household_state.number is 'Household number; this and what follows as in household, so that lists of the past need no more.';
comment on column household_state.status is 'Status code.';
comment on column household_state.cause is 'Main cause code.';
comment on column household_state.size is 'Members.';
comment on column household_state.head_name is 'Name of the head.';
comment on column household_state.income is 'Net income per head, in minor units.';
comment on column household_state.period is 'Latest period with facts.';
comment on column household_state.registered_on is 'Day of entry into the register.';
comment on column household_state.state is 'The household as a document: its columns, facts by period, members. Sensitive values sealed.';

alter table household_request enable row level security;
alter table household_request force row level security;
create policy scope on household_request using (in_scope(place_code)) with check (in_scope(place_code));
alter table household_state enable row level security;
alter table household_state force row level security;
create policy scope on household_state using (in_scope(place_code)) with check (in_scope(place_code));

-- A household that moves takes its history along: whoever sees the household sees what was done to it elsewhere.
create policy moved on household_request
  using (exists (select from household h where h.household_id = household_request.household_id))
  with check (exists (select from household h where h.household_id = household_request.household_id));
create policy moved on household_state
  using (exists (select from household h where h.household_id = household_state.household_id))
  with check (exists (select from household h where h.household_id = household_state.household_id));
create policy moved on household_action for select
  using (exists (select from household h where h.household_id = household_action.household_id));
