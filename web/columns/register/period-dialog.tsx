import { Button, Modal, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { openPeriod } from '../../../src/beams/register/period/contract.ts'
import { useChange } from '../../lib/api.ts'
import { localDay } from '../../lib/local-day.ts'
import { usePack } from '../../lib/pack.ts'
import { shortestReason } from '../../lib/reason.ts'
import { useSession } from '../../lib/session.ts'
import dialogForm from '../../ui/DialogForm.module.css'
import { ProblemNotice } from '../../ui/notices.tsx'
import { toast } from '../../ui/toasts.tsx'
import type { Period } from './period-words.ts'
import { useWords } from './words.ts'

type DialogProps = {
  opened: boolean
  close: () => void
  /** A period that is to be opened again; without it another one. */
  again?: Period
}

/** Opens a form for a period at the person's own place, or one that was closed where it was opened before. */
export function OpenPeriodDialog({ opened, close, again }: DialogProps) {
  const t = useWords()
  const { pack, say } = usePack()
  const { session } = useSession()
  const navigate = useNavigate()
  const open = useChange(openPeriod, { invalidates: ['period.list', 'period.show'] })
  const today = localDay(Date.now())
  const [form, setForm] = useState(again?.form ?? pack.forms.find(({ subject }) => subject === 'household')?.id ?? '')
  const [period, setPeriod] = useState(again?.period ?? today.slice(0, pack.period.length))
  const [from, setFrom] = useState(today)
  const [until, setUntil] = useState('')
  const [why, setWhy] = useState('')
  const place = again?.place ?? session?.post.place
  if (!place) return null
  const ready = period !== '' && from !== '' && why.trim().length >= shortestReason
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!ready || open.isPending) return
    const body = { form, period, place: place.code, from, ...(until && { until }), why: why.trim() }
    open.mutate(
      { body },
      {
        onSuccess: ({ id }) => {
          close()
          toast.done(t('period.opened'))
          void navigate({ to: `/periods/${id}` as string })
        },
      },
    )
  }
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('period.open-title', { place: place.name })}
      closeButtonProps={{ 'aria-label': t('tree.close') }}
    >
      <form onSubmit={submit} className={dialogForm.form} noValidate>
        <p>{t('period.open-below', { place: place.name })}</p>
        <NativeSelect
          label={t('periods.form')}
          value={form}
          disabled={again !== undefined}
          data={pack.forms.map(({ id, title }) => ({ value: id, label: say(title) }))}
          onChange={(event) => setForm(event.currentTarget.value)}
        />
        <TextInput
          label={t('periods.period')}
          value={period}
          maxLength={7}
          inputMode="numeric"
          disabled={again !== undefined}
          onChange={(event) => setPeriod(event.currentTarget.value.trim())}
        />
        <TextInput
          type="date"
          label={t('periods.from')}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="date"
          label={t('periods.until')}
          description={t('period.until-help')}
          value={until}
          min={from}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        <Textarea
          label={t('period.why')}
          description={t('period.why-help')}
          maxLength={300}
          autosize
          minRows={2}
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
        />
        {open.error && <ProblemNotice error={open.error} />}
        <div className={dialogForm.buttons}>
          <Button variant="default" onClick={close}>
            {t('period.cancel')}
          </Button>
          <Button type="submit" loading={open.isPending} disabled={!ready}>
            {t(again ? 'period.open-again' : 'periods.open-button')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
