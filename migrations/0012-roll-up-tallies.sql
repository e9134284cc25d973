-- Counts of every place above the villages, so that a map of the nation reads some hundred rows and not a million.
-- A row of a province would be waited for by everybody who writes in it: writers add what they change to tally_delta,
-- and somebody folds it in from time to time. What has been folded and what has not together are always exact.

create table place_tally (
  place_code text collate "C" not null references place (code),
  status     text not null,
  cause      text not null,
  households bigint not null,
  persons    bigint not null,
  primary key (place_code, status, cause)
);
comment on table place_tally is 'Households and persons below a place that is no village, as far as folded: tally_delta holds the rest.';
comment on column place_tally.place_code is 'The place.';
comment on column place_tally.status is 'Status code.';
comment on column place_tally.cause is 'Main cause code.';
comment on column place_tally.households is 'Households.';
comment on column place_tally.persons is 'Members.';

create table tally_delta (
  place_code text collate "C" not null references place (code),
  status     text not null,
  cause      text not null,
  written_by xid8 not null,
  households int not null,
  persons    int not null,
  primary key (place_code, status, cause, written_by)
);
comment on table tally_delta is 'What transactions added to village_tally and nobody has folded into place_tally yet.';
comment on column tally_delta.place_code is 'The village.';
comment on column tally_delta.status is 'Status code.';
comment on column tally_delta.cause is 'Main cause code.';
comment on column tally_delta.written_by is 'The transaction: no two wait for each other.';
comment on column tally_delta.households is 'Households more; fewer when negative.';
comment on column tally_delta.persons is 'Members more; fewer when negative.';

insert into place_tally (place_code, status, cause, households, persons)
with recursive up as (
  select v.place_code as village, p.parent as code
  from (select distinct place_code from village_tally) v join place p on p.code = v.place_code
  union all
  select up.village, p.parent from up join place p on p.code = up.code
)
select up.code, v.status, v.cause, sum(v.households), sum(v.persons)
from village_tally v join up on up.village = v.place_code
where up.code is not null group by 1, 2, 3 order by 1, 2, 3;
