import { Checkbox } from '@mantine/core'
import type { z } from 'zod'
import type { question } from '../../../src/beams/register/change/contract.ts'
import { useFormat } from '../../lib/format.ts'
import { type PackForm, usePack } from '../../lib/pack.ts'
import { useFactText } from './facts.tsx'
import { useWords } from './words.ts'
import classes from './year-form.module.css'

export type Question = z.output<typeof question>

type QuestionsProps = {
  form: PackForm
  questions: readonly Question[]
  confirmed: readonly string[]
  confirm: (ids: readonly string[]) => void
}

/** What left the year before far behind: asked about, one by one, and not refused. */
export function YearQuestions({ form, questions, confirmed, confirm }: QuestionsProps) {
  const t = useWords()
  const { say } = usePack()
  const { number } = useFormat()
  const factText = useFactText()
  if (questions.length === 0) return null
  const fields = form.sections.flatMap((section) => section.fields)
  const written = (id: string | null, value: number) => {
    const field = fields.find((one) => one.id === id)
    if (!field) return number(value)
    return [factText(field, value), field.unit && say(field.unit)].filter(Boolean).join(' ')
  }
  const nameOf = (id: string | null) => say(fields.find((one) => one.id === id)?.name) || t('update.members')
  return (
    <section className={classes.questions} aria-label={t('update.asks')}>
      <h2>{t('update.asks')}</h2>
      <p>{t('update.asks-help', { n: questions.length })}</p>
      {questions.map(({ id, field, from, to }) => (
        <Checkbox
          key={id}
          checked={confirmed.includes(id)}
          label={t('update.ask', { name: nameOf(field), from: written(field, from), to: written(field, to) })}
          onChange={(event) =>
            confirm(event.currentTarget.checked ? [...confirmed, id] : confirmed.filter((one) => one !== id))
          }
        />
      ))}
    </section>
  )
}
