-- A period opens for a form at a place and for everything below it. Who fills the form is told by the register itself:
-- whoever's latest facts are of an earlier period is still due.

create table form_period (
  period_id  bigint primary key,
  form       text not null,
  period     text not null,
  place_code text collate "C" not null references place (code),
  opens_on   date not null,
  closes_on  date,
  why        text not null,
  opened_at  timestamptz not null,
  opened_by  bigint not null,
  closed_at  timestamptz,
  closed_by  bigint,
  unique (form, period, place_code),
  check (closes_on is null or closes_on >= opens_on)
);
create index form_period_by_place on form_period (place_code, period_id);
comment on table form_period is 'In which span of days a form is filled for a period. Of several that cover a place, the nearest one holds.';
comment on column form_period.period_id is 'Number of the opening.';
comment on column form_period.form is 'Form id of the pack.';
comment on column form_period.period is 'The period that the facts are of.';
comment on column form_period.place_code is 'Where: this place and everything below.';
comment on column form_period.opens_on is 'First day on which facts are taken.';
comment on column form_period.closes_on is 'Last day; empty for until somebody closes it.';
comment on column form_period.why is 'The reason given when it was last opened or closed.';
comment on column form_period.opened_at is 'When it was opened, or opened again.';
comment on column form_period.opened_by is 'Account that opened it.';
comment on column form_period.closed_at is 'When it was closed; empty while it is not.';
comment on column form_period.closed_by is 'Account that closed it.';

-- Progress and due lists ask of very many households for nothing but these two; with them in the index no row is read.
drop index household_by_place;
create index household_by_place on household (place_code, household_id) include (period, status);
