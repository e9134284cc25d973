import { NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { usePack } from '../../lib/pack.ts'
import { type FieldsProps, useChoices } from './change-choices.ts'
import { isOpen, type TypedFacts, typedOf } from './change-draft.ts'
import { FactInput } from './fact-input.tsx'
import type { FactsById } from './facts.tsx'
import { useWords } from './words.ts'

type SectionFieldsProps = Pick<FieldsProps, 'form'> & {
  of: 'household' | 'member'
  label: string
  /** What is recorded, shown where nothing was typed. */
  facts: FactsById
  typed: TypedFacts
  onType: (typed: TypedFacts) => void
}

/** The facts of one section of the form at a time, as the paper has them. */
export function SectionFields({ form, of, label, facts, typed, onType }: SectionFieldsProps) {
  const { pack, say } = usePack()
  const sections = form.sections.filter((section) => section.of === of && section.fields.some(isOpen))
  const [at, setAt] = useState(sections[0]?.id ?? '')
  const section = sections.find(({ id }) => id === at)
  return (
    <>
      <NativeSelect
        label={label}
        value={at}
        data={sections.map(({ id, number, title }) => ({ value: id, label: `${number} ${say(title)}` }))}
        onChange={(event) => setAt(event.currentTarget.value)}
      />
      {section?.fields.filter(isOpen).map((field) => (
        <FactInput
          key={field.id}
          field={field}
          value={typed[field.id] ?? typedOf(field, facts[field.id], pack.currency)}
          onChange={(value) => onType({ ...typed, [field.id]: value })}
        />
      ))}
    </>
  )
}

/** Facts of the household that were recorded wrongly. */
export function CorrectsFacts({ card, form, draft, change }: FieldsProps) {
  const t = useWords()
  return (
    <SectionFields
      form={form}
      of="household"
      label={t('change.section', { period: card.period })}
      facts={card.facts}
      typed={draft.facts}
      onType={(facts) => change({ facts })}
    />
  )
}

/** Facts of a new period: those of the last one stand in the fields, and what is not touched is carried over. */
export function UpdatesFacts({ card, form, draft, change }: FieldsProps) {
  const t = useWords()
  const { pack } = usePack()
  return (
    <>
      <TextInput
        label={t('change.period')}
        description={t('change.period-help', { period: card.period, example: pack.period })}
        value={draft.period}
        maxLength={7}
        inputMode="numeric"
        autoComplete="off"
        onChange={(event) => change({ period: event.currentTarget.value.trim() })}
      />
      <SectionFields
        form={form}
        of="household"
        label={t('change.section', { period: draft.period })}
        facts={card.facts}
        typed={draft.facts}
        onType={(facts) => change({ facts })}
      />
    </>
  )
}

/** Facts of one member. */
export function CorrectsMember({ card, form, draft, change }: FieldsProps) {
  const t = useWords()
  const { asPeople, living } = useChoices(form, card)
  const member = living.find(({ person }) => String(person) === draft.person)
  return (
    <>
      <NativeSelect
        label={t('change.whose')}
        value={draft.person}
        data={asPeople(living)}
        onChange={(event) => change({ person: event.currentTarget.value })}
      />
      {member && (
        <SectionFields
          key={member.person}
          form={form}
          of="member"
          label={t('change.section', { period: card.period })}
          facts={member.facts}
          typed={draft.memberFacts[member.person] ?? {}}
          onType={(typed) => change({ memberFacts: { ...draft.memberFacts, [member.person]: typed } })}
        />
      )}
    </>
  )
}

/** The identity number of one member. */
export function CorrectsIdentity({ card, form, draft, change }: FieldsProps) {
  const t = useWords()
  const { pack, say } = usePack()
  const { asPeople, living } = useChoices(form, card)
  const member = living.find(({ person }) => String(person) === draft.person)
  return (
    <>
      <NativeSelect
        label={t('change.whose')}
        value={draft.person}
        data={asPeople(living)}
        onChange={(event) => change({ person: event.currentTarget.value, document: '' })}
      />
      <TextInput
        label={say(pack.identity.name)}
        description={t('change.identity-help', { now: member?.document ?? t('card.not-recorded') })}
        value={draft.document}
        maxLength={40}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => change({ document: event.currentTarget.value })}
      />
    </>
  )
}
