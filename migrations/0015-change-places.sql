-- Places change: they are renamed, re-coded, merged, split. A place that gets another key ends and another begins; both
-- rows stay, so that the past keeps its tree and an old code is found for ever.

alter table place add column became text collate "C" references place (code);
comment on column place.became is 'The place that took its place when it ended; empty while it exists.';
create index place_by_became on place (became) where became is not null;

create table place_former (
  place_code    text collate "C" not null references place (code),
  until         date not null,
  name          text collate "C" not null,
  name_key      text collate "C" not null,
  official_code text collate "C" not null,
  change_id     bigint not null,
  primary key (place_code, until, change_id)
);
create index place_former_by_name on place_former (name, place_code);
create index place_former_by_name_key on place_former (name_key, place_code);
create index place_former_by_official_code on place_former (official_code, place_code);
comment on table place_former is 'Names and official codes that a place had while it kept its key.';
comment on column place_former.place_code is 'The place.';
comment on column place_former.until is 'First day on which it was called differently.';
comment on column place_former.name is 'Its name until then.';
comment on column place_former.name_key is 'That name as typed on a plain keyboard.';
comment on column place_former.official_code is 'Its official code until then.';
comment on column place_former.change_id is 'The change that ended it.';

create table place_change (
  change_id    bigint primary key,
  kind         text not null,
  place_code   text collate "C" not null references place (code),
  effective_on date not null,
  recorded_at  timestamptz not null,
  account_id   bigint,
  post_id      bigint,
  why          text not null,
  detail       jsonb not null
);
create index place_change_by_place on place_change (place_code, change_id);
comment on table place_change is 'What was done to places: rename, recode, upgrade, merge, split.';
comment on column place_change.change_id is 'Number of the change.';
comment on column place_change.kind is 'What was done.';
comment on column place_change.place_code is 'The place it was done to, under the code it had.';
comment on column place_change.effective_on is 'The day from which it holds.';
comment on column place_change.recorded_at is 'When it was recorded.';
comment on column place_change.account_id is 'Who recorded it; empty for the operator of the machine.';
comment on column place_change.post_id is 'Under which post.';
comment on column place_change.why is 'The decision it follows.';
comment on column place_change.detail is 'What was asked for, and how many places and households it touched.';

create function place_today(code text) returns text language sql stable parallel safe as $$
  with recursive way as (
    select p.code, p.became from place p where p.code = $1
    union all
    select p.code, p.became from way join place p on p.code = way.became
  )
  select way.code from way where way.became is null
$$;
comment on function place_today(text) is 'The place of today that a place of any time has become.';
