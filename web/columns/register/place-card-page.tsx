import { Button, NativeSelect } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { Link, useParams } from '@tanstack/react-router'
import { placeCardHistory, showPlaceCard } from '../../../src/beams/register/place-card/contract.ts'
import { type AnswerOf, useAnswer } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { useSession } from '../../lib/session.ts'
import { useUrlState } from '../../lib/url-state.ts'
import { Section } from '../../ui/Facts.tsx'
import { EmptyState, Note, ProblemNotice } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { RecordHead } from '../../ui/RecordHead.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import cardClasses from './card-sections.module.css'
import { SectionFacts } from './card-sections.tsx'
import { isRecorded } from './facts.tsx'
import historyClasses from './household-history.module.css'
import pageClasses from './household-page.module.css'
import { PastButton } from './past-card.tsx'
import { PlacePath } from './place-path.tsx'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

type PlaceCard = AnswerOf<typeof showPlaceCard>

/** The card of a village, a county or another place: what its form says of a period, and who wrote it. */
export default function PlaceCardPage() {
  const t = useWords()
  const format = useFormat()
  const { pack, say, levelName } = usePack()
  const { may } = useSession()
  const { code = '', form: formId = '' } = useParams({ strict: false }) as { code?: string; form?: string }
  const [url, change] = useUrlState()
  const wide = useMediaQuery('(min-width: 1200px)', true, { getInitialValueInEffect: false })
  const past = url.asOf
  const shown = useAnswer(
    showPlaceCard,
    {
      params: { code, form: formId },
      query: { ...(url.period && { period: url.period }), ...(past && { asOf: past }) },
    },
    { keepPrevious: true },
  )
  const form = pack.forms.find(({ id }) => id === formId)
  const { data } = shown
  if (!data || !form) {
    return (
      <Page title={say(form?.title) || t('card.loading')}>
        {shown.error && (
          <ProblemNotice
            error={shown.error}
            retry={shown.error.status === 404 ? undefined : () => void shown.refetch()}
          />
        )}
      </Page>
    )
  }
  const title = t('place-card.title', { place: data.place.name, form: say(form.title) })
  const latest = data.periods[0]
  const fillable = data.open.filter((period) => latest === undefined || period > latest)
  const correctable = data.period !== null && (data.open.includes(data.period) || latest === data.period)
  return (
    <Page
      title={title}
      head={
        <RecordHead
          name={<Theirs>{data.place.name}</Theirs>}
          place={
            <>
              {levelName(data.place.level)} {data.place.officialCode} ·{' '}
              <PlacePath above={data.path.slice(0, -1)} here={data.path.at(-1) ?? data.place} linkHere />
            </>
          }
          state={
            <>
              <StateMark tone={data.period === null ? 'plain' : 'done'}>{say(form.title)}</StateMark>
              {data.period === null && <span>{t('place-card.none')}</span>}
            </>
          }
          facts={data.period === null ? [] : [{ name: t('card.facts-of'), value: data.period }]}
          action={
            past === undefined && (
              <>
                {data.periods.length > 1 && (
                  <NativeSelect
                    size="sm"
                    label={t('card.facts-of')}
                    value={data.period ?? ''}
                    data={[...data.periods]}
                    onChange={(event) => change({ period: event.currentTarget.value })}
                  />
                )}
                {latest !== undefined && (
                  <PastButton first="1900-01-01" onDay={(asOf) => change({ asOf, period: undefined })} />
                )}
                {may('household.change') && correctable && (
                  <FormButton
                    card={data}
                    period={data.period!}
                    text={t('place-card.correct', { period: data.period! })}
                  />
                )}
                {may('household.change') &&
                  fillable.map((period) => (
                    <FormButton
                      key={period}
                      card={data}
                      period={period}
                      text={t('place-card.fill', { period })}
                      primary
                    />
                  ))}
              </>
            )
          }
        />
      }
    >
      {past !== undefined && (
        <Note
          tone="soon"
          action={
            <Button variant="default" size="compact-md" onClick={() => change({ asOf: undefined })}>
              {t('past.back')}
            </Button>
          }
        >
          {t('past.note', { date: format.day(past) })}
        </Note>
      )}
      {shown.error && <ProblemNotice error={shown.error} />}
      <div className={pageClasses.columns} data-wide={(wide && latest !== undefined) || undefined}>
        {data.period === null ? (
          <EmptyState why={t('place-card.none')}>{t('place-card.none-why')}</EmptyState>
        ) : (
          <div className={cardClasses.sections}>
            {form.sections.map((section) => (
              <Section key={section.id} id={section.id} number={section.number} title={say(section.title)}>
                {section.fields.some(({ id }) => isRecorded(data.facts[id])) ? (
                  <SectionFacts section={section} facts={data.facts} />
                ) : (
                  <p className={cardClasses.nothing}>{t('card.none-of-section', { period: data.period! })}</p>
                )}
              </Section>
            ))}
          </div>
        )}
        {latest !== undefined && (
          <aside className={pageClasses.rail} aria-label={t('history.title')}>
            <History code={code} form={formId} />
          </aside>
        )}
      </div>
    </Page>
  )
}

type FormButtonProps = { card: PlaceCard; period: string; text: string; primary?: boolean }

function FormButton({ card, period, text, primary = false }: FormButtonProps) {
  return (
    <Button
      component={Link}
      variant={primary ? 'filled' : 'default'}
      to={`/places/${card.place.code}/card/${card.form}/update/${period}` as string}
    >
      {text}
    </Button>
  )
}

/** Who wrote on the card, when and why, newest first. */
function History({ code, form }: { code: string; form: string }) {
  const t = useWords()
  const { moment, day, person } = useFormat()
  const { roleName } = usePack()
  const history = useAnswer(placeCardHistory, { params: { code, form } })
  return (
    <section aria-label={t('history.title')} className={historyClasses.history}>
      <h2 className={historyClasses.title}>{t('history.title')}</h2>
      {history.error && <ProblemNotice error={history.error} retry={() => void history.refetch()} />}
      <ol className={historyClasses.actions}>
        {history.data?.actions.map((action) => (
          <li key={action.no} className={historyClasses.action}>
            <p className={historyClasses.what}>
              {action.no === 1
                ? t('place-card.first')
                : t(action.kind === 'correct-facts' ? 'history.kind.correct-facts' : 'history.kind.update-facts')}{' '}
              <span className={historyClasses.quiet}>{action.period}</span>
            </p>
            <p>
              <Theirs>{action.why}</Theirs>
            </p>
            <p className={historyClasses.quiet}>
              {action.by === null ? person(null) : <Theirs>{action.by}</Theirs>}
              {action.role && t('history.role', { role: roleName(action.role) })}
            </p>
            <p className={historyClasses.quiet}>
              <time dateTime={action.recordedAt}>{moment(action.recordedAt)}</time> ·{' '}
              {t('history.effective', { date: day(action.effectiveOn) })}
            </p>
          </li>
        ))}
      </ol>
    </section>
  )
}
