import { Button, Popover, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { pastHousehold } from '../../../src/beams/register/change/contract.ts'
import { type AnswerOf, useAnswer } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { Note, ProblemNotice } from '../../ui/notices.tsx'
import { CardSections } from './card-sections.tsx'
import classes from './change-dialog.module.css'
import type { Card } from './facts.tsx'
import { HouseholdHead } from './household-head.tsx'
import { useWords } from './words.ts'

type Past = AnswerOf<typeof pastHousehold>

/** Asks for a day, and shows the card as it was then. */
export function PastButton({ first, onDay }: { first: string; onDay: (day: string) => void }) {
  const t = useWords()
  const [open, setOpen] = useState(false)
  const [day, setDay] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (day) onDay(day)
  }
  return (
    <Popover opened={open} onChange={setOpen} trapFocus withinPortal position="bottom-end">
      <Popover.Target>
        <Button variant="subtle" onClick={() => setOpen(!open)}>
          {t('past.button')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('past.button')}>
        <form onSubmit={submit} className={classes.form} noValidate>
          <TextInput
            type="date"
            label={t('past.day')}
            min={first}
            value={day}
            onChange={(event) => setDay(event.currentTarget.value)}
          />
          <Button type="submit" disabled={!day}>
            {t('past.go')}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}

/** The household as it was on a day: only to be looked at, and saying so. */
export function PastCard({ card, day, onBack }: { card: Pick<Card, 'id' | 'form'>; day: string; onBack: () => void }) {
  const t = useWords()
  const format = useFormat()
  const { pack } = usePack()
  const past = useAnswer(pastHousehold, { params: { household: card.id }, query: { asOf: day } })
  const income = pack.forms
    .find(({ id }) => id === card.form)
    ?.sections.flatMap(({ fields }) => fields)
    .find(({ binds }) => binds === 'household.income')?.id
  const shown = past.data && cardOf(card, past.data, day, income)
  const back = (
    <Button variant="default" size="compact-md" onClick={onBack}>
      {t('past.back')}
    </Button>
  )
  return (
    <>
      {!shown && <h1 className="fb-hidden">{t('past.day')}</h1>}
      {past.error ? (
        <>
          <ProblemNotice error={past.error} />
          <div>{back}</div>
        </>
      ) : (
        <Note tone="soon" action={back}>
          {t('past.note', { date: /^\d{4}-\d\d-\d\d$/.test(day) ? format.day(day) : day })}
        </Note>
      )}
      {shown && (
        <>
          <HouseholdHead
            card={shown}
            name={(shown.members.find(({ leftOn }) => leftOn === null) ?? shown.members[0])?.name ?? shown.number}
            onPeriod={() => {}}
            revealed={false}
            onReveal={async () => {}}
            onHide={() => {}}
          />
          <CardSections card={shown} />
        </>
      )}
    </>
  )
}

/** A past state in the shape of the card, so that both are shown alike. */
function cardOf(card: Pick<Card, 'id' | 'form'>, past: Past, day: string, incomeField: string | undefined): Card {
  const facts = past.facts[past.period] ?? {}
  const income = incomeField === undefined ? undefined : facts[incomeField]
  return {
    ...card,
    place: past.village,
    path: past.path,
    number: past.number,
    status: past.status,
    cause: past.cause,
    size: past.members.filter(({ leftOn }) => leftOn === null).length,
    income: typeof income === 'number' ? income : null,
    registeredOn: past.registeredOn,
    version: past.version,
    period: past.period,
    periods: [past.period],
    facts,
    members: past.members.map(({ documentMask, facts: all, ...member }) => ({
      ...member,
      age: yearsBetween(member.bornOn, day),
      document: documentMask,
      disputed: false,
      facts: all[past.period] ?? {},
    })),
  }
}

/** Whole years from one day to another, both as `2016-09-30`. */
function yearsBetween(from: string, to: string): number {
  const before = to.slice(5) < from.slice(5) ? 1 : 0
  return Math.max(0, Number(to.slice(0, 4)) - Number(from.slice(0, 4)) - before)
}
