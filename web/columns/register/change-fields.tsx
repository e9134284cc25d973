import { NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type PackForm, usePack } from '../../lib/pack.ts'
import { type ChangeDraft, isOpen, openFields, typedOf } from './change-draft.ts'
import { FactInput } from './fact-input.tsx'
import type { Card } from './facts.tsx'
import { useWords } from './words.ts'

type FieldsProps = {
  card: Card
  form: PackForm
  draft: ChangeDraft
  change: (part: Partial<ChangeDraft>) => void
}

/** What has to be said for each kind of change. */
export function ChangeFields(props: FieldsProps) {
  switch (props.draft.kind) {
    case 'remove-member':
      return <Leaves {...props} />
    case 'add-member':
      return <Joins {...props} />
    case 'change-head':
      return <NewHead {...props} />
    case 'correct-facts':
      return <Corrects {...props} />
  }
}

function useChoices(form: PackForm, card: Card) {
  const t = useWords()
  const { codesOf } = usePack()
  const fields = form.sections.flatMap(({ fields }) => fields)
  const bound = (binding: string) => fields.find(({ binds }) => binds === binding)
  const relations = codesOf(bound('member.relation')?.list ?? '')
  const heads = new Set(relations.filter(({ means }) => means === 'head').map(({ code }) => code))
  const asChoices = (codes: { code: string; name: string }[]) => [
    { value: '', label: t('change.choose') },
    ...codes.map(({ code, name }) => ({ value: code, label: name })),
  ]
  const living = card.members.filter(({ leftOn }) => leftOn === null)
  const head = living.find(({ relation }) => heads.has(relation))
  const people = (without?: number) => [
    { value: '', label: t('change.choose') },
    ...living
      .filter(({ person }) => person !== without)
      .map(({ person, name }) => ({ value: String(person), label: name })),
  ]
  return { bound, relations, heads, asChoices, living, head, people }
}

function Leaves({ card, form, draft, change }: FieldsProps) {
  const t = useWords()
  const { pack, say, codesOf } = usePack()
  const { asChoices, people } = useChoices(form, card)
  const list = pack.lists.find(({ id }) => id === 'leaving')
  return (
    <>
      <NativeSelect
        label={t('change.who-leaves')}
        value={draft.person}
        data={people()}
        onChange={(event) => change({ person: event.currentTarget.value })}
      />
      <NativeSelect
        label={say(list?.title)}
        value={draft.reason}
        data={asChoices(codesOf('leaving'))}
        onChange={(event) => change({ reason: event.currentTarget.value })}
      />
    </>
  )
}

function Joins({ card, form, draft, change }: FieldsProps) {
  const t = useWords()
  const { pack, say, codesOf } = usePack()
  const { bound, relations, heads, asChoices } = useChoices(form, card)
  const { newcomer } = draft
  const set = (part: Partial<ChangeDraft['newcomer']>) => change({ newcomer: { ...newcomer, ...part } })
  const sexes = codesOf(bound('member.sex')?.list ?? '')
  return (
    <>
      <TextInput
        label={t('member.name')}
        value={newcomer.name}
        maxLength={100}
        autoComplete="off"
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('member.relation')}
        value={newcomer.relation}
        data={asChoices(relations.filter(({ code }) => !heads.has(code)))}
        onChange={(event) => set({ relation: event.currentTarget.value })}
      />
      <TextInput
        label={say(pack.identity.name)}
        description={t('change.document-help')}
        value={newcomer.document}
        maxLength={40}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => set({ document: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('member.sex')}
        value={newcomer.sex}
        data={asChoices(sexes)}
        onChange={(event) => set({ sex: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t('member.born')}
        value={newcomer.bornOn}
        onChange={(event) => set({ bornOn: event.currentTarget.value })}
      />
      {openFields(form, 'member')
        .filter(({ required }) => required)
        .map((field) => (
          <FactInput
            key={field.id}
            field={field}
            value={draft.newFacts[field.id] ?? typedOf(field, undefined, pack.currency)}
            onChange={(value) => change({ newFacts: { ...draft.newFacts, [field.id]: value } })}
          />
        ))}
    </>
  )
}

function NewHead({ card, form, draft, change }: FieldsProps) {
  const t = useWords()
  const { relations, heads, asChoices, living, head, people } = useChoices(form, card)
  const choose = (person: string) => {
    const headCode = relations.find(({ means }) => means === 'head')?.code ?? ''
    const now = living.map((member) => {
      const was = heads.has(member.relation) ? '' : member.relation
      return [String(member.person), String(member.person) === person ? headCode : was] as const
    })
    change({ person, relations: Object.fromEntries(now) })
  }
  const others = living.filter(({ person }) => String(person) !== draft.person)
  const chosen = living.find(({ person }) => String(person) === draft.person)
  return (
    <>
      <NativeSelect
        label={t('change.new-head')}
        value={draft.person}
        data={people(head?.person)}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {chosen &&
        others.map(({ person, name }) => (
          <NativeSelect
            key={person}
            label={t('change.relation-to', { name, head: chosen.name })}
            value={draft.relations[person] ?? ''}
            data={asChoices(relations.filter(({ code }) => !heads.has(code)))}
            onChange={(event) => change({ relations: { ...draft.relations, [person]: event.currentTarget.value } })}
          />
        ))}
    </>
  )
}

function Corrects({ card, form, draft, change }: FieldsProps) {
  const t = useWords()
  const { pack, say } = usePack()
  const sections = form.sections.filter(({ of, fields }) => of === 'household' && fields.some(isOpen))
  const [at, setAt] = useState(sections[0]?.id ?? '')
  const section = sections.find(({ id }) => id === at)
  return (
    <>
      <NativeSelect
        label={t('change.section', { period: card.period })}
        value={at}
        data={sections.map(({ id, number, title }) => ({ value: id, label: `${number} ${say(title)}` }))}
        onChange={(event) => setAt(event.currentTarget.value)}
      />
      {section?.fields.filter(isOpen).map((field) => (
        <FactInput
          key={field.id}
          field={field}
          value={draft.facts[field.id] ?? typedOf(field, card.facts[field.id], pack.currency)}
          onChange={(value) => change({ facts: { ...draft.facts, [field.id]: value } })}
        />
      ))}
    </>
  )
}
