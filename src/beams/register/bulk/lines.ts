import { createHash, hash } from 'node:crypto'
import type { Day } from '../../../kernel/calendar.ts'
import type { PlaceCode } from '../../../kernel/place-code.ts'
import type { Actor } from '../../../platform/audit/write.ts'
import { boundField, codesMeaning, householdForm } from '../../../policy/ask.ts'
import { maskIdentity } from '../../../policy/identity.ts'
import { maskValue, sealSecrets } from '../household/sealed.ts'
import { copyBytes, copyJson, copyText, copyTextOrNull } from '../intake/copy-text.ts'
import type { IntakeParts } from '../intake/prepare-households.ts'
import { type BulkHousehold, type BulkMember, damaged, secretFields } from './read-files.ts'

/** The tables that a load fills, with the columns in the order of their lines. */
export const loadedTables = {
  household:
    'household_id, place_code, number, status, cause, size, head_name, head_key, income, period, registered_on, version, sealed',
  household_facts: 'household_id, period, place_code, facts, action_no',
  member:
    'household_id, person_id, joined_on, place_code, line, name, name_key, initials, relation, sex, born_on, document_tail, document_mask, sealed, action_no',
  member_facts: 'household_id, person_id, period, place_code, facts, action_no',
  identity: 'id_hash, household_id, person_id',
  household_action:
    'household_id, action_no, kind, place_code, effective_on, recorded_at, account_id, post_id, why, detail',
  audit_entry: 'chain, link_no, entry_no, kind, place_code, subject, subject_id, detail, leaf',
} as const

export type LoadedTable = keyof typeof loadedTables

export const tableNames = Object.keys(loadedTables) as LoadedTable[]

/** Lines of some households for COPY, by table. */
export type Lines = Record<LoadedTable, string>

export type BulkIntake = {
  readonly period: string
  readonly why: string
  readonly actor: Actor & { accountId: number }
  readonly today: Day
}

/** Where an audit chain stands while its households are written. */
export type ChainPlace = {
  readonly chain: string
  readonly linkNo: number
  household: number
  person: number
}

export type ChainWriter = {
  /** Writes lines for households of the chain, in order. `placeOf` gives the key of a village. */
  write(households: readonly BulkHousehold[], placeOf: (village: string) => PlaceCode): Lines
  /** What the link over all entries written so far must hold. */
  link(): { entries: number; root: Buffer }
}

/**
 * Writes one audit chain. The digests are those of `action_digest` and `audit_leaf` in the database, computed here
 * because there they cost ten times as much: the text of a JSON array as PostgreSQL prints it. `fourbeams audit verify`
 * computes each again in the database.
 */
export function chainWriter(parts: IntakeParts, intake: BulkIntake, place: ChainPlace): ChainWriter {
  const { pack, vault, keysOf } = parts
  const form = householdForm(pack)
  const document = boundField(form, 'member.document')!.id
  const heads = new Set(codesMeaning(pack.lists.get(boundField(form, 'member.relation')!.list!)!, 'head'))
  const secret = { household: secretFields(pack, 'household'), member: secretFields(pack, 'member') }
  const { period, why, actor, today } = intake
  const at = actor.at.toISOString()
  const days = Date.parse(today) / 86_400_000
  const byWhom = `${days}, ${actor.at.getTime() * 1000}, ${actor.accountId}, ${actor.postId}, ${JSON.stringify(why)}`
  const actionTail = `${today}\t${at}\t${actor.accountId}\t${actor.postId ?? '\\N'}\t${copyText(why)}`
  const root = createHash('sha256')
  let entries = 0

  /** Takes the sensitive values of one owner apart: what is sealed, and what is shown in its place. */
  function secretsOf(of: 'household' | 'member', values: readonly (string | null)[], sealed: Record<string, string>) {
    let shown = ''
    for (let i = 0; i < values.length; i++) {
      const value = values[i]
      if (value === null || value === undefined) continue
      const { id } = secret[of][i]!
      sealed[id] = value
      shown += `,${JSON.stringify(id)}:${JSON.stringify(maskValue(value))}`
    }
    return shown
  }

  const facts = (open: string, shown: string) => `{${copyJson(open === '' ? shown.slice(1) : open + shown)}}`

  function addMember(lines: Lines, member: BulkMember, household: number, code: PlaceCode, line: number): void {
    const person = place.person++
    const number = member.document
    const sealed: Record<string, string> = number === null ? {} : { [document]: number }
    const shown = secretsOf('member', member.secrets, sealed)
    const { key, initials } = keysOf(member.name)
    lines.member += `${household}\t${person}\t${member.joinedOn ?? today}\t${code}\t${line}\t${copyText(member.name)}\t${copyText(key)}\t${copyText(initials)}\t${member.relation}\t${member.sex}\t${member.bornOn}\t${copyTextOrNull(number?.slice(-4) ?? '')}\t${number ? maskIdentity(pack.identity, number) : '\\N'}\t${copyBytes(sealSecrets(vault, sealed))}\t1\n`
    lines.member_facts += `${household}\t${person}\t${period}\t${code}\t${facts(member.facts, shown)}\t1\n`
    if (number) lines.identity += `${copyBytes(vault.blindIndex(number))}\t${household}\t${person}\n`
  }

  function addHousehold(lines: Lines, one: BulkHousehold, code: PlaceCode): void {
    const household = place.household++
    const head = one.members.find((member) => heads.has(member.relation))
    if (!head) throw damaged(`household ${one.number} has no head`)
    const sealed: Record<string, string> = {}
    const shown = secretsOf('household', one.secrets, sealed)
    const size = one.members.length
    lines.household += `${household}\t${code}\t${copyText(one.number)}\t${one.status}\t${one.cause}\t${size}\t${copyText(head.name)}\t${copyText(keysOf(head.name).key)}\t${one.income ?? '\\N'}\t${period}\t${today}\t1\t${copyBytes(sealSecrets(vault, sealed))}\n`
    lines.household_facts += `${household}\t${period}\t${code}\t${facts(one.facts, shown)}\t1\n`
    addMember(lines, head, household, code, 1)
    let line = 2
    for (const member of one.members) if (member !== head) addMember(lines, member, household, code, line++)
    const detail = `{"size": ${size}}`
    lines.household_action += `${household}\t1\tregister\t${code}\t${actionTail}\t${detail}\n`
    const digest = hash('sha256', `[${household}, 1, "register", "${code}", ${byWhom}, ${detail}]`)
    const said = `{"action": 1, "digest": "${digest}"}`
    const leaf = hash(
      'sha256',
      `["${place.chain}", ${place.linkNo}, ${++entries}, "household.register", "${code}", "household", "${household}", ${said}]`,
      'buffer',
    )
    root.update(leaf)
    lines.audit_entry += `${place.chain}\t${place.linkNo}\t${entries}\thousehold.register\t${code}\thousehold\t${household}\t${said}\t${copyBytes(leaf)}\n`
  }

  return {
    write(households, placeOf) {
      const lines = Object.fromEntries(tableNames.map((table) => [table, ''])) as Lines
      for (const household of households) addHousehold(lines, household, placeOf(household.village))
      return lines
    },
    link: () => ({ entries, root: root.copy().digest() }),
  }
}
