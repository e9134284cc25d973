-- Household cards on paper. Each carries a sealed token as a square code; whoever scans it learns from the seal whether
-- the card is genuine and valid, and nothing of the family.

create table printed_card (
  household_id bigint not null,
  card_no      int not null,
  place_code   text collate "C" not null,
  id_hash      bytea not null,
  version      int not null,
  period       text not null,
  language     text not null,
  issued_at    timestamptz not null,
  account_id   bigint not null,
  post_id      bigint,
  ending       text check (ending in ('superseded', 'revoked')),
  ended_at     timestamptz,
  ended_by     bigint,
  why          text,
  primary key (household_id, card_no),
  check ((ending is null) = (ended_at is null) and (ending is null) = (ended_by is null)),
  check ((ending = 'revoked') = (why is not null))
);
comment on table printed_card is 'Cards of a household on paper, in the order in which they were printed. At most the latest is valid.';
comment on column printed_card.household_id is 'The household.';
comment on column printed_card.card_no is 'Which of its cards, from 1.';
comment on column printed_card.place_code is 'The village at that time.';
comment on column printed_card.id_hash is 'The seal that belongs to it.';
comment on column printed_card.version is 'Version of the household that stands on it.';
comment on column printed_card.period is 'The period that its facts are of.';
comment on column printed_card.language is 'The language it was printed in.';
comment on column printed_card.issued_at is 'When it was printed.';
comment on column printed_card.account_id is 'By whom.';
comment on column printed_card.post_id is 'Under which post; empty for the operator of the machine.';
comment on column printed_card.ending is 'How it ended: superseded by a later card, or revoked. Empty while valid.';
comment on column printed_card.ended_at is 'When it ended.';
comment on column printed_card.ended_by is 'Who ended it.';
comment on column printed_card.why is 'The reason given for revoking it.';

alter table printed_card enable row level security;
alter table printed_card force row level security;
create policy scope on printed_card using (in_scope(place_code)) with check (in_scope(place_code));
create policy moved on printed_card
  using (exists (select from household h where h.household_id = printed_card.household_id))
  with check (exists (select from household h where h.household_id = printed_card.household_id));

-- Read without sign-in, so without scope: nothing in it is of the family but the household's number, which is not shown.
create table card_seal (
  id_hash      bytea primary key,
  household_id bigint not null,
  office       text collate "C" not null,
  issued_on    date not null,
  ending       text check (ending in ('superseded', 'revoked')),
  ended_on     date,
  check ((ending is null) = (ended_on is null))
);
create index card_seal_by_household on card_seal (household_id);
comment on table card_seal is 'What a stranger may know of a printed card, found by the token on it.';
comment on column card_seal.id_hash is 'SHA-256 of the token''s unsigned part: the token itself stands on the paper only.';
comment on column card_seal.household_id is 'The household, for officers in whose reach it lies.';
comment on column card_seal.office is 'Place code of the office that issued it.';
comment on column card_seal.issued_on is 'Day of printing.';
comment on column card_seal.ending is 'As in printed_card.';
comment on column card_seal.ended_on is 'Day on which it ended.';
