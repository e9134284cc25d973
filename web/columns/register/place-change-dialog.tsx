import { Button, Checkbox, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { showPlace } from '../../../src/beams/register/place/contract.ts'
import { changePlace } from '../../../src/beams/register/place-change/contract.ts'
import { type AnswerOf, call, useAnswer } from '../../lib/api.ts'
import { localDay } from '../../lib/local-day.ts'
import { shortestReason } from '../../lib/reason.ts'
import dialogForm from '../../ui/DialogForm.module.css'
import { Note, ProblemNotice } from '../../ui/notices.tsx'
import { toast } from '../../ui/toasts.tsx'
import { type PlaceChangeKind, type PlaceDraft, placeChangeKinds, placeWishOf } from './place-change-draft.ts'
import type { ShownPlace } from './place-facts.tsx'
import classes from './places-page.module.css'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

type DialogProps = { place: ShownPlace; close: () => void; choose: (code: string) => void }

/** Changes a place in two steps: what, from when and why; then how many places and households it touches. */
export default function PlaceChangeDialog({ place, close, choose }: DialogProps) {
  const t = useWords()
  const client = useQueryClient()
  const narrow = useMediaQuery('(max-width: 720px)', false, { getInitialValueInEffect: false })
  const today = localDay(Date.now())
  const [draft, setDraft] = useState<PlaceDraft>({
    kind: 'rename',
    name: '',
    officialCode: '',
    into: '',
    children: [],
    households: '',
    on: today,
    why: '',
  })
  const [shown, setShown] = useState<AnswerOf<typeof changePlace>>()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const wish = placeWishOf(draft)
  const ready = wish !== undefined && draft.on !== '' && draft.why.trim().length >= shortestReason
  const set = (part: Partial<PlaceDraft>) => setDraft((before) => ({ ...before, ...part }))

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!ready || busy) return
    setBusy(true)
    setError(undefined)
    try {
      const body = { effectiveOn: draft.on, why: draft.why.trim(), preview: shown === undefined, change: wish }
      const answer = await call(changePlace, { params: { code: place.code }, body })
      if (!answer.saved) {
        setShown(answer)
        return
      }
      close()
      toast.done(t('places.saved'))
      await client.invalidateQueries()
      choose(answer.place)
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      fullScreen={narrow}
      title={t(shown ? 'places.title-check' : 'places.title-change', { name: place.name })}
      closeButtonProps={{ 'aria-label': t('tree.close') }}
    >
      <form onSubmit={submit} className={dialogForm.form} noValidate>
        {shown ? (
          <WhatItTouches shown={shown} />
        ) : (
          <>
            <NativeSelect
              label={t('change.what')}
              data-autofocus
              value={draft.kind}
              data={placeChangeKinds.map((kind) => ({ value: kind, label: t(`places.kind.${kind}`) }))}
              onChange={(event) => {
                setError(undefined)
                set({ kind: event.currentTarget.value as PlaceChangeKind })
              }}
            />
            <PlaceChangeFields place={place} draft={draft} set={set} />
            <TextInput
              type="date"
              label={t('change.on')}
              value={draft.on}
              onChange={(event) => set({ on: event.currentTarget.value })}
            />
            <Textarea
              label={t('change.why')}
              description={t('places.why-help')}
              maxLength={300}
              autosize
              minRows={2}
              value={draft.why}
              onChange={(event) => set({ why: event.currentTarget.value })}
            />
          </>
        )}
        {error !== undefined && <ProblemNotice error={error} />}
        <div className={dialogForm.buttons}>
          <Button variant="default" onClick={shown ? () => setShown(undefined) : close}>
            {t(shown ? 'change.back' : 'change.cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={!ready}>
            {t(shown ? 'change.save' : 'change.check')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

function WhatItTouches({ shown }: { shown: AnswerOf<typeof changePlace> }) {
  const t = useWords()
  const { places, households, persons, codes } = shown
  return (
    <>
      <Note>{t('places.would-touch', { places, households, persons })}</Note>
      {codes.length > 0 && (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('places.name')}</th>
              <th scope="col">{t('places.code-new')}</th>
            </tr>
          </thead>
          <tbody>
            {codes.map((one) => (
              <tr key={one.from}>
                <th scope="row">
                  <Theirs>{one.name}</Theirs>
                </th>
                <td>{one.officialCode}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {codes.length < places && codes.length > 0 && <p className={classes.quiet}>{t('places.and-more')}</p>}
    </>
  )
}

type FieldsProps = { place: ShownPlace; draft: PlaceDraft; set: (part: Partial<PlaceDraft>) => void }

function PlaceChangeFields({ place, draft, set }: FieldsProps) {
  const t = useWords()
  const { kind } = draft
  const parent = place.above.at(-1)
  const siblings = useAnswer(
    showPlace,
    { params: { code: parent?.code ?? '' } },
    { enabled: kind === 'merge' && !!parent },
  )
  const leaf = place.children.length === 0
  return (
    <>
      {(kind === 'rename' || kind === 'upgrade' || kind === 'split') && (
        <TextInput
          label={t(kind === 'split' ? 'places.name-of-new' : 'places.name-new')}
          maxLength={100}
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
      )}
      {(kind === 'recode' || kind === 'upgrade' || kind === 'split') && (
        <TextInput
          label={t('places.code-new')}
          description={t('places.code-now', { code: place.officialCode })}
          maxLength={40}
          value={draft.officialCode}
          onChange={(event) => set({ officialCode: event.currentTarget.value.toUpperCase() })}
        />
      )}
      {kind === 'merge' && (
        <NativeSelect
          label={t('places.into')}
          value={draft.into}
          data={[
            { value: '', label: t('places.choose') },
            ...(siblings.data?.children ?? [])
              .filter(({ code }) => code !== place.code)
              .map(({ code, name, officialCode }) => ({ value: code, label: `${name} ${officialCode}` })),
          ]}
          onChange={(event) => set({ into: event.currentTarget.value })}
        />
      )}
      {kind === 'split' && !leaf && (
        <Checkbox.Group
          label={t('places.going')}
          value={[...draft.children]}
          onChange={(children) => set({ children, households: '' })}
        >
          {place.children.map(({ code, name }) => (
            <Checkbox key={code} value={code} label={name} mt={8} />
          ))}
        </Checkbox.Group>
      )}
      {kind === 'split' && leaf && (
        <Textarea
          label={t('places.households-going')}
          description={t('places.households-going-help')}
          autosize
          minRows={2}
          value={draft.households}
          onChange={(event) => set({ households: event.currentTarget.value, children: [] })}
        />
      )}
    </>
  )
}
