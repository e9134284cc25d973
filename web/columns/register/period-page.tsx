import { Button } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { closePeriod, showPeriod } from '../../../src/beams/register/period/contract.ts'
import { useAnswer, useChange } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { useSession } from '../../lib/session.ts'
import { useUrlState } from '../../lib/url-state.ts'
import { ConfirmReason } from '../../ui/ConfirmReason.tsx'
import { ProblemNotice } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { RecordHead } from '../../ui/RecordHead.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import { toast } from '../../ui/toasts.tsx'
import tabClasses from './card-tabs.module.css'
import { OpenPeriodDialog } from './period-dialog.tsx'
import { DueList } from './period-due.tsx'
import { PeriodProgress } from './period-progress.tsx'
import { periodTones, usePeriodWords } from './period-words.ts'
import { PeriodWorkers } from './period-workers.tsx'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

const tabs = ['progress', 'due', 'workers'] as const

/** One period: how far it has come by place, who is still due, and who does it. */
export default function PeriodPage() {
  const t = useWords()
  const { day, number, share } = useFormat()
  const { may } = useSession()
  const { name, days } = usePeriodWords()
  const { period } = useParams({ strict: false }) as { period?: string }
  const id = Number(period)
  const [url] = useUrlState()
  const [asking, setAsking] = useState<'close' | 'open'>()
  const shown = useAnswer(showPeriod, { params: { period: id } })
  const close = useChange(closePeriod, { invalidates: ['period.show', 'period.list'] })
  const crumbs = [{ name: t('periods.title'), to: '/periods' }]
  const { data } = shown
  if (!data) {
    return (
      <Page title={t('period.loading')} breadcrumbs={crumbs}>
        {shown.error && (
          <ProblemNotice
            error={shown.error}
            retry={shown.error.status === 404 ? undefined : () => void shown.refetch()}
          />
        )}
      </Page>
    )
  }
  const all = data.due + data.done
  const mine = data.inReach && may('period.manage')
  const running = data.state === 'open' || data.state === 'waiting'
  const tab = tabs.find((one) => one === url.tab) ?? 'progress'
  return (
    <Page
      title={name(data)}
      breadcrumbs={crumbs}
      head={
        <RecordHead
          name={name(data)}
          place={<Theirs>{data.place.name}</Theirs>}
          state={
            <>
              <StateMark tone={periodTones[data.state]}>{t(`periods.state.${data.state}`)}</StateMark>
              <span>{data.closedAt ? t('period.since', { date: day(data.closedAt.slice(0, 10)) }) : days(data)}</span>
            </>
          }
          facts={[
            { name: t('period.done'), value: number(data.done) },
            { name: t('period.due'), value: number(data.due) },
            { name: t('period.share'), value: all === 0 ? number(undefined) : share(data.done / all) },
          ]}
          action={
            mine && (
              <Button variant="default" onClick={() => setAsking(running ? 'close' : 'open')}>
                {t(running ? 'period.close' : 'period.open-again')}
              </Button>
            )
          }
        />
      }
    >
      {mine && (
        <>
          <OpenPeriodDialog opened={asking === 'open'} close={() => setAsking(undefined)} again={data} />
          <ConfirmReason
            opened={asking === 'close'}
            close={() => setAsking(undefined)}
            title={t('period.close-title', { name: name(data) })}
            verb={t('period.close')}
            confirm={async (why) => {
              await close.mutateAsync({ params: { period: id }, body: { why } })
              toast.done(t('period.closed-toast'))
            }}
          >
            {t('period.close-text', { n: data.due })}
          </ConfirmReason>
        </>
      )}
      <nav aria-label={t('period.tabs')} className={tabClasses.tabs}>
        {tabs.map((one) => (
          <Link
            key={one}
            to={`/periods/${id}` as string}
            search={{ ...(url.place && { place: url.place }), ...(one !== 'progress' && { tab: one }) } as never}
            resetScroll={false}
            activeOptions={{ exact: true }}
            className={tabClasses.tab}
            data-here={tab === one || undefined}
            aria-current={tab === one ? 'page' : undefined}
          >
            {t(`period.tab-${one}`)}
          </Link>
        ))}
      </nav>
      {tab === 'progress' && <PeriodProgress period={id} place={url.place} />}
      {tab === 'due' && <DueList period={data} place={url.place} worker={url.worker} />}
      {tab === 'workers' && <PeriodWorkers period={id} place={url.place} />}
    </Page>
  )
}
