-- Long work and imports. Jobs stay local to the coordinating node.

create table job (
  job_id      bigint primary key,
  kind        text not null,
  place_code  text collate "C" not null references place (code),
  account_id  bigint not null,
  post_id     bigint,
  input       jsonb not null,
  state       text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  step        text not null default '',
  done        bigint not null default 0,
  total       bigint not null default 0,
  attempts    int not null default 0,
  cancel      boolean not null default false,
  result      jsonb,
  problem     jsonb,
  created_at  timestamptz not null,
  started_at  timestamptz,
  updated_at  timestamptz not null,
  finished_at timestamptz
);
create index job_by_place on job (place_code, job_id);
create index job_open on job (state) where state in ('waiting', 'running');
comment on table job is 'Long work: what, for whom, how far, and how it ended.';
comment on column job.job_id is 'Number of the job.';
comment on column job.kind is 'Which work.';
comment on column job.place_code is 'The place it works on; who sees the job follows from it.';
comment on column job.account_id is 'Who asked for it.';
comment on column job.post_id is 'Under which post; empty for the operator of the machine.';
comment on column job.input is 'What it was asked to do.';
comment on column job.state is 'waiting, running, done, failed or cancelled.';
comment on column job.step is 'Which step it is in, a word that the screens translate.';
comment on column job.done is 'Units of this step done.';
comment on column job.total is 'Units of this step in all; 0 when not known.';
comment on column job.attempts is 'How often it was begun. Given up after three.';
comment on column job.cancel is 'Somebody asked it to stop.';
comment on column job.result is 'What came out.';
comment on column job.problem is 'Why it failed: code and values.';
comment on column job.created_at is 'Asked for at.';
comment on column job.started_at is 'First begun at.';
comment on column job.updated_at is 'Last sign of life.';
comment on column job.finished_at is 'Ended at.';

create table import_run (
  import_id  bigint primary key,
  place_code text collate "C" not null references place (code),
  account_id bigint not null,
  post_id    bigint,
  form       text not null,
  period     text not null,
  why        text not null,
  file_name  text not null,
  file_hash  text not null,
  file_bytes bigint not null,
  layout     jsonb not null,
  cursor     jsonb,
  heads      jsonb not null default '{}',
  mapping    jsonb not null,
  state      text not null check (state in ('mapping', 'checking', 'checked', 'applying', 'done', 'refused', 'cancelled', 'undoing', 'undone')),
  job_id     bigint,
  counts     jsonb not null,
  created_at timestamptz not null,
  applied_at timestamptz
);
create index import_run_by_place on import_run (place_code, import_id);
comment on table import_run is 'One file of households on its way into the register.';
comment on column import_run.import_id is 'Number of the import.';
comment on column import_run.place_code is 'The place of the post that uploads; rows outside are faults.';
comment on column import_run.account_id is 'Who.';
comment on column import_run.post_id is 'Under which post; empty for the operator of the machine.';
comment on column import_run.form is 'Form id of the pack.';
comment on column import_run.period is 'The period the facts are of.';
comment on column import_run.why is 'The reason given, kept in each household''s history.';
comment on column import_run.file_name is 'Name of the file at the sender.';
comment on column import_run.file_hash is 'SHA-256 of the file, its name in the file store.';
comment on column import_run.file_bytes is 'Its size.';
comment on column import_run.layout is 'What was found: kind, encoding, delimiter, sheet, heading row, headings, first rows.';
comment on column import_run.cursor is 'How far it has come into the register: last village and number.';
comment on column import_run.heads is 'Newest audit link of each chain when the household numbers were found free.';
comment on column import_run.mapping is 'Field id for each column, null for a column left out.';
comment on column import_run.state is 'Where it stands.';
comment on column import_run.job_id is 'The job that works on it.';
comment on column import_run.counts is 'read = good + bad + skipped, and what these are made of.';
comment on column import_run.created_at is 'Uploaded at.';
comment on column import_run.applied_at is 'Wholly in the register at.';

create table import_row (
  import_id       bigint not null,
  row_no          int not null,
  place_code      text collate "C",
  number          text collate "C",
  head            boolean not null,
  state           "char" not null,
  masked          boolean not null,
  name            text,
  relation        text,
  sex             text,
  born_on         text,
  joined_on       text,
  member_facts    text not null,
  household_facts text not null,
  faults          text,
  primary key (import_id, row_no)
);
create index import_row_by_household on import_row (import_id, place_code, number, row_no);
create index import_row_faulty on import_row (import_id, row_no) where faults is not null;
comment on table import_row is 'A row of the file between checking and the register. Emptied when the import is closed.';
comment on column import_row.import_id is 'The import.';
comment on column import_row.row_no is 'Row number in the file.';
comment on column import_row.place_code is 'The village, when known.';
comment on column import_row.number is 'Household number as written.';
comment on column import_row.head is 'Whether the row is of the head of household.';
comment on column import_row.state is 'g good, b bad, u unchanged, h held, r registered although it was held.';
comment on column import_row.masked is 'Whether the identity number came masked, as from an export.';
comment on column import_row.name is 'Name of the member.';
comment on column import_row.relation is 'Relation code.';
comment on column import_row.sex is 'Sex code, given or told by the identity number.';
comment on column import_row.born_on is 'Birth date, given or told by the identity number.';
comment on column import_row.joined_on is 'First day in the household, when given.';
comment on column import_row.member_facts is 'JSON of the member''s facts.';
comment on column import_row.household_facts is 'JSON of the household''s facts, as far as the row gives them.';
comment on column import_row.faults is 'JSON list of faults, empty when there are none.';

create table import_identity (
  import_id bigint not null,
  row_no    int not null,
  id_hash   bytea not null,
  primary key (import_id, row_no)
);
create index import_identity_by_hash on import_identity (import_id, id_hash);
comment on table import_identity is 'Blind indexes of the identity numbers of a file.';
comment on column import_identity.import_id is 'The import.';
comment on column import_identity.row_no is 'Row number in the file.';
comment on column import_identity.id_hash is 'Blind index of the identity number.';

create table import_secret (
  import_id bigint not null,
  first_row int not null,
  last_row  int not null,
  sealed    bytea not null,
  primary key (import_id, first_row)
);
comment on table import_secret is 'The sensitive values of a run of rows, encrypted together.';
comment on column import_secret.import_id is 'The import.';
comment on column import_secret.first_row is 'First row number covered.';
comment on column import_secret.last_row is 'Last row number covered.';
comment on column import_secret.sealed is 'The values, encrypted with the key file.';

create table import_held (
  import_id    bigint not null references import_run (import_id),
  place_code   text collate "C" not null,
  number       text collate "C" not null,
  reason       text not null,
  household_id bigint,
  detail       jsonb not null,
  decision     text check (decision in ('discard', 'register')),
  decided_by   bigint,
  decided_at   timestamptz,
  primary key (import_id, place_code, number)
);
comment on table import_held is 'A household of a file that a person must look at before it enters.';
comment on column import_held.import_id is 'The import.';
comment on column import_held.place_code is 'Its village.';
comment on column import_held.number is 'Its number.';
comment on column import_held.reason is 'Why: same-identity, other-content.';
comment on column import_held.household_id is 'The household in the register it clashes with, when there is one.';
comment on column import_held.detail is 'What clashes: rows of the file, fields that differ.';
comment on column import_held.decision is 'discard or register; empty while waiting.';
comment on column import_held.decided_by is 'Who decided.';
comment on column import_held.decided_at is 'When.';
