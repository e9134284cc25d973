import type { Day } from '../../../kernel/calendar.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import { boundField, findField } from '../../../policy/ask.ts'
import type { Question } from '../../../policy/form/compare.ts'
import type { Fact } from '../../../policy/form/value.ts'
import { maskIdentity } from '../../../policy/identity.ts'
import type { Form, Pack } from '../../../policy/pack.ts'
import { householdFact, memberFact } from '../household/facts.ts'
import { cardsOf, type ExportHousehold, type ExportMember } from '../household/queries.ts'
import { maskValue, openSecrets, type Secrets } from '../household/sealed.ts'
import type { RegisterParts } from '../parts.ts'
import { isOpenSql } from '../period/queries.ts'
import { hold } from './household-checks.ts'
import { askedOf, type Compared, insertUpdates, type Planned, patchOf } from './plan-updates.ts'
import type { Cursor, StagedRecord } from './queries.ts'
import type { RowReader } from './read-rows.ts'
import { secretsOf } from './secrets.ts'

export type Difference = { field: string; register: string; file: string }

const PAGE = 500

type Key = { place_code: string; number: string; household_id: number; version: number; earlier: boolean }

export type CompareRun = {
  readonly importId: number
  readonly form: Form
  readonly period: string
  readonly today: Day
  readonly mapping: readonly (string | null)[]
  readonly secretFields: RowReader['secretFields']
}

/**
 * Looks at the households of a file that are registered already (same village, same number): those that say the same
 * are marked unchanged, those that differ are held, with what differs. Where the file is of a later period it is a
 * yearly update: what differs is noted, to be entered with the rest.
 */
export async function compareWithRegister(
  tx: Tx,
  parts: Pick<RegisterParts, 'pack' | 'vault'>,
  run: CompareRun,
  progress: (households: number) => Promise<void>,
): Promise<void> {
  let after: Cursor | undefined
  let seen = 0
  for (;;) {
    const keys = await registeredAlready(tx, run, after)
    if (keys.length === 0) return
    const rows = await stagedOf(tx, run.importId, keys)
    const secrets = await secretsOf(
      tx,
      parts.vault,
      run.importId,
      rows.flatMap((one) => one.row_no),
    )
    const cards = await cardsOf(
      tx,
      keys.map((key) => key.household_id),
    )
    const same: Key[] = []
    const other: Held[] = []
    const updates: Key[] = []
    const planned: Planned[] = []
    for (const key of keys) {
      const staged = rows.filter((row) => row.place_code === key.place_code && row.number === key.number)
      const household = cards.households.get(key.household_id)!
      const compared = compareCard(parts, run, staged, secrets, household, cards.members.get(key.household_id) ?? [])
      const rowNos = staged.map((row) => row.row_no)
      const patch = key.earlier ? patchOf(run.form, compared) : undefined
      if (patch) {
        const asks = askedOf(run.form, household, patch)
        planned.push({ ...key, patch, asks })
        if (asks.length === 0) updates.push(key)
        else other.push({ ...key, rows: rowNos, reason: 'asks', differences: asked(asks) })
      } else if (compared.length === 0) same.push(key)
      else
        other.push({
          ...key,
          rows: rowNos,
          reason: 'other-content',
          differences: compared.map((one) => told(run.form, one)),
        })
    }
    await insertUpdates(tx, run.importId, planned)
    await mark(tx, run.importId, { u: same, p: updates }, other)
    seen += keys.length
    await progress(seen)
    const last = keys.at(-1)!
    after = { place: last.place_code, number: last.number }
  }
}

async function registeredAlready(
  tx: Tx,
  { importId, form, period, today }: CompareRun,
  after: Cursor | undefined,
): Promise<Key[]> {
  return tx.all<Key>(sql`
    select r.place_code, r.number, h.household_id, h.version, h.period < ${period} and ${isOpenSql({ form: form.id, period, today }, sql`h.place_code`)} as earlier
    from import_row r join household h on h.number = r.number and h.place_code = r.place_code
    where r.import_id = ${importId} and r.state = 'g' and r.head
      ${after ? sql`and (r.place_code, r.number) > (${after.place}, ${after.number})` : sql``}
    order by r.place_code, r.number limit ${PAGE}`)
}

async function stagedOf(tx: Tx, importId: number, keys: readonly Key[]): Promise<StagedRecord[]> {
  return tx.all<StagedRecord>(sql`
    select r.row_no, r.place_code, r.number, r.head, r.masked, r.name, r.relation, r.sex, r.born_on, r.joined_on, r.member_facts, r.household_facts
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k (place_code text, number text)
    join import_row r on r.import_id = ${importId} and r.place_code = k.place_code and r.number = k.number
    order by r.row_no`)
}

type Held = Key & { rows: number[]; reason: 'other-content' | 'asks'; differences: Difference[] }

async function mark(
  tx: Tx,
  importId: number,
  states: Readonly<Record<string, readonly Key[]>>,
  held: readonly Held[],
): Promise<void> {
  const setState = (state: string, keys: readonly Key[]) =>
    tx.run(sql`
      update import_row r set state = ${state}
      from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k (place_code text, number text)
      where r.import_id = ${importId} and r.place_code = k.place_code and r.number = k.number`)
  for (const [state, keys] of Object.entries(states)) if (keys.length > 0) await setState(state, keys)
  for (const reason of ['other-content', 'asks'] as const) {
    const some = held.filter((one) => one.reason === reason)
    if (some.length === 0) continue
    const list = JSON.stringify(some)
    await tx.run(
      hold(
        importId,
        reason,
        sql`select place_code, number, rows, household_id
            from jsonb_to_recordset(${list}::jsonb) as k (place_code text, number text, rows int[], household_id bigint)`,
      ),
    )
    await tx.run(sql`
      update import_held h set detail = h.detail || jsonb_build_object('differences', k.differences)
      from jsonb_to_recordset(${list}::jsonb) as k (place_code text, number text, differences jsonb)
      where h.import_id = ${importId} and h.place_code = k.place_code and h.number = k.number and h.reason = ${reason}`)
    await setState('h', some)
  }
}

/** A difference as a person reads it; sensitive values are not copied. */
function told(form: Form, { field, register, file }: Compared): Difference {
  return { field, register: shown(form, field, textOf(register)), file: shown(form, field, textOf(file)) }
}

/** Questions as differences: from what, to what. */
function asked(asks: readonly Question[]): Difference[] {
  return asks.map(({ id, field, from, to }) => ({ field: field ?? id, register: String(from), file: String(to) }))
}

/** What a file says of a household differently from the register; only mapped fields are compared. */
function compareCard(
  parts: Pick<RegisterParts, 'pack' | 'vault'>,
  run: { form: Form; mapping: readonly (string | null)[]; secretFields: RowReader['secretFields'] },
  staged: readonly StagedRecord[],
  secrets: ReadonlyMap<number, readonly string[]>,
  household: ExportHousehold,
  members: readonly ExportMember[],
): Compared[] {
  const { pack, vault } = parts
  const differences: Compared[] = []
  const noteOf = (person: number | null) => (field: string, register: Fact | undefined, file: Fact | undefined) => {
    if (textOf(register) !== textOf(file)) differences.push({ person, field, register, file })
  }
  const note = noteOf(null)
  const head = staged.find((row) => row.head)
  const fields = run.mapping.flatMap((id) => (id === null ? [] : (findField(run.form, id) ?? [])))
  const ownFields = new Set(
    run.form.sections
      .filter((section) => section.of === 'household')
      .flatMap((section) => section.fields.map((field) => field.id)),
  )
  const householdSecrets = openSecrets(vault, household.sealed)
  const fileSecrets = (row: StagedRecord | undefined) => namedSecrets(run.secretFields, row && secrets.get(row.row_no))

  const headFacts = head ? (JSON.parse(head.household_facts) as Record<string, Fact>) : {}
  for (const field of fields) {
    if (
      !ownFields.has(field.id) ||
      field.derive ||
      field.binds === 'household.place' ||
      field.binds === 'household.number'
    )
      continue
    if (!field.sensitive) note(field.id, householdFact(field, household, {}, {}), headFacts[field.id])
    else noteSecret(pack, note, field.id, householdSecrets, fileSecrets(head), false)
  }

  const document = boundField(run.form, 'member.document')!.id
  const joined = boundField(run.form, 'member.joined')?.id
  const pairs = pairUp(
    staged,
    members,
    (row) => fileSecrets(row)[document] ?? '',
    (member) => openSecrets(vault, member.sealed)[document] ?? '',
    pack,
  )
  for (const { row, member } of pairs) {
    if (!row || !member) {
      // Of nobody that both know: only a person can tell what happened.
      noteOf(null)(boundField(run.form, 'member.name')!.id, member?.name, row?.name)
      continue
    }
    const note = noteOf(member.person_id)
    const facts = JSON.parse(row.member_facts) as Record<string, Fact>
    const own = openSecrets(vault, member.sealed)
    for (const field of fields) {
      if (ownFields.has(field.id)) continue
      if (field.sensitive) noteSecret(pack, note, field.id, own, fileSecrets(row), field.id === document)
      else if (field.id === joined) {
        // A day that the file leaves open was filled with the day of registration.
        if (row.joined_on !== null || member.joined_on !== household.registered_on)
          note(field.id, member.joined_on, row.joined_on ?? undefined)
      } else note(field.id, memberFact(field, member, {}), boundValue(field.binds, row) ?? facts[field.id])
    }
  }
  return differences
}

function boundValue(binds: string | undefined, row: StagedRecord): string | undefined {
  if (binds === 'member.name') return row.name
  if (binds === 'member.relation') return row.relation
  if (binds === 'member.sex') return row.sex
  if (binds === 'member.birth') return row.born_on
  return undefined
}

/** A masked value in the file is equal to the value that would be masked so. */
function noteSecret(
  pack: Pack,
  note: (field: string, register: Fact | undefined, file: Fact | undefined) => void,
  field: string,
  register: Secrets,
  file: Secrets,
  identity: boolean,
): void {
  const kept = register[field]
  const given = file[field] || undefined
  const mask = (text: string) => (identity ? maskIdentity(pack.identity, text) : maskValue(text))
  if (given?.includes('*') && kept !== undefined && mask(kept) === given) return
  note(field, kept, given)
}

function namedSecrets(fields: RowReader['secretFields'], values: readonly string[] | undefined): Secrets {
  return Object.fromEntries(fields.map((field, index) => [field.id, values?.[index] ?? '']))
}

/** Pairs rows with members by identity number, masked or not, else by name and birth. */
function pairUp(
  rows: readonly StagedRecord[],
  members: readonly ExportMember[],
  rowDocument: (row: StagedRecord) => string,
  memberDocument: (member: ExportMember) => string,
  pack: Pack,
): { row?: StagedRecord; member?: ExportMember }[] {
  const left = new Set(members)
  const pairs: { row?: StagedRecord; member?: ExportMember }[] = []
  for (const row of rows) {
    const given = rowDocument(row)
    const fits = (member: ExportMember) => {
      const kept = memberDocument(member)
      if (
        given &&
        kept &&
        (given === kept || (row.masked && maskIdentity(pack.identity, kept) === given && member.name === row.name))
      )
        return true
      return member.name === row.name && member.born_on === row.born_on
    }
    const member = [...left].find(fits)
    if (member) left.delete(member)
    pairs.push(member ? { row, member } : { row })
  }
  return [...pairs, ...[...left].map((member) => ({ member }))]
}

function textOf(fact: Fact | undefined): string {
  if (fact === undefined) return ''
  return typeof fact === 'object' ? [...fact].sort().join(';') : String(fact)
}

/** Sensitive values are not copied into the list of differences. */
function shown(form: Form, field: string, text: string): string {
  return findField(form, field)?.sensitive ? maskValue(text) : text
}
