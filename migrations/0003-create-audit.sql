-- The audit: one chain for each place of the first level below the root. A link is one transaction; it carries the
-- digest over its entries, so a bulk of a million entries costs one link.

create table audit_head (
  chain   text collate "C" primary key,
  link_no bigint not null,
  hash    bytea not null
);
comment on table audit_head is 'The newest link of each chain; locked while a link is added.';
comment on column audit_head.chain is 'Code of the first-level place, or of the root.';
comment on column audit_head.link_no is 'Number of the newest link.';
comment on column audit_head.hash is 'Its hash.';

create table audit_link (
  chain      text collate "C" not null,
  link_no    bigint not null,
  at         timestamptz not null,
  account_id bigint,
  post_id    bigint,
  request_id uuid not null,
  entries    int not null,
  root       bytea not null,
  previous   bytea not null,
  hash       bytea not null,
  primary key (chain, link_no)
);
comment on table audit_link is 'One transaction that wrote something worth an audit in one chain.';
comment on column audit_link.chain is 'The chain.';
comment on column audit_link.link_no is 'Place in the chain, from 1, without gaps.';
comment on column audit_link.at is 'Time of the transaction.';
comment on column audit_link.account_id is 'Who; empty for somebody not signed in.';
comment on column audit_link.post_id is 'Under which post; empty for the operator of the machine.';
comment on column audit_link.request_id is 'The request, as in the log.';
comment on column audit_link.entries is 'How many entries it has.';
comment on column audit_link.root is 'SHA-256 over the leaves of its entries, in order.';
comment on column audit_link.previous is 'Hash of the link before.';
comment on column audit_link.hash is 'SHA-256 over all the other columns.';

create table audit_entry (
  chain      text collate "C" not null,
  link_no    bigint not null,
  entry_no   int not null,
  kind       text not null,
  place_code text collate "C" not null,
  subject    text not null,
  subject_id text not null,
  detail     jsonb not null,
  leaf       bytea not null,
  primary key (chain, link_no, entry_no)
);
-- Entries of mass registration are found through the household's actions; what people look for here is all the rest.
create index audit_entry_by_subject on audit_entry (subject, subject_id) where kind <> 'household.register';
comment on table audit_entry is 'What was done or seen. Holds no personal data: numbers of things, not their content.';
comment on column audit_entry.chain is 'The chain.';
comment on column audit_entry.link_no is 'The link.';
comment on column audit_entry.entry_no is 'Place in the link, from 1.';
comment on column audit_entry.kind is 'What happened: household.register, identity.reveal, session.open …';
comment on column audit_entry.place_code is 'Where the thing is.';
comment on column audit_entry.subject is 'Kind of thing: household, import, account, session, place.';
comment on column audit_entry.subject_id is 'Its number.';
comment on column audit_entry.detail is 'What else must be provable, such as the digest of an action.';
comment on column audit_entry.leaf is 'SHA-256 over the other columns.';

-- The digests are written down once, here: the writer, the verifier and an auditor's own program must agree. The
-- input is the text form of a JSON array, because there no value can run over into the next.
create function audit_leaf(chain text, link_no bigint, entry_no int, kind text, place_code text, subject text, subject_id text, detail jsonb)
returns bytea language sql immutable parallel safe as $$
  select sha256(convert_to(jsonb_build_array(chain, link_no, entry_no, kind, place_code, subject, subject_id, detail)::text, 'UTF8'))
$$;
comment on function audit_leaf(text, bigint, int, text, text, text, text, jsonb) is 'Digest of one entry.';

create function audit_hash(chain text, link_no bigint, at timestamptz, account_id bigint, post_id bigint, request_id uuid, entries int, root bytea, previous bytea)
returns bytea language sql immutable parallel safe as $$
  select sha256(convert_to(jsonb_build_array(chain, link_no, (extract(epoch from at) * 1000000)::bigint, account_id, post_id, request_id,
                                             entries, encode(root, 'hex'), encode(previous, 'hex'))::text, 'UTF8'))
$$;
comment on function audit_hash(text, bigint, timestamptz, bigint, bigint, uuid, int, bytea, bytea) is 'Digest of one link. Time counts in microseconds since 1970.';

alter table audit_link enable row level security;
alter table audit_link force row level security;
create policy read on audit_link for select using (true);
create policy append on audit_link for insert with check (true);
alter table audit_entry enable row level security;
alter table audit_entry force row level security;
create policy read on audit_entry for select using (true);
create policy append on audit_entry for insert with check (true);
