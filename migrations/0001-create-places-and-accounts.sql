-- Places, who works where, and sign-in. The tree's own reference is checked by the importer, in one statement for all
-- rows: row by row it would cost as much as all the rest of loading a nation's villages.
-- Reference tables: small enough to stand on every node of a cluster.

create table place (
  code          text collate "C" primary key,
  parent        text collate "C",
  level         smallint not null,
  name          text collate "C" not null,
  name_key      text collate "C" not null,
  official_code text collate "C" not null,
  valid_from    date not null,
  valid_to      date,
  check ((parent is null) = (level = 0)),
  check (valid_to is null or valid_to > valid_from)
);
create index place_by_parent on place (parent, code);
create index place_by_official_code on place (official_code);
create index place_by_name on place (name, code);
create index place_by_name_key on place (name_key, code);
comment on table place is 'The tree of places. A place and all below it is one range of codes.';
comment on column place.code is 'Key of the place; begins with the code of the place above.';
comment on column place.parent is 'The place above; empty for the root.';
comment on column place.level is 'Depth in the tree: 0 is the whole programme area. The pack names the levels.';
comment on column place.name is 'Name in the language of the country.';
comment on column place.name_key is 'The name as typed on a plain keyboard.';
comment on column place.official_code is 'The code that the country''s statistics office gives.';
comment on column place.valid_from is 'First day on which the place exists under this code.';
comment on column place.valid_to is 'Day from which it no longer does; empty while it does.';

create function upper_bound(code text) returns text language sql immutable parallel safe as $$
  select left(code, -1) || chr(ascii(right(code, 1)) + 1)
$$;
comment on function upper_bound(text) is 'End of the range of codes that begin with this code.';

create function place_path(code text) returns text language sql stable parallel safe as $$
  with recursive up as (
    select p.code, p.parent, p.level, p.name from place p where p.code = $1
    union all
    select p.code, p.parent, p.level, p.name from up join place p on p.code = up.parent
  )
  select string_agg(name, ' / ' order by level) filter (where level > 0) from up
$$;
comment on function place_path(text) is 'Names from the first level down to the place.';

create table place_tag (
  place_code text collate "C" not null references place (code),
  tag        text not null,
  from_on    date not null,
  to_on      date,
  value      text,
  primary key (place_code, tag, from_on),
  check (to_on is null or to_on > from_on)
);
create index place_tag_by_tag on place_tag (tag, place_code);
comment on table place_tag is 'Dated properties of places, such as poor county or border area.';
comment on column place_tag.place_code is 'The place.';
comment on column place_tag.tag is 'Tag id from the pack.';
comment on column place_tag.from_on is 'First day on which the tag holds.';
comment on column place_tag.to_on is 'Day from which it no longer holds.';
comment on column place_tag.value is 'Code from the tag''s list, for tags that carry a value.';

create table id_block (
  name text primary key,
  next bigint not null check (next > 0)
);
comment on table id_block is 'Where the next block of ids of each kind begins. The application takes whole blocks.';
comment on column id_block.name is 'What is numbered: household, person, account …';
comment on column id_block.next is 'First id that nobody has taken.';

create table account (
  account_id    bigint primary key,
  login         text not null unique,
  name          text not null,
  password_hash text not null,
  language      text not null,
  failed_count  int not null default 0,
  locked_until  timestamptz,
  disabled_at   timestamptz,
  created_at    timestamptz not null
);
comment on table account is 'A person who can sign in.';
comment on column account.account_id is 'Number of the account.';
comment on column account.login is 'Name typed at sign-in, lower case.';
comment on column account.name is 'Name shown to others.';
comment on column account.password_hash is 'argon2id hash with its own salt and parameters.';
comment on column account.language is 'Language tag of the screens.';
comment on column account.failed_count is 'Wrong passwords since the last right one.';
comment on column account.locked_until is 'No sign-in before this instant.';
comment on column account.disabled_at is 'Since when the account is closed.';
comment on column account.created_at is 'When the account was made.';

create table post (
  post_id    bigint primary key,
  account_id bigint not null references account (account_id),
  role       text not null,
  place_code text collate "C" not null references place (code),
  from_on    date not null,
  to_on      date,
  check (to_on is null or to_on > from_on)
);
create index post_by_account on post (account_id);
create index post_by_place on post (place_code);
comment on table post is 'An account holds a role at a place for a time. What somebody may do follows from the post acted under.';
comment on column post.post_id is 'Number of the post.';
comment on column post.account_id is 'Who holds it.';
comment on column post.role is 'Role id from the pack.';
comment on column post.place_code is 'Where; the post reaches this place and everything below.';
comment on column post.from_on is 'First day in post.';
comment on column post.to_on is 'Day from which no longer in post.';

create table session (
  token_hash bytea primary key,
  account_id bigint not null references account (account_id),
  post_id    bigint not null references post (post_id),
  created_at timestamptz not null,
  seen_at    timestamptz not null,
  expires_at timestamptz not null,
  agent      text not null
);
create index session_by_account on session (account_id);
comment on table session is 'Who is signed in. Only the hash of the token is kept.';
comment on column session.token_hash is 'SHA-256 of the token in the cookie.';
comment on column session.account_id is 'Whose session.';
comment on column session.post_id is 'The post acted under.';
comment on column session.created_at is 'Signed in at.';
comment on column session.seen_at is 'Last request, to the minute.';
comment on column session.expires_at is 'End of the session.';
comment on column session.agent is 'Browser name as sent, for the session list.';

create table setting (
  name  text primary key,
  value jsonb not null
);
comment on table setting is 'Facts about this installation.';
comment on column setting.name is 'Which fact.';
comment on column setting.value is 'Its value.';
