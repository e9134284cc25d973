-- A second factor beside the password: one-time passwords by time (RFC 6238), and codes for the day the phone is lost.

create table second_factor (
  account_id   bigint primary key references account (account_id),
  secret       bytea not null,
  begun_at     timestamptz not null,
  confirmed_at timestamptz,
  last_step    bigint not null default 0,
  recovery     bytea[] not null default '{}'
);
comment on table second_factor is 'What somebody proves beside the password at sign-in. Counts only once it is confirmed.';
comment on column second_factor.account_id is 'Whose it is.';
comment on column second_factor.secret is 'The secret shared with the person''s device, sealed with the data key.';
comment on column second_factor.begun_at is 'When the secret was made and shown.';
comment on column second_factor.confirmed_at is 'When the device first proved it; empty until then.';
comment on column second_factor.last_step is 'Time step of the last code taken: no code is taken twice.';
comment on column second_factor.recovery is 'SHA-256 of each recovery code not yet used.';
