import type { WishedChange } from '../../../src/beams/register/change/contract.ts'
import { formatMoney, parseMoney } from '../../../src/kernel/money.ts'
import type { Pack, PackField, PackForm } from '../../lib/pack.ts'
import type { Card, FactsById } from './facts.tsx'

/** What can be chosen in the dialog, in the order of how often it happens. */
export const changeKinds = [
  'remove-member',
  'add-member',
  'return-member',
  'change-head',
  'correct-facts',
  'correct-member',
  'update-facts',
  'correct-identity',
  'move',
  'split',
  'merge',
] as const
/** Undoing begins in the history, where the change stands. */
export type ChangeKind = (typeof changeKinds)[number] | 'undo'

/** A value as it stands in a field of the screen: text, or the codes that are ticked. */
export type Typed = string | readonly string[]
export type TypedFacts = Readonly<Record<string, Typed>>

/** What somebody has typed of a change so far; it survives a reload of the card. */
export type ChangeDraft = {
  readonly kind: ChangeKind
  readonly person: string
  readonly reason: string
  readonly newcomer: {
    readonly name: string
    readonly relation: string
    readonly document: string
    readonly sex: string
    readonly bornOn: string
  }
  readonly newFacts: TypedFacts
  /** Relation to the head by person: of the household, of a new one, or of the one that another is merged into. */
  readonly relations: Readonly<Record<string, string>>
  /** Household facts that were touched. */
  readonly facts: TypedFacts
  /** Facts of members that were touched, by person. */
  readonly memberFacts: Readonly<Record<string, TypedFacts>>
  readonly period: string
  /** A corrected identity number. */
  readonly document: string
  readonly place: { readonly code: string; readonly name: string } | undefined
  readonly number: string
  /** The household that is merged into this one. */
  readonly other: OtherHousehold | undefined
  /** The action to undo. */
  readonly action: number
  readonly on: string
  readonly why: string
}

export type OtherHousehold = Pick<Card, 'id' | 'version' | 'number' | 'members'>

export function emptyDraft(today: string, period: string): ChangeDraft {
  return {
    kind: 'remove-member',
    person: '',
    reason: '',
    newcomer: { name: '', relation: '', document: '', sex: '', bornOn: '' },
    newFacts: {},
    relations: {},
    facts: {},
    memberFacts: {},
    period: today.slice(0, period.length) > period ? today.slice(0, period.length) : period,
    document: '',
    place: undefined,
    number: '',
    other: undefined,
    action: 0,
    on: today,
    why: '',
  }
}

/** What a change of another kind does not take over. */
export const undecided = { person: '', relations: {}, place: undefined, number: '', other: undefined } as const

/** Fields that a change may set: not what is derived or sealed, nor what the register keeps in columns of its own. */
export function openFields(form: PackForm, of: 'household' | 'member'): PackField[] {
  return form.sections.filter((section) => section.of === of).flatMap(({ fields }) => fields.filter(isOpen))
}

export function isOpen(field: PackField): boolean {
  return !field.derived && !field.sensitive && (!field.binds || field.binds === 'household.income')
}

/** A fact as its field shows it. Money is typed in whole units of the currency, not in minor ones. */
export function typedOf(field: PackField, fact: unknown, currency: Pack['currency']): Typed {
  if (field.kind === 'codes') return Array.isArray(fact) ? fact.map(String) : []
  if (fact === undefined || fact === null) return ''
  if (field.kind === 'money' && typeof fact === 'number') return formatMoney(fact, currency)
  return String(fact)
}

/**
 * The fact that was typed; null for an empty field. A text that is no number goes as it is: the server refuses it in
 * words, which name the field.
 */
export function factOf(
  field: PackField,
  typed: Typed,
  currency: Pack['currency'],
): string | number | boolean | string[] | null {
  if (typeof typed !== 'string') return typed.length > 0 ? [...typed] : null
  const text = typed.trim()
  if (text === '') return null
  if (field.kind === 'boolean') return text === 'true'
  if (field.kind === 'money') {
    const minor = parseMoney(text, currency)
    return minor === undefined ? text : Number(minor)
  }
  if (field.kind === 'integer' || field.kind === 'decimal') return Number.isFinite(Number(text)) ? Number(text) : text
  return text
}

/** The touched facts that differ from those there are. */
function changedFacts(typed: TypedFacts, facts: FactsById, fields: readonly PackField[], currency: Pack['currency']) {
  const changed = fields.flatMap((field) => {
    const now = typed[field.id]
    if (now === undefined) return []
    const fact = factOf(field, now, currency)
    const before = factOf(field, typedOf(field, facts[field.id], currency), currency)
    return JSON.stringify(fact) === JSON.stringify(before) ? [] : [[field.id, fact] as const]
  })
  return Object.fromEntries(changed)
}

/** Facts of something new: what was left empty is left out. */
function freshFacts(typed: TypedFacts, fields: readonly PackField[], currency: Pack['currency']) {
  const facts = fields.flatMap((field) => {
    const fact = factOf(field, typed[field.id] ?? '', currency)
    return fact === null ? [] : [[field.id, fact] as const]
  })
  return Object.fromEntries(facts)
}

/** The change as the API takes it; nothing while something that every such change needs is missing. */
export function wishOf(
  draft: ChangeDraft,
  card: Card,
  form: PackForm,
  currency: Pack['currency'],
): WishedChange | undefined {
  const person = Number(draft.person)
  const household = () => changedFacts(draft.facts, card.facts, openFields(form, 'household'), currency)
  switch (draft.kind) {
    case 'remove-member':
      return person && draft.reason ? { kind: 'remove-member', person, reason: draft.reason } : undefined
    case 'return-member': {
      const relation = draft.relations[person]
      return person && relation ? { kind: 'return-member', person, relation } : undefined
    }
    case 'add-member': {
      const { name, relation, document, sex, bornOn } = draft.newcomer
      if (!name.trim() || !relation || (!document.trim() && (!sex || !bornOn))) return undefined
      return {
        kind: 'add-member',
        name: name.trim(),
        relation,
        ...(document.trim() && { document: document.trim() }),
        ...(sex && { sex }),
        ...(bornOn && { bornOn }),
        facts: freshFacts(draft.newFacts, openFields(form, 'member'), currency),
      }
    }
    case 'change-head': {
      const living = card.members.filter(({ leftOn }) => leftOn === null)
      const relations = allOf(draft, living)
      return person && relations ? { kind: 'change-head', person, relations } : undefined
    }
    case 'correct-facts': {
      const facts = household()
      if (Object.keys(facts).length === 0) return undefined
      return { kind: 'correct-facts', period: card.period, household: facts, members: {} }
    }
    case 'correct-member': {
      const known = card.members.find((one) => one.person === person)?.facts ?? {}
      const facts = changedFacts(draft.memberFacts[person] ?? {}, known, openFields(form, 'member'), currency)
      if (!person || Object.keys(facts).length === 0) return undefined
      return { kind: 'correct-facts', period: card.period, household: {}, members: { [person]: facts } }
    }
    case 'update-facts':
      if (!draft.period) return undefined
      return { kind: 'update-facts', period: draft.period, household: household(), members: {} }
    case 'correct-identity':
      return person && draft.document.trim()
        ? { kind: 'correct-identity', person, document: draft.document.trim() }
        : undefined
    case 'move':
      if (!draft.place) return undefined
      return { kind: 'move', place: draft.place.code, ...(draft.number.trim() && { number: draft.number.trim() }) }
    case 'split': {
      const relations = Object.fromEntries(Object.entries(draft.relations).filter(([, code]) => code !== ''))
      if (!person || !draft.number.trim()) return undefined
      return {
        kind: 'split',
        relations,
        number: draft.number.trim(),
        ...(draft.place && { place: draft.place.code }),
        facts: freshFacts(draft.newFacts, openFields(form, 'household'), currency),
      }
    }
    case 'merge': {
      const coming = draft.other?.members.filter(({ leftOn }) => leftOn === null) ?? []
      const relations = allOf(draft, coming)
      if (!draft.other || !relations) return undefined
      return { kind: 'merge', household: draft.other.id, version: draft.other.version, relations }
    }
    case 'undo':
      return { kind: 'undo', action: draft.action }
  }
}

/** The relation of each of some people; nothing while one is missing. */
function allOf(draft: ChangeDraft, people: readonly { person: number }[]): Record<string, string> | undefined {
  const relations = people.map(({ person }) => [String(person), draft.relations[person] ?? ''] as const)
  return relations.some(([, code]) => code === '') ? undefined : Object.fromEntries(relations)
}
