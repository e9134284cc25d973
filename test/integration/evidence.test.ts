import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import { sql } from '../../src/platform/db/database.ts'
import { openTestHouse, type Person, type TestHouse } from '../support/house.ts'
import { codesOf, csv, households, importAs } from '../support/households.ts'

let house: TestHouse
let officer: Person
let id: number

const PDF = Buffer.concat([
  Buffer.from('%PDF-1.7\n'),
  Buffer.from('a certificate of Persona Familiara'),
  Buffer.alloc(5_000, 7),
])
const PNG = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.alloc(100, 1)])

beforeAll(async () => {
  house = await openTestHouse()
  const hamlet = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.first<{ parent: string; official: string }>(
      sql`select parent, official_code as official from place where level = 3 order by code limit 1`,
    ),
  )
  officer = await house.person('warden', hamlet!.parent)
  await importAs(house, officer, csv(households(hamlet!.official, 1, 1, codesOf(house), 3)))
  id = (await officer.get('/api/households')).body.households[0].id
})

afterAll(() => house?.close())

const add = (content: Buffer, name = 'certificate.pdf', action = 1) =>
  officer.upload(`/api/households/${id}/changes/${action}/evidence`, name, content)
const papers = async () => (await officer.get(`/api/households/${id}/history`)).body.actions.at(-1).evidence
const stored = async () => {
  const files = await readdir(join(house.settings.home, 'files'), { recursive: true, withFileTypes: true })
  return files.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
}

test('a paper is kept encrypted beside its change, listed, and opened as it was sent; the audit knows both', async () => {
  const before = await stored()
  const added = await add(PDF, '../../etc/<证明>.pdf')
  expect(added.body).toEqual({ no: 1, fileName: '证明.pdf', kind: 'pdf', bytes: PDF.length })
  expect(await papers()).toEqual([added.body])
  const fresh = (await stored()).filter((path) => !before.includes(path))
  expect(fresh).toHaveLength(1)
  expect((await readFile(fresh[0]!)).includes('certificate of')).toBe(false)
  const opened = await officer.get(`/api/households/${id}/evidence/1`)
  expect([opened.status, opened.headers['content-type']]).toEqual([200, 'application/pdf'])
  expect(opened.raw.equals(PDF)).toBe(true)
  const entries = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.all<{ kind: string }>(sql`select kind from audit_entry where kind like '%evidence' order by link_no`),
  )
  expect(entries.map(({ kind }) => kind)).toEqual(['household.add-evidence', 'household.open-evidence'])
})

test('the same paper twice is one; what is no paper, too large or for no change is refused and leaves no file', async () => {
  const before = await stored()
  expect((await add(PDF)).body.no).toBe(1)
  expect((await add(Buffer.from('MZ not a paper'), 'evil.pdf')).body.code).toBe('evidence.kind')
  expect((await add(Buffer.alloc(0))).body.code).toBe('evidence.kind')
  expect((await add(Buffer.concat([PDF, Buffer.alloc(10 * 1024 * 1024)]))).body.code).toBe('request.too-large')
  expect((await add(PNG, 'x.png', 9)).status).toBe(404)
  const elsewhere = await house.person('clerk', (await elsewhereThan(officer)).code)
  expect((await elsewhere.upload(`/api/households/${id}/changes/1/evidence`, 'x.png', PNG)).status).toBe(404)
  expect((await elsewhere.get(`/api/households/${id}/evidence/1`)).status).toBe(404)
  expect(await stored()).toEqual(before)
  expect(await papers()).toHaveLength(1)
})

test('ten papers are enough for one change', async () => {
  for (let at = 0; at < 9; at++) expect((await add(Buffer.concat([PNG, Buffer.of(at)]), 'x.png')).status).toBe(200)
  expect((await add(Buffer.concat([PNG, Buffer.of(99)]), 'x.png')).body.code).toBe('evidence.too-many')
})

test('a changed byte of a kept paper is found, not shown', async () => {
  const row = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.first<{ stored_as: string }>(sql`select stored_as from household_evidence where evidence_no = 1`),
  )
  const path = (await stored()).find((one) => one.replaceAll('/', '').endsWith(row!.stored_as))!
  const bytes = await readFile(path)
  bytes[40] = bytes[40]! ^ 1
  await writeFile(path, bytes)
  expect((await officer.get(`/api/households/${id}/evidence/1`)).body.code).toBe('vault.damaged')
})

async function elsewhereThan(person: Person): Promise<{ code: string }> {
  const mine = (await person.get('/api/session')).body.post.place.code
  const found = await house.db.transaction(subtree(ROOT), (tx) =>
    tx.first<{ code: string }>(sql`select code from place where level = 3 and parent <> ${mine} order by code limit 1`),
  )
  return found!
}
