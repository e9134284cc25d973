import { type Day, isPeriod } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import { boundField, householdForm, LEAVING } from '../../../policy/ask.ts'
import { derive } from '../../../policy/form/derive.ts'
import { factSchema } from '../../../policy/form/schema.ts'
import type { Fact, Facts } from '../../../policy/form/value.ts'
import { checkIdentity, maskIdentity } from '../../../policy/identity.ts'
import type { Field, Pack } from '../../../policy/pack.ts'
import { openSecrets, sealSecrets } from '../household/sealed.ts'
import type { RegisterParts } from '../parts.ts'
import type { WishedChange } from './contract.ts'
import type { Change, FactsPatch, HouseholdState, Rules } from './state.ts'

/** The rules of change as the pack says them. */
export function rulesOf(pack: Pack): Rules {
  const form = householdForm(pack)
  const relations = pack.lists.get(boundField(form, 'member.relation')!.list!)!
  const derived = new Set(
    form.sections.flatMap(({ fields }) => fields.flatMap((field) => (field.derive ? [field.id] : []))),
  )
  return {
    heads: new Set(relations.codes.flatMap((code) => (code.means === 'head' ? [code.code] : []))),
    derive: (facts, size) => {
      const given = Object.fromEntries(Object.entries(facts).filter(([id]) => !derived.has(id))) as Facts
      return { ...given, ...derive(form, given, size) }
    },
  }
}

type Parts = Pick<RegisterParts, 'pack' | 'vault' | 'ids'>

/** A wish made into a change, with what has to be claimed for it. Throws a Problem for what the form does not allow. */
export type ReadChange = { readonly change: Change; readonly claim?: Claim }

/** An identity number that a person must get. */
export type Claim = { readonly hash: Buffer; readonly person: number }

export async function readChange(parts: Parts, wish: WishedChange, on: Day, now: HouseholdState): Promise<ReadChange> {
  const form = changeForm(parts.pack, on)
  switch (wish.kind) {
    case 'add-member':
      return readMember(parts, form, wish, on, now)
    case 'remove-member':
      demandCode(parts.pack, LEAVING, wish.reason)
      return { change: wish }
    case 'change-head': {
      for (const code of Object.values(wish.relations)) form.relation(code)
      return { change: wish }
    }
    case 'move':
      return { change: form.move(wish, now) }
    case 'correct-identity':
      return readIdentity(parts, wish, on, now)
    case 'update-facts':
    case 'correct-facts': {
      if (wish.kind === 'update-facts') demandPeriod(parts.pack, wish.period, on)
      const members = Object.entries(wish.members).map(
        ([person, patch]) => [person, form.patch('member', patch)] as const,
      )
      return {
        change: { ...wish, household: form.patch('household', wish.household), members: Object.fromEntries(members) },
      }
    }
  }
}

async function readMember(
  { pack, vault, ids }: Parts,
  form: ReturnType<typeof changeForm>,
  wish: Extract<WishedChange, { kind: 'add-member' }>,
  on: Day,
  now: HouseholdState,
): Promise<ReadChange> {
  const documentField = boundField(householdForm(pack), 'member.document')!
  const told = wish.document === undefined ? undefined : checkIdentity(pack.identity, wish.document, on)
  if (told && !told.ok) throw new Problem('change.bad-identity')
  if (!told && documentField.required) throw new Problem('change.fact-missing', { field: documentField.id })
  const bornOn = told?.birth ?? wish.bornOn
  const sex = told?.sexCode ?? wish.sex
  if (bornOn === undefined)
    throw new Problem('change.fact-missing', { field: boundField(householdForm(pack), 'member.birth')!.id })
  if (sex === undefined)
    throw new Problem('change.fact-missing', { field: boundField(householdForm(pack), 'member.sex')!.id })
  const person = await ids.next('person')
  const facts = form.whole('member', wish.facts)
  const sealed = told ? sealSecrets(vault, { [documentField.id]: told.normal }) : undefined
  return {
    change: {
      kind: 'add-member',
      member: {
        person,
        line: 0,
        name: form.bound('member.name', wish.name),
        relation: form.relation(wish.relation),
        sex: form.bound('member.sex', sex),
        bornOn: form.bound('member.birth', bornOn),
        joinedOn: on,
        leftOn: null,
        leftWhy: null,
        documentTail: told?.normal.slice(-4) ?? null,
        documentMask: told ? maskIdentity(pack.identity, told.normal) : null,
        sealed: sealed?.toString('base64') ?? null,
        disputed: false,
        facts: { [now.period]: facts },
      },
    },
    ...(told ? { claim: { hash: vault.blindIndex(told.normal), person } } : {}),
  }
}

/** The household form as the gate of a change: only what it knows passes, and only in the form it asks for. */
function changeForm(pack: Pack, today: Day) {
  const form = householdForm(pack)
  const open = (of: 'household' | 'member') =>
    form.sections
      .filter((section) => section.of === of)
      .flatMap((section) => section.fields)
      .filter((field) => !field.derive && !field.sensitive && (!field.binds || field.binds === 'household.income'))
  const check = (field: Field, value: unknown): Fact => {
    const read = factSchema(pack, field, () => today).safeParse(value)
    if (!read.success) throw new Problem('change.bad-fact', { field: field.id })
    return read.data
  }
  const find = (of: 'household' | 'member', id: string): Field => {
    const field = open(of).find((one) => one.id === id)
    if (!field) throw new Problem('change.unknown-fact', { field: id })
    return field
  }
  return {
    /** A value for what the engine itself needs. */
    bound: (binding: 'member.name' | 'member.sex' | 'member.birth', value: string) =>
      check(boundField(form, binding)!, value) as string,
    move(wish: Extract<WishedChange, { kind: 'move' }>, now: HouseholdState): Change {
      const field = boundField(form, 'household.number')!
      return { kind: 'move', place: wish.place, number: check(field, wish.number ?? now.number) as string }
    },
    relation: (code: string) => check(boundField(form, 'member.relation')!, code) as string,
    patch(of: 'household' | 'member', patch: FactsPatch): FactsPatch {
      const read = Object.entries(patch).map(([id, value]) => {
        const field = find(of, id)
        if (value === null && field.required) throw new Problem('change.fact-missing', { field: id })
        return [id, value === null ? null : check(field, value)] as const
      })
      return Object.fromEntries(read)
    },
    /** All facts of somebody new: what is required must be there. */
    whole(of: 'household' | 'member', facts: Readonly<Record<string, unknown>>): Facts {
      for (const field of open(of))
        if (field.required && facts[field.id] === undefined)
          throw new Problem('change.fact-missing', { field: field.id })
      return Object.fromEntries(Object.entries(facts).map(([id, value]) => [id, check(find(of, id), value)]))
    },
  }
}

function readIdentity(
  { pack, vault }: Parts,
  wish: Extract<WishedChange, { kind: 'correct-identity' }>,
  on: Day,
  now: HouseholdState,
): ReadChange {
  const field = boundField(householdForm(pack), 'member.document')!
  const told = checkIdentity(pack.identity, wish.document, on)
  if (!told.ok) throw new Problem('change.bad-identity')
  const member = now.members.find((one) => one.person === wish.person)
  if (!member) throw new Problem('change.no-member', { person: wish.person })
  // The number says when somebody was born; it must be the person of the card.
  if (told.birth !== undefined && told.birth !== member.bornOn) {
    throw new Problem('change.other-birth', { name: member.name, birth: member.bornOn, told: told.birth })
  }
  const kept = openSecrets(vault, member.sealed ? Buffer.from(member.sealed, 'base64') : null)
  if (kept[field.id] === told.normal) throw new Problem('change.nothing')
  const sealed = sealSecrets(vault, { ...kept, [field.id]: told.normal })!
  return {
    change: {
      kind: 'correct-identity',
      person: wish.person,
      documentTail: told.normal.slice(-4),
      documentMask: maskIdentity(pack.identity, told.normal),
      sealed: sealed.toString('base64'),
    },
    claim: { hash: vault.blindIndex(told.normal), person: wish.person },
  }
}

/** A period that has begun, of the kind that the pack counts in. */
function demandPeriod(pack: Pack, period: string, on: Day): void {
  if (!isPeriod(period) || period.length !== pack.period.length || period > on) {
    throw new Problem('change.bad-period', { period })
  }
}

function demandCode(pack: Pack, list: string, code: string): void {
  const known = (pack.lists.get(list)?.codes ?? []).map((one) => one.code)
  if (!known.includes(code)) throw new Problem('change.unknown-reason', { code, known: known.join(', ') })
}
