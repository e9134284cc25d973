-- Administrators of places run the accounts below them: passwords they hand out are to be changed, grave acts ask for
-- proof again, and a post can be withdrawn on the day it was given.

alter table account add column password_temporary boolean not null default false;
comment on column account.password_temporary is 'Somebody else set the password and knows it: to be changed before anything is done.';
create index account_by_login_start on account (login collate "C");
create index account_by_name_start on account (name collate "C");

alter table session add column proved_at timestamptz;
comment on column session.proved_at is 'When password or second factor were last shown again; empty when only at sign-in.';

alter table post drop constraint post_check;
alter table post add constraint post_days check (to_on is null or to_on >= from_on);
comment on column post.to_on is 'Day from which no longer in post; the first day itself for a post that was withdrawn at once.';

-- The list of users is read in this order.
drop index post_by_place;
create index post_by_place on post (place_code, post_id);
