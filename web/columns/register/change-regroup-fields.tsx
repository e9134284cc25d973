import { Button, Input, NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useId, useState } from 'react'
import { listHouseholds, showHousehold } from '../../../src/beams/register/household/contract.ts'
import { call, useAnswer } from '../../lib/api.ts'
import { usePack } from '../../lib/pack.ts'
import { Note, ProblemNotice } from '../../ui/notices.tsx'
import { type FieldsProps, useChoices } from './change-choices.ts'
import classes from './change-dialog.module.css'
import { SectionFields } from './change-facts-fields.tsx'
import found from './place-finder.module.css'
import { PlaceFinder } from './place-finder.tsx'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

/** The household goes to another village. */
export function Moves(props: FieldsProps) {
  const t = useWords()
  const { card, draft, change } = props
  return (
    <>
      <VillageField {...props} label={t('change.to-village')} />
      <TextInput
        label={t('card.number')}
        description={t('change.number-help', { number: card.number })}
        value={draft.number}
        maxLength={60}
        autoComplete="off"
        onChange={(event) => change({ number: event.currentTarget.value })}
      />
    </>
  )
}

/** Some members become a household of their own. */
export function Splits(props: FieldsProps) {
  const t = useWords()
  const { card, form, draft, change } = props
  const { others: relations, headCode, asChoices, asPeople, living, head } = useChoices(form, card)
  const mayGo = living.filter((member) => member !== head)
  const chosen = mayGo.find(({ person }) => String(person) === draft.person)
  return (
    <>
      {mayGo.length === 0 && <Note>{t('change.split-alone')}</Note>}
      <NativeSelect
        label={t('change.split-head')}
        description={head && t('change.split-stays', { name: head.name })}
        value={draft.person}
        data={asPeople(mayGo)}
        onChange={({ currentTarget: { value } }) =>
          change({ person: value, relations: value ? { [value]: headCode } : {} })
        }
      />
      {chosen &&
        mayGo
          .filter((member) => member !== chosen)
          .map(({ person, name }) => (
            <NativeSelect
              key={person}
              label={t('change.relation-to', { name, head: chosen.name })}
              value={draft.relations[person] ?? ''}
              data={asChoices(relations, t('change.stays'))}
              onChange={(event) => change({ relations: { ...draft.relations, [person]: event.currentTarget.value } })}
            />
          ))}
      <TextInput
        label={t('change.split-number')}
        value={draft.number}
        maxLength={60}
        autoComplete="off"
        onChange={(event) => change({ number: event.currentTarget.value })}
      />
      <VillageField {...props} label={t('change.split-village')} />
      <SectionFields
        form={form}
        of="household"
        label={t('change.split-facts', { period: card.period })}
        facts={{}}
        typed={draft.newFacts}
        onType={(newFacts) => change({ newFacts })}
      />
    </>
  )
}

/** Another household ends, and its members come here. */
export function Merges(props: FieldsProps) {
  const t = useWords()
  const { card, form, draft, change } = props
  const { others: relations, asChoices, head } = useChoices(form, card)
  const [error, setError] = useState<unknown>()
  const choose = async (id: number) => {
    setError(undefined)
    try {
      change({ other: await call(showHousehold, { params: { household: id } }), relations: {} })
    } catch (problem) {
      setError(problem)
    }
  }
  if (!draft.other) {
    return (
      <>
        <HouseholdFinder without={card.id} onChoose={(id) => void choose(id)} />
        {error !== undefined && <ProblemNotice error={error} />}
      </>
    )
  }
  const { members, number } = draft.other
  return (
    <>
      <Chosen
        label={t('change.merge-which')}
        name={`${number} ${members[0]?.name ?? ''}`}
        drop={() => change({ other: undefined, relations: {} })}
      />
      {members
        .filter(({ leftOn }) => leftOn === null)
        .map(({ person, name }) => (
          <NativeSelect
            key={person}
            label={t('change.relation-to', { name, head: head?.name ?? '' })}
            value={draft.relations[person] ?? ''}
            data={asChoices(relations)}
            onChange={(event) => change({ relations: { ...draft.relations, [person]: event.currentTarget.value } })}
          />
        ))}
    </>
  )
}

function HouseholdFinder({ without, onChoose }: { without: number; onChoose: (id: number) => void }) {
  const t = useWords()
  const [typed, setTyped] = useState('')
  const [asked] = useDebouncedValue(typed.trim(), 250)
  const list = useAnswer(
    listHouseholds,
    { query: { text: asked, limit: 8 } },
    { enabled: asked !== '', keepPrevious: true },
  )
  const rows = asked === '' ? [] : (list.data?.households ?? []).filter(({ id }) => id !== without)
  return (
    <div>
      <TextInput
        type="search"
        label={t('change.merge-which')}
        description={t('change.merge-find')}
        value={typed}
        maxLength={60}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {list.error && <ProblemNotice error={list.error} />}
      <ul className={found.found} aria-label={t('change.merge-which')}>
        {rows.map(({ id, number, headName, village }) => (
          <li key={id}>
            <button type="button" className={found.place} onClick={() => onChoose(id)}>
              <span>
                {number} <Theirs>{headName}</Theirs>
              </span>
              <Theirs className={found.path}>{village.name}</Theirs>
            </button>
          </li>
        ))}
      </ul>
      <p role="status" className={found.none}>
        {asked !== '' && list.data && rows.length === 0 && t('change.merge-none')}
      </p>
    </div>
  )
}

/** The village of a household that moves or begins. */
function VillageField({ draft, change, label }: FieldsProps & { label: string }) {
  const { pack } = usePack()
  if (draft.place) {
    return <Chosen label={label} name={draft.place.name} drop={() => change({ place: undefined })} />
  }
  return (
    <Input.Wrapper label={label} labelElement="div">
      <PlaceFinder
        level={pack.levels.length - 1}
        onChoose={(code, name) => change({ place: { code, name: name ?? code } })}
      />
    </Input.Wrapper>
  )
}

function Chosen({ label, name, drop }: { label: string; name: string; drop: () => void }) {
  const t = useWords()
  const id = useId()
  return (
    <div>
      <div id={id} className={classes.label}>
        {label}
      </div>
      <div className={classes.chosen}>
        <Theirs>{name}</Theirs>
        <Button variant="subtle" size="compact-md" aria-describedby={id} onClick={drop}>
          {t('change.other-choice')}
        </Button>
      </div>
    </div>
  )
}
