import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { lazy, Suspense } from 'react'
import { showPlace } from '../../../src/beams/register/place/contract.ts'
import { useAnswer } from '../../lib/api.ts'
import { useSession } from '../../lib/session.ts'
import { useUrlState } from '../../lib/url-state.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { SplitPane } from '../../ui/SplitPane.tsx'
import { PlaceChanges } from './place-changes.tsx'
import { PlaceChildren, PlaceFacts } from './place-facts.tsx'
import { PlaceFinder } from './place-finder.tsx'
import { PlacePath } from './place-path.tsx'
import { PlaceTree } from './place-tree.tsx'
import classes from './places-page.module.css'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

const PlaceChangeDialog = lazy(() => import('./place-change-dialog.tsx'))

/** The tree of places: what each is, was called, holds and has become, today or on a day of the past. */
export default function PlacesPage() {
  const t = useWords()
  const [url, change] = useUrlState()
  const { session, may } = useSession()
  const [changing, dialog] = useDisclosure(false)
  const top = session?.post.place
  const current = url.place ?? top?.code ?? ''
  const past =
    url.asOf === undefined ? {} : { asOf: url.asOf, tree: url.tree === 'now' ? ('now' as const) : ('then' as const) }
  const { data, error, refetch } = useAnswer(
    showPlace,
    { params: { code: current }, query: past },
    { enabled: current !== '', keepPrevious: true },
  )
  if (!top) return null
  const place = data?.code === current ? data : undefined
  const choose = (code: string) => change({ place: code === top.code ? undefined : code })
  const mayChange = may('place.manage') && place && place.until === null && place.code !== top.code
  return (
    <Page
      title={t('places.title')}
      subtitle={t('places.subtitle')}
      action={
        mayChange && (
          <Button variant="default" onClick={dialog.open}>
            {t('places.change')}
          </Button>
        )
      }
    >
      <SplitPane
        sideTitle={t('tree.title')}
        sideButton={place ? t('tree.now', { name: place.name }) : t('tree.open')}
        chosen={current}
        side={
          <PlaceFinder onChoose={choose}>
            <PlaceTree top={top} current={current} onChoose={choose} />
          </PlaceFinder>
        }
      >
        {error && <ProblemNotice error={error} retry={() => void refetch()} />}
        {place && (
          <article className={classes.place}>
            <header>
              {place.above.length > 0 && (
                <p className={classes.path}>
                  <PlacePath above={place.above} here={place} to="/places" />
                </p>
              )}
              <h2 className={classes.name}>
                <Theirs>{place.name}</Theirs>
              </h2>
            </header>
            <PlaceFacts place={place} />
            <div className={classes.when}>
              <TextInput
                type="date"
                label={t('places.as-of')}
                value={url.asOf ?? ''}
                onChange={(event) => change({ asOf: event.currentTarget.value || undefined })}
              />
              {url.asOf !== undefined && (
                <NativeSelect
                  label={t('places.tree')}
                  value={past.tree ?? 'then'}
                  data={[
                    { value: 'then', label: t('places.tree-then') },
                    { value: 'now', label: t('places.tree-now') },
                  ]}
                  onChange={(event) => change({ tree: event.currentTarget.value === 'now' ? 'now' : undefined })}
                />
              )}
            </div>
            <PlaceChildren place={place} past={url.asOf} choose={choose} />
            <PlaceChanges code={place.code} />
          </article>
        )}
      </SplitPane>
      {changing && place && (
        <Suspense fallback={null}>
          <PlaceChangeDialog place={place} close={dialog.close} choose={choose} />
        </Suspense>
      )}
    </Page>
  )
}
