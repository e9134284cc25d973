import { sql, type Tx } from '../../../platform/db/database.ts'
import { type Question, questionsOf } from '../../../policy/form/compare.ts'
import { openFields } from '../../../policy/form/patch.ts'
import type { Fact } from '../../../policy/form/value.ts'
import type { Form } from '../../../policy/pack.ts'
import type { Update } from '../change/record-updates.ts'
import type { ExportHousehold } from '../household/queries.ts'

/** A fact in which a file differs from the register; of nobody when it is the household's own. */
export type Compared = {
  readonly person: number | null
  readonly field: string
  readonly register: Fact | undefined
  readonly file: Fact | undefined
}

export type Patch = Update['patch']

/**
 * What a file says anew of a household, when all that differs are facts that a yearly update may change. Nothing when
 * members, names, sealed values or what the register keeps in columns differ: that is for a person to look at.
 */
export function patchOf(form: Form, compared: readonly Compared[]): Patch | undefined {
  const open = {
    household: new Set(openFields(form, 'household').map(({ id }) => id)),
    member: new Set(openFields(form, 'member').map(({ id }) => id)),
  }
  const household: Record<string, Fact | null> = {}
  const members: Record<string, Record<string, Fact | null>> = {}
  for (const { person, field, file } of compared) {
    if (!open[person === null ? 'household' : 'member'].has(field)) return undefined
    if (person === null) household[field] = file ?? null
    else members[person] = { ...members[person], [field]: file ?? null }
  }
  return { household, members }
}

/** What the form asks about a patch: the members are those of today, both times. */
export function askedOf(form: Form, household: ExportHousehold, patch: Patch): Question[] {
  const after = Object.entries({ ...household.facts, ...patch.household }).filter(([, value]) => value !== null)
  const members = household.size
  return questionsOf(
    form,
    { facts: household.facts, members },
    { facts: Object.fromEntries(after) as ExportHousehold['facts'], members },
  )
}

export type Planned = {
  readonly place_code: string
  readonly number: string
  readonly household_id: number
  readonly version: number
  readonly patch: Patch
  readonly asks: readonly Question[]
}

/** Notes what a file changes of registered households. */
export async function insertUpdates(tx: Tx, importId: number, planned: readonly Planned[]): Promise<void> {
  if (planned.length === 0) return
  await tx.run(sql`
    insert into import_update (import_id, place_code, number, household_id, version, patch, asks)
    select ${importId}, place_code, number, household_id, version, patch, asks
    from jsonb_to_recordset(${JSON.stringify(planned)}::jsonb)
         as r (place_code text, number text, household_id bigint, version int, patch jsonb, asks jsonb)`)
}
