import { Link } from '@tanstack/react-router'
import { periodProgress } from '../../../src/beams/register/period/contract.ts'
import { useAnswer } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import classes from './period.module.css'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

type Counts = { readonly due: number; readonly done: number }

/** How far each place below has come; every name opens that place. */
export function PeriodProgress({ period, place }: { period: number; place: string | undefined }) {
  const t = useWords()
  const { number } = useFormat()
  const progress = useAnswer(
    periodProgress,
    { params: { period }, query: place ? { place } : {} },
    { keepPrevious: true },
  )
  const { data } = progress
  if (progress.error) return <ProblemNotice error={progress.error} retry={() => void progress.refetch()} />
  if (!data) return <div aria-busy="true" className={classes.skeleton} />
  const below = data.children.filter(({ due, done }) => due + done > 0)
  return (
    <section aria-label={t('period.progress-of')} className={classes.progress}>
      <p className={classes.path}>
        {data.above.map(({ code, name }) => (
          <span key={code}>
            <PlaceLink period={period} code={code} name={name} />
            <span aria-hidden> › </span>
          </span>
        ))}
        <Theirs>{data.place.name}</Theirs>
      </p>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('period.place-column')}</th>
            <th scope="col">{t('period.done')}</th>
            <th scope="col" className={classes.figure}>
              {t('period.due')}
            </th>
          </tr>
        </thead>
        <tbody>
          <tr className={classes.total}>
            <th scope="row">
              <Theirs>{data.place.name}</Theirs>
            </th>
            <Cells counts={data.place} />
          </tr>
          {below.map(({ code, name, ...counts }) => (
            <tr key={code}>
              <th scope="row">
                <PlaceLink period={period} code={code} name={name} />
              </th>
              <Cells counts={counts} />
            </tr>
          ))}
        </tbody>
      </table>
      {below.length === 0 && <p className={classes.quiet}>{t('period.no-below')}</p>}
      {data.place.due > 0 && (
        <p>
          <Link
            to={`/periods/${period}` as string}
            search={{ tab: 'due', ...(place && { place }) } as never}
            resetScroll={false}
          >
            {t('period.show-due')} ({number(data.place.due)})
          </Link>
        </p>
      )}
    </section>
  )
}

function PlaceLink({ period, code, name }: { period: number; code: string; name: string }) {
  return (
    <Link to={`/periods/${period}` as string} search={{ place: code } as never} resetScroll={false}>
      <Theirs>{name}</Theirs>
    </Link>
  )
}

function Cells({ counts: { due, done } }: { counts: Counts }) {
  const t = useWords()
  const { number, share } = useFormat()
  const all = due + done
  const part = all === 0 ? 0 : done / all
  return (
    <>
      <td>
        <div className={classes.done}>
          <span className={classes.bar} aria-hidden>
            <span style={{ width: `${part * 100}%` }} data-full={due === 0 || undefined} />
          </span>
          <span className={classes.words}>
            {t('period.of-all', { done: number(done), all: number(all) })}
            <span className={classes.quiet}> {share(part)}</span>
          </span>
        </div>
      </td>
      <td className={classes.figure}>{number(due)}</td>
    </>
  )
}
