import { Button } from '@mantine/core'
import { householdAccess } from '../../../src/beams/register/household/contract.ts'
import { type AnswerOf, usePages } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import classes from './household-history.module.css'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

type Looks = AnswerOf<typeof householdAccess>
const rowsOf = (page: Looks) => page.looks
const nextOf = (page: Looks) => (page.next === null ? null : { after: page.next })

/** Who saw this household: looks at its card, and identity numbers shown in full with the reason; newest first. */
export function HouseholdAccess({ household, heading }: { household: number; heading: boolean }) {
  const t = useWords()
  const { moment, person } = useFormat()
  const { roleName } = usePack()
  const list = usePages(householdAccess, { params: { household }, query: { limit: 10 } }, { next: nextOf, rowsOf })
  return (
    <section aria-label={t('access.title')} className={classes.history}>
      {heading && <h2 className={classes.title}>{t('access.title')}</h2>}
      {!list.rows && !list.error && (
        <p className={classes.quiet} aria-busy="true">
          {t('access.loading')}
        </p>
      )}
      {list.error && <ProblemNotice error={list.error} retry={list.retry} />}
      {list.rows?.length === 0 && <p className={classes.quiet}>{t('access.none')}</p>}
      <ol className={classes.actions}>
        {list.rows?.map((look) => (
          <li key={`${look.at} ${look.kind} ${look.login} ${look.role} ${look.place}`} className={classes.action}>
            <p className={classes.what}>
              {look.by === null ? person(null) : <Theirs>{look.by}</Theirs>}
              {look.kind === 'reveal' && <> · {t('access.revealed')}</>}
            </p>
            {look.why && (
              <p className={classes.why}>
                <Theirs>{look.why}</Theirs>
              </p>
            )}
            {look.role && look.place && (
              <p className={classes.quiet}>
                <Theirs>{look.place}</Theirs> · {roleName(look.role)}
              </p>
            )}
            <p className={classes.quiet}>
              <time dateTime={look.at}>{moment(look.at)}</time>
              {look.times > 1 && <> · {t('access.times', { n: look.times })}</>}
            </p>
          </li>
        ))}
      </ol>
      {list.more.has && (
        <Button variant="default" size="compact-sm" loading={list.more.loading} onClick={list.more.load}>
          {t('access.more')}
        </Button>
      )}
    </section>
  )
}
