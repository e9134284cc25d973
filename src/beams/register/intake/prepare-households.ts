import { setImmediate as breathe } from 'node:timers/promises'
import { boundField, householdForm } from '../../../policy/ask.ts'
import { derive } from '../../../policy/form/derive.ts'
import type { Facts } from '../../../policy/form/value.ts'
import { maskIdentity } from '../../../policy/identity.ts'
import { maskValue, type Secrets, sealSecrets } from '../household/sealed.ts'
import type { KeysOf } from '../name-keys.ts'
import type { RegisterParts } from '../parts.ts'
import { copyBytes, copyJson, copyText, copyTextOrNull } from './copy-text.ts'
import { MARK } from './marks.ts'
import type { EnteringRecord } from './queries.ts'
import type { RowReader } from './read-rows.ts'
import { joinJson, withoutFacts } from './row-facts.ts'

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
  const householdSecrets = picker(secretFields, 'household')
  const memberSecrets = picker(secretFields, 'member')
  // What stands among a staged household's facts and is none in the register: columns of their own, and marks.
  const marks = secretFields.flatMap((field) => (field.of === 'household' ? [MARK + field.id] : []))
  const notFacts = [status, cause, ...marks]
  const groups = groupByHousehold(rows)
  const firstHousehold = await ids.take('household', groups.length)
  let person = await ids.take('person', rows.length)
  let households = ''
  let members = ''

  function addHousehold(householdId: number, head: EnteringRecord, size: number): void {
    const facts = JSON.parse(head.household_facts!) as Facts
    const own = householdSecrets(secrets.get(head.row_no))
    const kept = withoutFacts(head.household_facts!, facts, notFacts)
    const added: Facts = { ...masked(own), ...derive(form, facts, size) }
    const amount = income === undefined ? undefined : (added[income] ?? facts[income])
    households += `${householdId}\t${head.place_code}\t${copyText(head.number)}\t${facts[status] ?? ''}\t${facts[cause] ?? ''}\t${size}\t${copyText(head.name)}\t${copyText(keysOf(head.name).key)}\t${amount ?? '\\N'}\t${copyBytes(sealSecrets(vault, own))}\t${copyJson(joinJson(kept, JSON.stringify(added)))}\n`
  }

  function addMember(householdId: number, row: EnteringRecord, line: number): void {
    const own = memberSecrets(secrets.get(row.row_no))
    const { [document]: number, ...others } = own
    const { key, initials } = keysOf(row.name)
    const shown = number
      ? `${copyText(number.slice(-4))}\t${copyText(maskIdentity(pack.identity, number))}`
      : '\\N\t\\N'
    members += `${householdId}\t${person++}\t${row.row_no}\t${line}\t${copyText(key)}\t${copyText(initials)}\t${shown}\t${copyBytes(sealSecrets(vault, own))}\tf\t${copyTextOrNull(maskedJson(others))}\n`
  }

  for (const [index, group] of groups.entries()) {
    // The chunk before is on its way to the database through this thread, socket buffer by socket buffer: let it pass.
    if (index % BREATH === 0) await breathe()
    const householdId = firstHousehold + index
    const head = group.find((row) => row.head)!
    addHousehold(householdId, head, group.length)
    let line = 1
    addMember(householdId, head, line++)
    for (const row of group) if (row !== head) addMember(householdId, row, line++)
  }
  return { households, members }
}

function groupByHousehold(rows: readonly EnteringRecord[]): EnteringRecord[][] {
  const groups: EnteringRecord[][] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last && last[0]!.number === row.number && last[0]!.place_code === row.place_code) last.push(row)
    else groups.push([row])
  }
  return groups
}

/** Compiles a function that takes the household's or the member's own from a row's sensitive values. */
function picker(
  fields: RowReader['secretFields'],
  of: 'household' | 'member',
): (values: readonly string[] | undefined) => Secrets {
  const wanted = fields.flatMap((field, at) => (field.of === of ? [{ id: field.id, at }] : []))
  return (values) => {
    const own: Record<string, string> = {}
    for (const { id, at } of wanted) {
      const value = values?.[at]
      if (value) own[id] = value
    }
    return own
  }
}

/** The masked values as JSON; empty when there are none, as with most members. */
function maskedJson(secrets: Secrets): string {
  for (const _ in secrets) return JSON.stringify(masked(secrets))
  return ''
}

/** What stands among the open facts in place of a sensitive value. */
function masked(secrets: Secrets): Record<string, string> {
  const shown: Record<string, string> = {}
  for (const id in secrets) shown[id] = maskValue(secrets[id]!)
  return shown
}
