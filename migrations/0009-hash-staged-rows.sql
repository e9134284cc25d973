-- The blind index of an identity number stands in the staged row itself: what looks at one looks at the other too.
alter table import_row add column id_hash bytea;
comment on column import_row.id_hash is 'Blind index of the identity number, when the row has a whole one.';
update import_row r set id_hash = i.id_hash from import_identity i where i.import_id = r.import_id and i.row_no = r.row_no;
drop table import_identity;

-- The digests call what PostgreSQL counts as stable, so as immutable functions they were called row by row; declared
-- as what they are, they become part of the statement. The digests stay the same.
alter function action_digest(bigint, int, text, text, date, timestamptz, bigint, bigint, text, jsonb) stable;
alter function audit_leaf(text, bigint, int, text, text, text, text, jsonb) stable;
alter function audit_hash(text, bigint, timestamptz, bigint, bigint, uuid, int, bytea, bytea) stable;
