import type { changeHousehold } from '../../../src/beams/register/change/contract.ts'
import type { AnswerOf } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { type PackForm, usePack } from '../../lib/pack.ts'
import classes from './change-dialog.module.css'
import { type Card, useFactText } from './facts.tsx'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

export type Difference = AnswerOf<typeof changeHousehold>['differences'][number]

/** Columns of the register and the bindings of the fields that fill them. */
const bindings: Readonly<Record<string, string>> = {
  name: 'member.name',
  relation: 'member.relation',
  sex: 'member.sex',
  bornOn: 'member.birth',
  joinedOn: 'member.joined',
  number: 'household.number',
  status: 'household.status',
  cause: 'household.cause',
  place: 'household.place',
}

/** What a change would do, in words: whose, which field, from what to what. */
export function ChangeDifferences({ card, form, found }: { card: Card; form: PackForm; found: readonly Difference[] }) {
  const t = useWords()
  const { pack, say, codeName } = usePack()
  const { day } = useFormat()
  const factText = useFactText()
  const fields = form.sections.flatMap((section) => section.fields)
  const names = new Map(card.members.map(({ person, name }) => [person, name]))
  for (const { person, field, to } of found) if (person && field === 'name') names.set(person, String(to))
  const fieldOf = (id: string) => {
    const binding = bindings[id]
    return fields.find((field) => (binding ? field.binds === binding : field.id === id))
  }
  const nameOf = (id: string): string => {
    if (id === 'leftOn') return t('member.left')
    if (id === 'leftWhy') return say(pack.lists.find((list) => list.id === 'leaving')?.title)
    if (id === 'documentMask') return say(pack.identity.name)
    if (id === 'period') return t('card.facts-of')
    return say(fieldOf(id)?.name) || id
  }
  const written = (id: string, value: unknown): string => {
    if (value === null || value === undefined || value === '') return ''
    if (id === 'leftOn') return day(String(value))
    if (id === 'leftWhy') return codeName('leaving', String(value))
    const field = fieldOf(id)
    if (!field) return String(value)
    const text = factText(field, value)
    return field.unit ? `${text} ${say(field.unit)}` : text
  }
  const people = [...new Set(found.map(({ person }) => person))]
  return (
    <div className={classes.differences}>
      {people.map((person) => (
        <section key={person ?? 'household'}>
          <h3 className={classes.whose}>
            {person === null ? t('change.household') : <Theirs>{names.get(person) ?? String(person)}</Theirs>}
          </h3>
          <dl className={classes.list}>
            {found
              .filter((one) => one.person === person)
              .map(({ field, period, from, to }) => (
                <div key={`${period} ${field}`} className={classes.difference}>
                  <dt>
                    {nameOf(field)}
                    {period !== null && period !== card.period && ` (${period})`}
                  </dt>
                  <dd>
                    <span className={classes.before}>{written(field, from) || t('card.not-recorded')}</span>
                    <span aria-hidden> → </span>
                    <span className="fb-hidden">{t('change.becomes')}</span>
                    <strong>{written(field, to) || t('card.not-recorded')}</strong>
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </div>
  )
}
