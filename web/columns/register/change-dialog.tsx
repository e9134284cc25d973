import { Button, FileInput, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { changeHousehold } from '../../../src/beams/register/change/contract.ts'
import { addEvidence } from '../../../src/beams/register/evidence/contract.ts'
import { ApiProblem, call } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { dayMs, localDay } from '../../lib/local-day.ts'
import { usePack } from '../../lib/pack.ts'
import { shortestReason } from '../../lib/reason.ts'
import dialogForm from '../../ui/DialogForm.module.css'
import { Note, ProblemNotice } from '../../ui/notices.tsx'
import { toast } from '../../ui/toasts.tsx'
import { ChangeConflict, type Clash } from './change-conflict.tsx'
import classes from './change-dialog.module.css'
import { ChangeDifferences, type Difference, type Other, OtherHousehold } from './change-differences.tsx'
import { type ChangeDraft, type ChangeKind, changeKinds, emptyDraft, undecided, wishOf } from './change-draft.ts'
import { ChangeFields } from './change-fields.tsx'
import type { Card } from './facts.tsx'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

type Shown = { key: string; found: readonly Difference[]; other: Other | null }

type ChangeDialogProps = {
  card: Card
  /** The action to undo; without it the kind of change is chosen. */
  undo?: number | undefined
  close: () => void
}

/** Records a change of a household in two steps: what, from when and why; then what it does to the card. */
export default function ChangeDialog({ card, undo, close }: ChangeDialogProps) {
  const t = useWords()
  const { pack } = usePack()
  const { day } = useFormat()
  const client = useQueryClient()
  const narrow = useMediaQuery('(max-width: 720px)', false, { getInitialValueInEffect: false })
  const [draft, setDraft] = useState<ChangeDraft>(() => ({
    ...emptyDraft(localDay(Date.now()), card.period),
    ...(undo !== undefined && { kind: 'undo', action: undo }),
  }))
  const [shown, setShown] = useState<Shown>()
  const [busy, setBusy] = useState(false)
  const [papers, setPapers] = useState<readonly File[]>([])
  const [saved, setSaved] = useState<number>()
  const [error, setError] = useState<unknown>()
  const form = pack.forms.find(({ id }) => id === card.form)
  if (!form) return null
  const wish = wishOf(draft, card, form, pack.currency)
  const ready = wish !== undefined && draft.why.trim().length >= shortestReason && draft.on !== ''
  const clashes = clashesOf(error)

  const send = async (key: string, preview: boolean) => {
    const body = { version: card.version, key, effectiveOn: draft.on, why: draft.why.trim(), preview, change: wish! }
    return call(changeHousehold, { params: { household: card.id }, body })
  }
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true)
    setError(undefined)
    try {
      await work()
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  const sendPapers = async (action: number) => {
    for (const file of papers) {
      await call(addEvidence, { params: { household: card.id, action }, file })
      setPapers((left) => left.filter((one) => one !== file))
    }
  }
  const loadAnew = () =>
    client.invalidateQueries({ predicate: ({ queryKey: [id] }) => `${id}`.startsWith('household.') })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!ready || busy) return
    void attempt(async () => {
      if (!shown) {
        // One id for what is shown now: a second press of the button is the same change, edited words are another.
        const key = crypto.randomUUID()
        const { differences, other } = await send(key, true)
        setShown({ key, found: differences, other })
        return
      }
      // Saved once; what is left to do after that is to send the papers.
      const action = saved ?? (await send(shown.key, false)).version
      setSaved(action)
      await sendPapers(action)
      close()
      toast.done(t('change.saved'))
      await loadAnew()
    })
  }
  const back = () => {
    setShown(undefined)
    setError(undefined)
  }
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      fullScreen={narrow}
      title={t(shown ? 'change.title-check' : 'change.title')}
      closeButtonProps={{ 'aria-label': t('tree.close') }}
    >
      <form onSubmit={submit} className={dialogForm.form} noValidate>
        {shown ? (
          <>
            <p className={classes.said}>
              {draft.kind === 'undo'
                ? t('history.kind.undo', { action: String(draft.action) })
                : `${t(`change.kind.${draft.kind}`)} · ${t('history.effective', { date: day(draft.on) })}`}{' '}
              · <Theirs>{draft.why}</Theirs>
            </p>
            {shown.found.length === 0 ? (
              <Note>{t('change.nothing-now')}</Note>
            ) : (
              <ChangeDifferences card={card} form={form} found={shown.found} village={draft.place} />
            )}
            {shown.other && <OtherHousehold card={card} form={form} other={shown.other} village={draft.place} />}
          </>
        ) : (
          <>
            {draft.kind === 'undo' ? (
              <p className={classes.said}>{t('change.undo-what', { action: String(draft.action) })}</p>
            ) : (
              <NativeSelect
                label={t('change.what')}
                data-autofocus
                value={draft.kind}
                data={changeKinds.map((kind) => ({ value: kind, label: t(`change.kind.${kind}`) }))}
                onChange={(event) => {
                  setError(undefined)
                  setDraft({ ...draft, ...undecided, kind: event.currentTarget.value as ChangeKind })
                }}
              />
            )}
            <ChangeFields
              card={card}
              form={form}
              draft={draft}
              change={(part) => setDraft((before) => ({ ...before, ...part }))}
            />
            {draft.kind !== 'undo' && (
              <TextInput
                type="date"
                label={t('change.on')}
                value={draft.on}
                min={card.registeredOn}
                max={localDay(Date.now() + dayMs)}
                onChange={(event) => setDraft({ ...draft, on: event.currentTarget.value })}
              />
            )}
            <Textarea
              label={t('change.why')}
              description={t('change.why-help')}
              maxLength={300}
              autosize
              minRows={2}
              value={draft.why}
              onChange={(event) => setDraft({ ...draft, why: event.currentTarget.value })}
            />
            <FileInput
              multiple
              clearable
              label={t('change.papers')}
              description={t('change.papers-help')}
              placeholder={t('change.papers-none')}
              accept="application/pdf,image/jpeg,image/png"
              clearButtonProps={{ 'aria-label': t('change.papers-clear') }}
              value={[...papers]}
              onChange={setPapers}
            />
          </>
        )}
        {clashes ? (
          <ChangeConflict
            card={card}
            form={form}
            draft={draft}
            clashes={clashes}
            busy={busy}
            goOn={(decided) => {
              void attempt(async () => {
                await loadAnew()
                setDraft(decided)
                setShown(undefined)
              })
            }}
          />
        ) : (
          error !== undefined && <ProblemNotice error={error} />
        )}
        {saved !== undefined && error !== undefined && <Note tone="act">{t('change.papers-left')}</Note>}
        <div className={dialogForm.buttons}>
          <Button variant="default" onClick={shown && saved === undefined ? back : close}>
            {t(saved !== undefined ? 'tree.close' : shown ? 'change.back' : 'change.cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={!ready || clashes !== undefined || shown?.found.length === 0}>
            {t(saved !== undefined ? 'change.papers-send' : shown ? 'change.save' : 'change.check')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** What somebody else changed meanwhile, when that is why the change was refused. */
function clashesOf(error: unknown): readonly Clash[] | undefined {
  if (!(error instanceof ApiProblem) || error.code !== 'request.conflict') return undefined
  return Array.isArray(error.values.fields) ? (error.values.fields as Clash[]) : []
}
