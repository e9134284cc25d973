import type { WishedChange } from '../../../src/beams/register/change/contract.ts'
import { formatMoney, parseMoney } from '../../../src/kernel/money.ts'
import type { Pack, PackField, PackForm } from '../../lib/pack.ts'
import type { Card } from './facts.tsx'

export const changeKinds = ['remove-member', 'add-member', 'change-head', 'correct-facts'] as const
export type ChangeKind = (typeof changeKinds)[number]

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
  /** Relation to the new head by person. */
  readonly relations: Readonly<Record<string, string>>
  /** Household facts that were touched. */
  readonly facts: TypedFacts
  readonly on: string
  readonly why: string
}

export function emptyDraft(today: string): ChangeDraft {
  return {
    kind: 'remove-member',
    person: '',
    reason: '',
    newcomer: { name: '', relation: '', document: '', sex: '', bornOn: '' },
    newFacts: {},
    relations: {},
    facts: {},
    on: today,
    why: '',
  }
}

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

/** The touched facts that differ from the card. */
export function changedFacts(draft: ChangeDraft, card: Card, form: PackForm, currency: Pack['currency']) {
  const changed = openFields(form, 'household').flatMap((field) => {
    const typed = draft.facts[field.id]
    if (typed === undefined) return []
    const fact = factOf(field, typed, currency)
    const before = factOf(field, typedOf(field, card.facts[field.id], currency), currency)
    return JSON.stringify(fact) === JSON.stringify(before) ? [] : [[field.id, fact] as const]
  })
  return Object.fromEntries(changed)
}

/** The change as the API takes it; nothing while something that every such change needs is missing. */
export function wishOf(
  draft: ChangeDraft,
  card: Card,
  form: PackForm,
  currency: Pack['currency'],
): WishedChange | undefined {
  const person = Number(draft.person)
  switch (draft.kind) {
    case 'remove-member':
      return person && draft.reason ? { kind: 'remove-member', person, reason: draft.reason } : undefined
    case 'add-member': {
      const { name, relation, document, sex, bornOn } = draft.newcomer
      if (!name.trim() || !relation || (!document.trim() && (!sex || !bornOn))) return undefined
      const facts = openFields(form, 'member').flatMap((field) => {
        const fact = factOf(field, draft.newFacts[field.id] ?? '', currency)
        return fact === null ? [] : [[field.id, fact] as const]
      })
      return {
        kind: 'add-member',
        name: name.trim(),
        relation,
        ...(document.trim() && { document: document.trim() }),
        ...(sex && { sex }),
        ...(bornOn && { bornOn }),
        facts: Object.fromEntries(facts),
      }
    }
    case 'change-head': {
      const living = card.members.filter(({ leftOn }) => leftOn === null)
      const relations = living.map((member) => [String(member.person), draft.relations[member.person] ?? ''] as const)
      if (!person || relations.some(([, code]) => code === '')) return undefined
      return { kind: 'change-head', person, relations: Object.fromEntries(relations) }
    }
    case 'correct-facts': {
      const household = changedFacts(draft, card, form, currency)
      if (Object.keys(household).length === 0) return undefined
      return { kind: 'correct-facts', period: card.period, household, members: {} }
    }
  }
}
