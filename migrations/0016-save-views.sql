-- Filters, columns and places of a page, kept under a name.

create table saved_view (
  view_id    bigint primary key,
  account_id bigint not null references account (account_id),
  place_code text collate "C" not null references place (code),
  page       text not null,
  name       text not null,
  query      text not null,
  shared     boolean not null,
  created_at timestamptz not null
);
create index saved_view_by_account on saved_view (account_id, page);
create index saved_view_shared on saved_view (place_code, page) where shared;
comment on table saved_view is 'Addresses of pages that somebody keeps under a name. What was searched for is never among them.';
comment on column saved_view.view_id is 'Number of the view.';
comment on column saved_view.account_id is 'Whose.';
comment on column saved_view.place_code is 'The place of the post it was made under.';
comment on column saved_view.page is 'Path of the page.';
comment on column saved_view.name is 'Name, as the person calls it.';
comment on column saved_view.query is 'Filters and columns as in the address, without the question mark.';
comment on column saved_view.shared is 'Whether posts at that place and below see it too.';
comment on column saved_view.created_at is 'When it was kept.';
