import { NativeSelect, TextInput } from '@mantine/core'
import { usePack } from '../../lib/pack.ts'
import { type FieldsProps, useChoices } from './change-choices.ts'
import { type ChangeDraft, openFields, typedOf } from './change-draft.ts'
import { CorrectsFacts, CorrectsIdentity, CorrectsMember, UpdatesFacts } from './change-facts-fields.tsx'
import { Merges, Moves, Splits } from './change-regroup-fields.tsx'
import { FactInput } from './fact-input.tsx'
import { useWords } from './words.ts'

/** What has to be said for each kind of change. */
export function ChangeFields(props: FieldsProps) {
  switch (props.draft.kind) {
    case 'remove-member':
      return <Leaves {...props} />
    case 'add-member':
      return <Joins {...props} />
    case 'return-member':
      return <ComesBack {...props} />
    case 'change-head':
      return <NewHead {...props} />
    case 'correct-facts':
      return <CorrectsFacts {...props} />
    case 'correct-member':
      return <CorrectsMember {...props} />
    case 'update-facts':
      return <UpdatesFacts {...props} />
    case 'correct-identity':
      return <CorrectsIdentity {...props} />
    case 'move':
      return <Moves {...props} />
    case 'split':
      return <Splits {...props} />
    case 'merge':
      return <Merges {...props} />
    case 'undo':
      return null
  }
}

function Leaves({ card, form, draft, change }: FieldsProps) {
  const t = useWords()
  const { pack, say, codesOf } = usePack()
  const { asChoices, asPeople, living } = useChoices(form, card)
  const list = pack.lists.find(({ id }) => id === 'leaving')
  return (
    <>
      <NativeSelect
        label={t('change.who-leaves')}
        value={draft.person}
        data={asPeople(living)}
        onChange={(event) => change({ person: event.currentTarget.value })}
      />
      <NativeSelect
        label={say(list?.title)}
        value={draft.reason}
        data={asChoices(codesOf('leaving').filter(({ means }) => means !== 'split'))}
        onChange={(event) => change({ reason: event.currentTarget.value })}
      />
    </>
  )
}

function ComesBack({ card, form, draft, change }: FieldsProps) {
  const t = useWords()
  const { asChoices, asPeople, gone, others } = useChoices(form, card)
  return (
    <>
      <NativeSelect
        label={t('change.who-returns')}
        description={gone.length === 0 ? t('change.nobody-gone') : undefined}
        value={draft.person}
        data={asPeople(gone)}
        onChange={(event) => change({ person: event.currentTarget.value, relations: {} })}
      />
      <NativeSelect
        label={t('member.relation')}
        value={draft.relations[draft.person] ?? ''}
        data={asChoices(others)}
        onChange={(event) => change({ relations: { [draft.person]: event.currentTarget.value } })}
      />
    </>
  )
}

function Joins({ card, form, draft, change }: FieldsProps) {
  const t = useWords()
  const { pack, say, codesOf } = usePack()
  const { bound, others, asChoices } = useChoices(form, card)
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
        data={asChoices(others)}
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
  const { headCode, heads, others: relations, asChoices, living, head, asPeople } = useChoices(form, card)
  const choose = (person: string) => {
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
        data={asPeople(living.filter((member) => member !== head))}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {chosen &&
        others.map(({ person, name }) => (
          <NativeSelect
            key={person}
            label={t('change.relation-to', { name, head: chosen.name })}
            value={draft.relations[person] ?? ''}
            data={asChoices(relations)}
            onChange={(event) => change({ relations: { ...draft.relations, [person]: event.currentTarget.value } })}
          />
        ))}
    </>
  )
}
