-- The register. Every table is owned by the household: household_id is application-made and first in each primary
-- key, so the tables can be spread over nodes by it. place_code stands on each of them because it is the fence of
-- row-level security, and a fence that looks elsewhere costs a hundred times more.

create function in_scope(code text) returns boolean language sql stable parallel safe as $$
  select nullif(current_setting('app.lo', true), '') is not null
     and code collate "C" >= current_setting('app.lo', true) collate "C"
     and code collate "C" <  current_setting('app.hi', true) collate "C"
$$;
comment on function in_scope(text) is 'Whether a place code lies in the scope of the transaction. Nothing is in scope when none is set.';

create table household (
  household_id  bigint primary key,
  place_code    text collate "C" not null references place (code),
  number        text collate "C" not null,
  status        text not null,
  cause         text not null,
  size          smallint not null check (size > 0),
  head_name     text not null,
  head_key      text collate "C" not null,
  income        bigint,
  period        text not null,
  registered_on date not null,
  import_id     bigint,
  version       int not null,
  sealed        bytea
);
create index household_by_place on household (place_code, household_id);
create index household_by_number on household (number, place_code);
create index household_by_cause on household (cause, place_code, household_id);
create index household_by_status on household (status, place_code, household_id);
create index household_by_size on household (size, place_code, household_id);
create index household_by_import on household (import_id) where import_id is not null;
comment on table household is 'People who share board and income, the unit of the programme: its present state.';
comment on column household.household_id is 'Number of the household in this register, never reused.';
comment on column household.place_code is 'The village it lives in.';
comment on column household.number is 'The number written on its paper card; unique within the village.';
comment on column household.status is 'Standing on the register, a code of the pack.';
comment on column household.cause is 'Main cause of poverty, a code of the pack.';
comment on column household.size is 'Members today.';
comment on column household.head_name is 'Name of the head of household.';
comment on column household.head_key is 'The head''s name as typed on a plain keyboard.';
comment on column household.income is 'Net income per head in the period, in minor units of the currency.';
comment on column household.period is 'The latest period facts are recorded for.';
comment on column household.registered_on is 'Day of entry into the register.';
comment on column household.import_id is 'The import that brought it.';
comment on column household.version is 'Number of the latest action; rises with each change.';
comment on column household.sealed is 'Sensitive facts (phone, account), encrypted with the key file.';

create table member (
  household_id    bigint not null,
  person_id       bigint not null,
  joined_on       date not null,
  left_on         date,
  place_code      text collate "C" not null,
  line            smallint not null,
  name            text not null collate "C",
  name_key        text collate "C" not null,
  initials        text collate "C" not null,
  relation        text not null,
  sex             text not null,
  born_on         date not null,
  document_tail   text collate "C",
  document_mask   text,
  sealed          bytea,
  disputed        boolean not null default false,
  action_no       int not null,
  primary key (household_id, person_id, joined_on),
  check (left_on is null or left_on >= joined_on)
);
create index member_by_place on member (place_code, name_key);
create index member_by_name on member (name, place_code);
create index member_by_key on member (name_key, place_code);
create index member_by_initials on member (initials, place_code);
create index member_by_tail on member (document_tail, place_code) where document_tail is not null;
comment on table member is 'A person''s time in a household. Somebody who moves has a row in each, with the same person_id.';
comment on column member.household_id is 'The household.';
comment on column member.person_id is 'The person, one number for life.';
comment on column member.joined_on is 'First day in the household.';
comment on column member.left_on is 'Last day; empty while a member.';
comment on column member.place_code is 'The household''s village.';
comment on column member.line is 'Order on the card.';
comment on column member.name is 'Name as on the identity document.';
comment on column member.name_key is 'The whole name as typed on a plain keyboard.';
comment on column member.initials is 'First letters of the key''s syllables.';
comment on column member.relation is 'Relation to the head, a code of the pack.';
comment on column member.sex is 'A code of the pack.';
comment on column member.born_on is 'Date of birth.';
comment on column member.document_tail is 'Last four characters of the identity number, for search.';
comment on column member.document_mask is 'The identity number as shown to those who may not see it.';
comment on column member.sealed is 'Sensitive facts (the identity number), encrypted with the key file.';
comment on column member.disputed is 'Somebody else is registered under the same identity number.';
comment on column member.action_no is 'The household''s action that wrote this row.';

create table household_facts (
  household_id bigint not null,
  period       text not null,
  place_code   text collate "C" not null,
  facts        jsonb not null,
  action_no    int not null,
  primary key (household_id, period)
);
comment on table household_facts is 'What the household form says of a household in a period.';
comment on column household_facts.household_id is 'The household.';
comment on column household_facts.period is 'The period the facts are of.';
comment on column household_facts.place_code is 'The household''s village.';
comment on column household_facts.facts is 'Field id → value; money in minor units as text.';
comment on column household_facts.action_no is 'The household''s action that wrote this row.';

create table member_facts (
  household_id bigint not null,
  person_id    bigint not null,
  period       text not null,
  place_code   text collate "C" not null,
  facts        jsonb not null,
  action_no    int not null,
  primary key (household_id, person_id, period)
);
comment on table member_facts is 'What the household form says of a member in a period.';
comment on column member_facts.household_id is 'The household.';
comment on column member_facts.person_id is 'The person.';
comment on column member_facts.period is 'The period the facts are of.';
comment on column member_facts.place_code is 'The household''s village.';
comment on column member_facts.facts is 'Field id → value.';
comment on column member_facts.action_no is 'The household''s action that wrote this row.';

create table household_action (
  household_id bigint not null,
  action_no    int not null,
  kind         text not null,
  place_code   text collate "C" not null,
  effective_on date not null,
  recorded_at  timestamptz not null,
  account_id   bigint not null,
  post_id      bigint,
  why          text not null,
  detail       jsonb not null,
  primary key (household_id, action_no)
);
comment on table household_action is 'Everything that was ever done to a household, in order. Only added to. Outlives the household''s state.';
comment on column household_action.household_id is 'The household.';
comment on column household_action.action_no is 'Place in its history, from 1.';
comment on column household_action.kind is 'What was done: register, undo-import …';
comment on column household_action.place_code is 'The village at that time.';
comment on column household_action.effective_on is 'From which day it holds.';
comment on column household_action.recorded_at is 'When it was recorded.';
comment on column household_action.account_id is 'By whom.';
comment on column household_action.post_id is 'Under which post; empty for the operator of the machine.';
comment on column household_action.why is 'The reason given.';
comment on column household_action.detail is 'The content of the change.';

create function action_digest(household_id bigint, action_no int, kind text, place_code text, effective_on date, recorded_at timestamptz,
                              account_id bigint, post_id bigint, why text, detail jsonb)
returns text language sql immutable parallel safe as $$
  select encode(sha256(convert_to(jsonb_build_array(household_id, action_no, kind, place_code, effective_on - date '1970-01-01',
    (extract(epoch from recorded_at) * 1000000)::bigint, account_id, post_id, why, detail)::text, 'UTF8')), 'hex')
$$;
comment on function action_digest(bigint, int, text, text, date, timestamptz, bigint, bigint, text, jsonb) is 'What the audit keeps of an action, so that a changed byte of it is found.';

create table identity (
  id_hash      bytea primary key,
  household_id bigint not null,
  person_id    bigint not null
);
create index identity_by_household on identity (household_id);
comment on table identity is 'Which person an identity number belongs to. One person, one number: the key says so.';
comment on column identity.id_hash is 'Blind index: keyed hash of the number; the key lies outside the database.';
comment on column identity.household_id is 'The household the person was registered in.';
comment on column identity.person_id is 'The person.';

create table village_tally (
  place_code text collate "C" not null references place (code),
  status     text not null,
  cause      text not null,
  households int not null,
  persons    int not null,
  primary key (place_code, status, cause)
);
comment on table village_tally is 'Households and persons of a village, kept in the same transaction as the register.';
comment on column village_tally.place_code is 'The village.';
comment on column village_tally.status is 'Status code.';
comment on column village_tally.cause is 'Main cause code.';
comment on column village_tally.households is 'Households.';
comment on column village_tally.persons is 'Members.';

-- The second fence. Forced, because the application owns the tables. Actions and what the audit holds can be read
-- and added, never changed: there is no policy for update or delete.
alter table household enable row level security;
alter table household force row level security;
create policy scope on household using (in_scope(place_code)) with check (in_scope(place_code));
alter table member enable row level security;
alter table member force row level security;
create policy scope on member using (in_scope(place_code)) with check (in_scope(place_code));
alter table household_facts enable row level security;
alter table household_facts force row level security;
create policy scope on household_facts using (in_scope(place_code)) with check (in_scope(place_code));
alter table member_facts enable row level security;
alter table member_facts force row level security;
create policy scope on member_facts using (in_scope(place_code)) with check (in_scope(place_code));
alter table household_action enable row level security;
alter table household_action force row level security;
create policy scope on household_action for select using (in_scope(place_code));
create policy append on household_action for insert with check (in_scope(place_code));
