import type { showPlace } from '../../../src/beams/register/place/contract.ts'
import type { AnswerOf } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { Facts, Section } from '../../ui/Facts.tsx'
import classes from './places-page.module.css'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

export type ShownPlace = AnswerOf<typeof showPlace>

/** What a place is, how it was called before, and what it has become. */
export function PlaceFacts({ place }: { place: ShownPlace }) {
  const t = useWords()
  const { day, number } = useFormat()
  const { levelName, tagName } = usePack()
  const former = place.former.map(
    ({ name, officialCode, until }) => `${name} ${officialCode} (${t('places.until', { date: day(until) })})`,
  )
  const lines = [
    { id: 'level', name: t('places.level'), value: levelName(place.level) },
    { id: 'code', name: t('places.code'), value: place.officialCode },
    { id: 'households', name: t('places.households'), value: number(place.households) },
    { id: 'persons', name: t('places.persons'), value: number(place.persons) },
    ...(place.tags.length > 0
      ? [{ id: 'tags', name: t('places.tags'), value: place.tags.map(({ tag }) => tagName(tag)).join(', ') }]
      : []),
    ...(former.length > 0
      ? [{ id: 'former', name: t('places.former'), value: <Theirs>{former.join('; ')}</Theirs> }]
      : []),
    ...(place.until === null ? [] : [{ id: 'until', name: t('places.ended'), value: day(place.until) }]),
    ...(place.became
      ? [
          {
            id: 'became',
            name: t('places.became'),
            value: <Theirs>{`${place.became.name} ${place.became.officialCode}`}</Theirs>,
          },
        ]
      : []),
  ]
  return <Facts facts={lines} />
}

type ChildrenProps = { place: ShownPlace; past: string | undefined; choose: (code: string) => void }

/** The places right below with what the register counts in each, today or on a day of the past. */
export function PlaceChildren({ place, past, choose }: ChildrenProps) {
  const t = useWords()
  const { day, number } = useFormat()
  if (place.children.length === 0) return null
  const title = past === undefined ? t('places.below') : t('places.below-then', { date: day(past) })
  return (
    <Section title={title}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('places.name')}</th>
            <th scope="col" className={classes.number}>
              {t('places.households')}
            </th>
            <th scope="col" className={classes.number}>
              {t('places.persons')}
            </th>
          </tr>
        </thead>
        <tbody>
          {place.children.map((child) => (
            <tr key={child.code}>
              <th scope="row">
                <button type="button" className={classes.link} onClick={() => choose(child.code)}>
                  <Theirs>{child.name}</Theirs>
                </button>{' '}
                <span className={classes.code}>{child.officialCode}</span>
              </th>
              <td className={classes.number}>{number(child.households)}</td>
              <td className={classes.number}>{number(child.persons)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
