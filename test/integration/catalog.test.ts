import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lintCatalog, tableKinds } from '../support/catalog-lint.ts'
import { openTestHouse, type TestHouse } from '../support/house.ts'

let house: TestHouse
let client: pg.Client

beforeAll(async () => {
  house = await openTestHouse({ places: false })
  client = new pg.Client({ connectionString: house.databaseUrl })
  await client.connect()
})

afterAll(async () => {
  await client?.end()
  await house?.close()
})

test('the schema can be spread over nodes by household, is fenced, and is described', async () => {
  expect(await lintCatalog(client)).toEqual([])
})

/** Runs statements, lints, and puts everything back. */
async function lintAfter(statements: string, kinds = tableKinds): Promise<string[]> {
  await client.query('begin')
  try {
    await client.query(statements)
    return await lintCatalog(client, kinds)
  } finally {
    await client.query('rollback')
  }
}

const note = { ...tableKinds, household_note: 'household' } as const

const planted: { name: string; statements: string; kinds?: typeof tableKinds; expected: string[] }[] = [
  {
    name: 'a table nobody listed',
    statements: `create table stray (stray_id bigint primary key);
      comment on table stray is 'x'; comment on column stray.stray_id is 'x'`,
    expected: ['stray: not in the list of tables'],
  },
  {
    name: 'a household-owned table that follows no rule',
    kinds: note,
    statements: `create table household_note (
      note_id serial primary key, household_id int not null, place_code text not null, at timestamp not null,
      job_id bigint references job (job_id), title text unique)`,
    expected: [
      'household_note.at: has no comment',
      'household_note.at: is a time without its zone',
      'household_note.household_id: has no comment',
      'household_note.job_id: has no comment',
      'household_note.note_id: has no comment',
      'household_note.note_id: is numbered by the database',
      'household_note.place_code: a place code must have the collation "C", not default',
      'household_note.place_code: has no comment',
      'household_note.title: has no comment',
      'household_note: has no policy',
      'household_note: household_id is integer, not bigint',
      'household_note: household_id is not first in the primary key',
      'household_note: row-level security is not enabled',
      'household_note: row-level security is not forced',
      'household_note: the foreign key household_note_job_id_fkey goes to job (local)',
      'household_note: the table has no comment',
      'household_note: the unique index household_note_pkey is without household_id',
      'household_note: the unique index household_note_title_key is without household_id',
      'household_note_note_id_seq: is a sequence; numbers are made by the application',
    ],
  },
  {
    name: 'a fence that shows everything when the setting is empty',
    statements: `drop policy scope on member;
      create policy scope on member using (place_code like current_setting('app.lo', true) || '%')`,
    expected: [
      'member: the policy scope has no check',
      'member: the policy scope is not of the form in_scope(place_code)',
    ],
  },
  {
    name: 'a fence that the owner walks around',
    statements: 'alter table household no force row level security',
    expected: ['household: row-level security is not forced'],
  },
  {
    name: 'an audit that can be rewritten',
    statements: 'create policy mend on audit_entry for update using (true)',
    expected: ['audit_entry: the policy mend allows more than to read and to add'],
  },
  {
    name: 'a trigger with a business rule',
    statements: `create function deny() returns trigger language plpgsql as 'begin return null; end';
      create trigger guard before delete on household for each row execute function deny()`,
    expected: ['deny(): the function has no comment', 'household: has the trigger guard'],
  },
  {
    name: 'a local table that points into the spread ones',
    statements: 'alter table import_held add constraint held_of foreign key (household_id) references household',
    expected: ['import_held: the foreign key held_of goes to household (household)'],
  },
]

test.each(planted)('the lint reports $name', async ({ statements, kinds, expected }) => {
  expect(await lintAfter(statements, kinds)).toEqual(expected)
})
