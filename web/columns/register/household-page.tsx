import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useParams } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { revealHousehold, showHousehold } from '../../../src/beams/register/household/contract.ts'
import { type AnswerOf, call, useAnswer } from '../../lib/api.ts'
import { usePack } from '../../lib/pack.ts'
import { useSession } from '../../lib/session.ts'
import { useUrlState } from '../../lib/url-state.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { CardSections } from './card-sections.tsx'
import { CardTabs, type Tab } from './card-tabs.tsx'
import { EndedHousehold } from './ended-household.tsx'
import type { Card } from './facts.tsx'
import { HouseholdAccess } from './household-access.tsx'
import { HouseholdHead } from './household-head.tsx'
import { HouseholdHistory } from './household-history.tsx'
import classes from './household-page.module.css'
import { PastButton, PastCard } from './past-card.tsx'
import { useWords } from './words.ts'

const ChangeDialog = lazy(() => import('./change-dialog.tsx'))
const PrintDialog = lazy(() => import('./print-dialog.tsx'))

type Revealed = AnswerOf<typeof revealHousehold>

/** The household card: who they are, how they live, and beside it who changed what, when and why. */
export default function HouseholdPage() {
  const t = useWords()
  const { household } = useParams({ strict: false }) as { household?: string }
  const id = Number(household)
  const [url, change] = useUrlState()
  const { may } = useSession()
  const { formOf } = usePack()
  const [changing, setChanging] = useState<{ household: number; undo?: number }>()
  const [printing, setPrinting] = useState<number>()
  const wide = useMediaQuery('(min-width: 1200px)', true, { getInitialValueInEffect: false })
  const card = useAnswer(
    showHousehold,
    { params: { household: id }, query: url.period ? { period: url.period } : {} },
    { keepPrevious: true },
  )
  // Kept with the household it belongs to: what was shown for one is never carried over to another.
  const [shownOf, setShownOf] = useState<{ household: number; answer: Revealed }>()
  const revealed = shownOf?.household === id ? shownOf.answer : undefined

  const data = card.data && (card.data.id === id ? card.data : undefined)
  if (card.error?.code === 'change.ended' && !data) {
    const form = formOf('household')?.id
    if (url.asOf && form) {
      return (
        <Page title={t('ended.title')} head={false}>
          <PastCard card={{ id, form }} day={url.asOf} onBack={() => change({ asOf: undefined })} />
        </Page>
      )
    }
    return (
      <Page title={t('ended.title')} breadcrumbs={[{ name: t('register.title'), to: '/register' }]}>
        <EndedHousehold household={id} problem={card.error} />
      </Page>
    )
  }
  if (card.error && !data) {
    return (
      <Page title={t('register.title')} breadcrumbs={[{ name: t('register.title'), to: '/register' }]}>
        <ProblemNotice error={card.error} retry={card.error.status === 404 ? undefined : () => card.refetch()} />
      </Page>
    )
  }
  if (!data) {
    return (
      <Page title={t('card.loading')}>
        <div aria-hidden className={classes.skeleton} />
      </Page>
    )
  }
  if (url.asOf) {
    // The head of that day, not of today, is the page's own.
    return (
      <Page title={t('card.title', { name: headName(data) })} head={false}>
        <PastCard card={data} day={url.asOf} onBack={() => change({ asOf: undefined })} />
      </Page>
    )
  }
  const shown = revealed ? withRevealed(data, revealed) : data
  const tabs: readonly Tab[] = may('audit.read') ? ['card', 'history', 'access'] : ['card', 'history']
  const tab: Tab = (wide ? undefined : tabs.find((one) => one === url.tab)) ?? 'card'
  return (
    <Page
      title={t('card.title', { name: headName(data) })}
      head={
        <HouseholdHead
          card={shown}
          name={headName(data)}
          onPeriod={(period) => change({ period })}
          revealed={revealed !== undefined}
          onReveal={async (why) => {
            const answer = await call(revealHousehold, { params: { household: id }, body: { why } })
            setShownOf({ household: id, answer })
          }}
          onHide={() => setShownOf(undefined)}
          actions={
            <>
              <PastButton first={data.registeredOn} onDay={(asOf) => change({ asOf, tab: undefined })} />
              {may('household.export') && (
                <Button variant="default" onClick={() => setPrinting(id)}>
                  {t('print.button')}
                </Button>
              )}
              {may('household.change') && (
                <Button variant="default" onClick={() => setChanging({ household: id })}>
                  {t('change.button')}
                </Button>
              )}
            </>
          }
        />
      }
    >
      {card.error && <ProblemNotice error={card.error} />}
      {changing?.household === id && (
        <Suspense fallback={null}>
          <ChangeDialog card={data} undo={changing.undo} close={() => setChanging(undefined)} />
        </Suspense>
      )}
      {printing === id && (
        <Suspense fallback={null}>
          <PrintDialog
            title={t('print.title', { name: headName(data) })}
            what={{ household: id }}
            close={() => setPrinting(undefined)}
          />
        </Suspense>
      )}
      {!wide && <CardTabs tab={tab} tabs={tabs} household={id} period={url.period} />}
      <div className={classes.columns} data-wide={wide || undefined}>
        {tab === 'card' && <CardSections card={shown} />}
        {(wide || tab === 'history') && (
          <aside className={classes.rail} aria-label={t('history.title')}>
            <HouseholdHistory
              household={id}
              heading={wide}
              onUndo={may('household.change') ? (undo) => setChanging({ household: id, undo }) : undefined}
            />
            {wide && may('audit.read') && <HouseholdAccess household={id} heading />}
          </aside>
        )}
        {tab === 'access' && (
          <aside className={classes.rail} aria-label={t('access.title')}>
            <HouseholdAccess household={id} heading={false} />
          </aside>
        )}
      </div>
    </Page>
  )
}

/** The name that the household goes by: the first of those who live in it, whom the register lists first. */
function headName(card: Card): string {
  return (card.members.find((member) => member.leftOn === null) ?? card.members[0])?.name ?? card.number
}

function withRevealed(card: Card, revealed: Revealed): Card {
  const documents = new Map(revealed.members.map(({ person, document }) => [person, document]))
  return {
    ...card,
    facts: { ...card.facts, ...revealed.facts },
    members: card.members.map((member) => ({ ...member, document: documents.get(member.person) ?? member.document })),
  }
}
