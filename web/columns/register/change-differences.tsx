import type { changeHousehold } from '../../../src/beams/register/change/contract.ts'
import type { AnswerOf } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { type PackForm, usePack } from '../../lib/pack.ts'
import { Note } from '../../ui/notices.tsx'
import classes from './change-dialog.module.css'
import type { ChangeDraft } from './change-draft.ts'
import { type Card, useFactText } from './facts.tsx'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

type Told = AnswerOf<typeof changeHousehold>
export type Difference = Told['differences'][number]
export type Other = NonNullable<Told['other']>

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

/** What differences need to know of the card that they are about. */
type About = Pick<Card, 'members' | 'period' | 'place'>

/** Words for the fields and values of differences. */
export function useDifferenceWords(
  card: About,
  form: PackForm,
  found: readonly Difference[],
  village?: ChangeDraft['place'],
) {
  const t = useWords()
  const { pack, say, codeName } = usePack()
  const { day } = useFormat()
  const factText = useFactText()
  const fields = form.sections.flatMap((section) => section.fields)
  const names = new Map(card.members.map(({ person, name }) => [person, name]))
  for (const { person, field, to } of found) if (person && field === 'name' && to) names.set(person, String(to))
  const villages = new Map([card.place, ...(village ? [village] : [])].map(({ code, name }) => [code, name]))
  const fieldOf = (id: string) => {
    const binding = bindings[id]
    return fields.find((field) => (binding ? field.binds === binding : field.id === id))
  }
  return {
    whose: (person: number | null): string =>
      person === null ? t('change.household') : (names.get(person) ?? String(person)),
    nameOf: (id: string): string => {
      if (id === 'leftOn') return t('member.left')
      if (id === 'joinedOn') return t('member.joined')
      if (id === 'leftWhy') return say(pack.lists.find((list) => list.id === 'leaving')?.title)
      if (id === 'documentMask') return say(pack.identity.name)
      if (id === 'period') return t('card.facts-of')
      return say(fieldOf(id)?.name) || id
    },
    written: (id: string, value: unknown): string => {
      if (value === null || value === undefined || value === '') return ''
      if (id === 'leftOn' || id === 'joinedOn') return day(String(value))
      if (id === 'leftWhy') return codeName('leaving', String(value))
      if (id === 'place') return villages.get(String(value)) ?? String(value)
      const field = fieldOf(id)
      if (!field) return String(value)
      const text = factText(field, value)
      return field.unit ? `${text} ${say(field.unit)}` : text
    },
  }
}

type DifferencesProps = {
  card: About
  form: PackForm
  found: readonly Difference[]
  /** The village that was chosen, whose name the card does not tell. */
  village?: ChangeDraft['place']
}

/** What a change would do, in words: whose, which field, from what to what. */
export function ChangeDifferences({ card, form, found, village }: DifferencesProps) {
  const t = useWords()
  const { whose, nameOf, written } = useDifferenceWords(card, form, found, village)
  const people = [...new Set(found.map(({ person }) => person))]
  return (
    <div className={classes.differences}>
      {people.map((person) => (
        <section key={person ?? 'household'}>
          <h3 className={classes.whose}>{person === null ? whose(null) : <Theirs>{whose(person)}</Theirs>}</h3>
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

/** What another household becomes by a split, a merge or their undoing. */
export function OtherHousehold({ card, form, other, village }: Omit<DifferencesProps, 'found'> & { other: Other }) {
  const t = useWords()
  const { whose, nameOf, written } = useDifferenceWords(card, form, other.differences, village)
  const { does, number, differences } = other
  if (does !== 'begins')
    return <Note>{t(does === 'ends' ? 'change.other-ends' : 'change.other-goes-on', { number })}</Note>
  const relations = differences.filter(({ field }) => field === 'relation')
  const facts = differences.filter(({ person, period }) => person === null && period !== null)
  return (
    <section>
      <h3 className={classes.whose}>{t('change.other-begins', { number })}</h3>
      <dl className={classes.list}>
        {relations.map(({ person, field, to }) => (
          <div key={person} className={classes.difference}>
            <dt>
              <Theirs>{whose(person)}</Theirs>
            </dt>
            <dd>{written(field, to)}</dd>
          </div>
        ))}
        {facts.map(({ field, to }) => (
          <div key={field} className={classes.difference}>
            <dt>{nameOf(field)}</dt>
            <dd>{written(field, to)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
