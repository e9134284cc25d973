-- Papers that prove a change: a photo of a certificate, a scanned letter. The files lie encrypted in the store; here
-- stands what they are and which action they belong to.

create table household_evidence (
  household_id bigint not null,
  evidence_no  int not null,
  action_no    int not null,
  place_code   text collate "C" not null,
  file_name    text not null,
  kind         text not null,
  bytes        int not null check (bytes > 0),
  sha256       text not null,
  stored_as    text not null,
  added_at     timestamptz not null,
  account_id   bigint not null,
  post_id      bigint,
  primary key (household_id, evidence_no)
);
comment on table household_evidence is 'Papers beside the actions of a household. Only added to.';
comment on column household_evidence.household_id is 'The household.';
comment on column household_evidence.evidence_no is 'Number of the paper in the household, from 1.';
comment on column household_evidence.action_no is 'The action that it proves.';
comment on column household_evidence.place_code is 'The village at that time.';
comment on column household_evidence.file_name is 'The name under which it was sent, made harmless.';
comment on column household_evidence.kind is 'pdf, jpeg or png, by its content.';
comment on column household_evidence.bytes is 'Length of the paper.';
comment on column household_evidence.sha256 is 'Digest of the paper itself; also told to the audit.';
comment on column household_evidence.stored_as is 'Name of the encrypted file in the store: the digest of what lies there.';
comment on column household_evidence.added_at is 'When it was added.';
comment on column household_evidence.account_id is 'By whom.';
comment on column household_evidence.post_id is 'Under which post; empty for the operator of the machine.';

alter table household_evidence enable row level security;
alter table household_evidence force row level security;
create policy scope on household_evidence for select using (in_scope(place_code));
create policy append on household_evidence for insert with check (in_scope(place_code));
create policy moved on household_evidence for select
  using (exists (select from household h where h.household_id = household_evidence.household_id));
create policy ended on household_evidence for select
  using (exists (select from household_end e where e.household_id = household_evidence.household_id));
