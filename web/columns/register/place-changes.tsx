import { placeHistory } from '../../../src/beams/register/place-change/contract.ts'
import { useAnswer } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { Section } from '../../ui/Facts.tsx'
import { ProblemNotice } from '../../ui/notices.tsx'
import { placeChangeKinds } from './place-change-draft.ts'
import classes from './places-page.module.css'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

/** What was done to a place and to those that became it, latest first. */
export function PlaceChanges({ code }: { code: string }) {
  const t = useWords()
  const { day, moment } = useFormat()
  const history = useAnswer(placeHistory, { params: { code } })
  const changes = history.data?.changes ?? []
  return (
    <Section title={t('places.history')}>
      {history.error && <ProblemNotice error={history.error} retry={() => void history.refetch()} />}
      {history.data && changes.length === 0 && <p className={classes.quiet}>{t('places.history-empty')}</p>}
      <ol className={classes.changes}>
        {changes.map((change) => {
          const kind = placeChangeKinds.find((one) => one === change.kind)
          return (
            <li key={change.id}>
              <p>
                {kind ? t(`places.kind.${kind}`) : change.kind} ·{' '}
                <Theirs>{`${change.place.name} ${change.place.officialCode}`}</Theirs>
              </p>
              <p>
                <Theirs>{change.why}</Theirs>
              </p>
              <p className={classes.quiet}>
                {t('history.effective', { date: day(change.effectiveOn) })} ·{' '}
                <time dateTime={change.recordedAt}>{moment(change.recordedAt)}</time>
              </p>
              <p className={classes.quiet}>
                {t('places.touched', {
                  places: change.places,
                  households: change.households,
                  persons: change.persons,
                })}
              </p>
            </li>
          )
        })}
      </ol>
    </Section>
  )
}
