-- A link of the audit in one call. Every change of a first-level place waits for the head of its chain, so the head must
-- not stay locked while a program and the database talk to each other.

create function audit_lock(of_chain text, out head_no bigint, out head_hash bytea) language plpgsql as $$
begin
  select h.link_no, h.hash into head_no, head_hash from audit_head h where h.chain = of_chain for update;
  if not found then
    insert into audit_head (chain, link_no, hash) values (of_chain, 0, decode(repeat('00', 32), 'hex')) on conflict do nothing;
    select h.link_no, h.hash into head_no, head_hash from audit_head h where h.chain = of_chain for update;
  end if;
end $$;
comment on function audit_lock(text) is 'The newest link of a chain, which nobody else can add to until the transaction ends.';

create function audit_seal(of_chain text, new_no bigint, new_at timestamptz, new_account bigint, new_post bigint, new_request uuid,
                           new_entries int, new_root bytea, head_hash bytea)
returns void language plpgsql as $$
declare
  new_hash bytea := audit_hash(of_chain, new_no, new_at, new_account, new_post, new_request, new_entries, new_root, head_hash);
begin
  insert into audit_link (chain, link_no, at, account_id, post_id, request_id, entries, root, previous, hash)
  values (of_chain, new_no, new_at, new_account, new_post, new_request, new_entries, new_root, head_hash, new_hash);
  update audit_head set link_no = new_no, hash = new_hash where chain = of_chain;
end $$;
comment on function audit_seal(text, bigint, timestamptz, bigint, bigint, uuid, int, bytea, bytea) is
  'Adds the link over entries that were written, and makes it the head of its chain.';

create function audit_append(of_chain text, new_at timestamptz, new_account bigint, new_post bigint, new_request uuid, new_entries jsonb,
                             proofs jsonb)
returns void language plpgsql as $$
declare
  head record;
  written record;
begin
  if jsonb_path_exists(proofs, '$[*] ? (@.type() != "object")') then
    raise exception 'a proof is missing';
  end if;
  select * into head from audit_lock(of_chain);
  with added as (
    insert into audit_entry (chain, link_no, entry_no, kind, place_code, subject, subject_id, detail, leaf)
    select of_chain, head.head_no + 1, n, kind, place_code, subject, subject_id, whole,
           audit_leaf(of_chain, head.head_no + 1, n::int, kind, place_code, subject, subject_id, whole)
    from rows from (jsonb_to_recordset(new_entries) as (kind text, place_code text, subject text, subject_id text, detail jsonb))
         with ordinality as e (kind, place_code, subject, subject_id, detail, n),
         lateral (select detail || coalesce(proofs -> (n - 1)::int, '{}')) w (whole)
    returning entry_no, leaf
  )
  select count(*)::int as entries, sha256(string_agg(leaf, ''::bytea order by entry_no)) as root into written from added;
  perform audit_seal(of_chain, head.head_no + 1, new_at, new_account, new_post, new_request, written.entries, written.root, head.head_hash);
end $$;
comment on function audit_append(text, timestamptz, bigint, bigint, uuid, jsonb, jsonb) is
  'Adds one link with some entries, and to the detail of each what the proof at its place says. To be called last in a transaction: the head of the chain stays locked until it ends.';
