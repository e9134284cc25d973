import { type Day, isPeriod } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import { boundField, codesMeaning, householdForm, LEAVING, SPLIT } from '../../../policy/ask.ts'
import { derive } from '../../../policy/form/derive.ts'
import type { Facts } from '../../../policy/form/value.ts'
import { checkIdentity, maskIdentity } from '../../../policy/identity.ts'
import type { Pack } from '../../../policy/pack.ts'
import { openSecrets, sealSecrets } from '../household/sealed.ts'
import type { RegisterParts } from '../parts.ts'
import { type ChangeForm, changeForm } from './change-form.ts'
import type { WishedChange } from './contract.ts'
import type { Change, HouseholdState, Rules } from './state.ts'

/** The rules of change as the pack says them. */
export function rulesOf(pack: Pack): Rules {
  const form = householdForm(pack)
  const relations = pack.lists.get(boundField(form, 'member.relation')!.list!)!
  const leaving = pack.lists.get(LEAVING)!
  const derived = new Set(
    form.sections.flatMap(({ fields }) => fields.flatMap((field) => (field.derive ? [field.id] : []))),
  )
  return {
    heads: new Set(codesMeaning(relations, 'head')),
    died: new Set(codesMeaning(leaving, 'died')),
    split: codesMeaning(leaving, SPLIT)[0]!,
    derive: (facts, size) => {
      const given = Object.fromEntries(Object.entries(facts).filter(([id]) => !derived.has(id))) as Facts
      return { ...given, ...derive(form, given, size) }
    },
  }
}

type Parts = Pick<RegisterParts, 'pack' | 'vault' | 'ids'>

/** A wish made into a change of this household alone, with what has to be claimed for it. */
export type ReadChange = { readonly change: Change; readonly claim?: Claim }

/** An identity number that a person must get. */
export type Claim = { readonly hash: Buffer; readonly person: number }

/** Wishes that concern one household only. */
export type OwnWish = Exclude<WishedChange, { kind: 'split' | 'merge' | 'undo' }>

/** Reads a wish by the form of the pack. Throws a Problem for what the form does not allow. */
export async function readChange(
  parts: Parts,
  wish: OwnWish,
  on: Day,
  now: HouseholdState,
  rules: Rules,
): Promise<ReadChange> {
  const form = changeForm(parts.pack, on)
  demandHere(wish, now, rules)
  switch (wish.kind) {
    case 'add-member':
      return readMember(parts, form, wish, on, now)
    case 'remove-member':
      demandReason(parts.pack, wish.reason)
      return { change: wish }
    case 'return-member':
      form.relation(wish.relation)
      return { change: wish }
    case 'change-head': {
      for (const code of Object.values(wish.relations)) form.relation(code)
      return { change: wish }
    }
    case 'move': {
      const number = form.bound('household.number', wish.number ?? now.number)
      return { change: { kind: 'move', place: wish.place, number } }
    }
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

/** Whoever went with a split belongs to another household, whose card says what is known of him now. */
function demandHere(wish: OwnWish, now: HouseholdState, { split }: Rules): void {
  const named =
    'person' in wish ? [wish.person] : 'members' in wish ? Object.keys(wish.members).map(Number) : ([] as number[])
  for (const member of now.members) {
    if (member.leftWhy === split && named.includes(member.person)) {
      throw new Problem('change.went-on', { name: member.name, day: member.leftOn })
    }
  }
}

async function readMember(
  { pack, vault, ids }: Parts,
  form: ChangeForm,
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

/** A reason that somebody can give. That of a split is the register's own. */
function demandReason(pack: Pack, code: string): void {
  const known = pack.lists.get(LEAVING)!.codes.filter(({ means }) => means !== SPLIT)
  if (known.some((one) => one.code === code)) return
  throw new Problem('change.unknown-reason', { code, known: known.map((one) => one.code).join(', ') })
}

/** What an undoing does to identity numbers: who is gone gives his free, who had another before gets it back. */
export function claimsOfUndo(
  { pack, vault }: Pick<Parts, 'pack' | 'vault'>,
  was: HouseholdState,
  is: HouseholdState,
): { claims: Claim[]; gone: number[] } {
  const field = boundField(householdForm(pack), 'member.document')!.id
  const later = new Map(is.members.map((member) => [member.person, member]))
  const numberOf = (sealed: string | null) => openSecrets(vault, sealed ? Buffer.from(sealed, 'base64') : null)[field]
  const claims: Claim[] = []
  const gone: number[] = []
  for (const member of was.members) {
    const back = later.get(member.person)
    if (back?.sealed === member.sealed) continue
    gone.push(member.person)
    const number = back && !back.disputed ? numberOf(back.sealed) : undefined
    if (number !== undefined) claims.push({ hash: vault.blindIndex(number), person: member.person })
  }
  return { claims, gone }
}
