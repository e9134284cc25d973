-- Cards of places. A card has some dozens of actions in its life, so its past is replayed from them and no state of
-- before is kept; the tables of facts hold the present one. There are no more cards than places: reference tables.

create table place_card (
  place_code text collate "C" not null references place (code),
  form       text not null,
  period     text,
  version    int not null,
  primary key (place_code, form)
);
comment on table place_card is 'What a form says of a place: how far its card has come.';
comment on column place_card.place_code is 'The place.';
comment on column place_card.form is 'Form id of the pack.';
comment on column place_card.period is 'The latest period facts are recorded for; empty until the first.';
comment on column place_card.version is 'Number of the latest action; rises with each change.';

create table place_facts (
  place_code text collate "C" not null,
  form       text not null,
  period     text not null,
  facts      jsonb not null,
  action_no  int not null,
  primary key (place_code, form, period)
);
comment on table place_facts is 'What a form says of a place in a period.';
comment on column place_facts.place_code is 'The place.';
comment on column place_facts.form is 'Form id of the pack.';
comment on column place_facts.period is 'The period the facts are of.';
comment on column place_facts.facts is 'Field id → value; money in minor units.';
comment on column place_facts.action_no is 'The action that wrote this row.';

create table place_action (
  place_code   text collate "C" not null,
  form         text not null,
  action_no    int not null,
  kind         text not null,
  effective_on date not null,
  recorded_at  timestamptz not null,
  account_id   bigint not null,
  post_id      bigint,
  request_key  uuid not null,
  why          text not null,
  detail       jsonb not null,
  primary key (place_code, form, action_no),
  unique (place_code, form, request_key)
);
comment on table place_action is 'Everything that was ever written on the card of a place, in order. Only added to.';
comment on column place_action.place_code is 'The place.';
comment on column place_action.form is 'Form id of the pack.';
comment on column place_action.action_no is 'Place in the card''s history, from 1.';
comment on column place_action.kind is 'update-facts or correct-facts.';
comment on column place_action.effective_on is 'The day from which it holds.';
comment on column place_action.recorded_at is 'When it was recorded.';
comment on column place_action.account_id is 'Who.';
comment on column place_action.post_id is 'Under which post; empty for the operator of the machine.';
comment on column place_action.request_key is 'Made by the sender, so that sending twice is one change.';
comment on column place_action.why is 'The reason given.';
comment on column place_action.detail is 'What was done, enough to replay it.';

create function place_action_digest(place_code text, form text, action_no int, kind text, effective_on date, recorded_at timestamptz,
                                    account_id bigint, post_id bigint, why text, detail jsonb)
returns text language sql immutable parallel safe as $$
  select encode(sha256(convert_to(jsonb_build_array(place_code, form, action_no, kind, effective_on - date '1970-01-01',
    (extract(epoch from recorded_at) * 1000000)::bigint, account_id, post_id, why, detail)::text, 'UTF8')), 'hex')
$$;
comment on function place_action_digest(text, text, int, text, date, timestamptz, bigint, bigint, text, jsonb) is 'What the audit keeps of an action on a place''s card, so that a changed byte of it is found.';

alter table place_card enable row level security;
alter table place_card force row level security;
create policy scope on place_card using (in_scope(place_code)) with check (in_scope(place_code));
alter table place_facts enable row level security;
alter table place_facts force row level security;
create policy scope on place_facts using (in_scope(place_code)) with check (in_scope(place_code));
alter table place_action enable row level security;
alter table place_action force row level security;
create policy scope on place_action for select using (in_scope(place_code));
create policy append on place_action for insert with check (in_scope(place_code));

-- Who of one level is due is asked for by level and range.
create index place_by_level on place (level, code) where valid_to is null;
