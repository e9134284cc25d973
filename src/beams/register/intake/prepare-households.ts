import { setImmediate as breathe } from 'node:timers/promises'
import { boundField, householdForm } from '../../../policy/ask.ts'
import { derive } from '../../../policy/form/derive.ts'
import type { Facts } from '../../../policy/form/value.ts'
import { maskIdentity } from '../../../policy/identity.ts'
import { maskValue, sealSecrets } from '../household/sealed.ts'
import type { KeysOf } from '../name-keys.ts'
import type { RegisterParts } from '../parts.ts'
import { copyBytes, copyText, copyTextOrNull } from './copy-text.ts'
import { MARK } from './marks.ts'
import type { EnteringRecord } from './queries.ts'
import type { RowReader } from './read-rows.ts'

export type IntakeParts = Pick<RegisterParts, 'pack' | 'vault' | 'ids'> & { keysOf: KeysOf }

const BREATH = 8

/** Households, and of their members what the staged rows do not say: ids, keys and sealed values; as text for COPY. */
export type Prepared = { readonly households: string; readonly members: string }

/**
 * Gives staged households ids, derives what is computed, seals what is sensitive. Touches nothing of the register, so
 * one chunk can be prepared while another enters.
 * @param rows all rows of each household, household by household
 */
export async function prepareHouseholds(
  parts: IntakeParts,
  secretFields: RowReader['secretFields'],
  rows: readonly EnteringRecord[],
  secrets: ReadonlyMap<number, readonly string[]>,
): Promise<Prepared> {
  const { pack, vault, ids, keysOf } = parts
  const form = householdForm(pack)
  const status = boundField(form, 'household.status')!.id
  const cause = boundField(form, 'household.cause')!.id
  const income = boundField(form, 'household.income')?.id
  const document = boundField(form, 'member.document')!.id
  const marks = secretFields.flatMap((field) => (field.of === 'household' ? [MARK + field.id] : []))
  const groups = groupByHousehold(rows)
  const firstHousehold = await ids.take('household', groups.length)
  let person = await ids.take('person', rows.length)
  let households = ''
  let members = ''

  for (const [index, group] of groups.entries()) {
    // The chunk before is on its way to the database through this thread, socket buffer by socket buffer: let it pass.
    if (index % BREATH === 0) await breathe()
    const householdId = firstHousehold + index
    const head = group.find((row) => row.head)!
    const ordered = [head, ...group.filter((row) => row !== head)]
    const {
      [status]: statusCode,
      [cause]: causeCode,
      ...facts
    } = JSON.parse(head.household_facts!) as Record<string, Facts[string]>
    for (const mark of marks) delete facts[mark]
    const sealedFacts = ownSecrets(secretFields, secrets.get(head.row_no), 'household')
    const kept = { ...facts, ...masked(sealedFacts), ...derive(form, facts, group.length) }
    const { key: headKey } = keysOf(head.name)
    households += `${householdId}\t${head.place_code}\t${copyText(head.number)}\t${statusCode ?? ''}\t${causeCode ?? ''}\t${group.length}\t${copyText(head.name)}\t${copyText(headKey)}\t${income !== undefined && income in kept ? kept[income] : '\\N'}\t${copyBytes(sealSecrets(vault, sealedFacts))}\t${copyText(JSON.stringify(kept))}\n`
    for (const [line, row] of ordered.entries()) {
      const own = ownSecrets(secretFields, secrets.get(row.row_no), 'member')
      const number = own[document]
      const { [document]: _, ...others } = own
      const { key, initials } = keysOf(row.name)
      members += `${householdId}\t${person++}\t${row.row_no}\t${line + 1}\t${copyText(key)}\t${copyText(initials)}\t${copyTextOrNull(number?.slice(-4) ?? '')}\t${number ? copyText(maskIdentity(pack.identity, number)) : '\\N'}\t${copyBytes(sealSecrets(vault, own))}\tf\t${maskedJson(others)}\n`
    }
  }
  return { households, members }
}

function groupByHousehold(rows: readonly EnteringRecord[]): EnteringRecord[][] {
  const groups: EnteringRecord[][] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last && last[0]!.place_code === row.place_code && last[0]!.number === row.number) last.push(row)
    else groups.push([row])
  }
  return groups
}

function ownSecrets(
  fields: RowReader['secretFields'],
  values: readonly string[] | undefined,
  of: 'household' | 'member',
): Record<string, string> {
  const own: Record<string, string> = {}
  fields.forEach((field, index) => {
    const value = values?.[index]
    if (field.of === of && value) own[field.id] = value
  })
  return own
}

/** The masked values as COPY takes them; nothing when there are none, as with most members. */
function maskedJson(secrets: Readonly<Record<string, string>>): string {
  for (const _ in secrets) return copyText(JSON.stringify(masked(secrets)))
  return '\\N'
}

/** What stands among the open facts in place of a sensitive value. */
function masked(secrets: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([id, value]) => [id, maskValue(value)]))
}
