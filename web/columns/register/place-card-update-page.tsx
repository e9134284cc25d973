import { useQueryClient } from '@tanstack/react-query'
import { useParams, useRouter } from '@tanstack/react-router'
import { changePlaceCard, showPlaceCard } from '../../../src/beams/register/place-card/contract.ts'
import { call, useAnswer } from '../../lib/api.ts'
import { usePack } from '../../lib/pack.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { toast } from '../../ui/toasts.tsx'
import { isOpen } from './change-draft.ts'
import { PlacePath } from './place-path.tsx'
import { useWords } from './words.ts'
import { YearForm } from './year-form.tsx'

/** Fills the card of a place for a year, or corrects it, beside the values of the year before. */
export default function PlaceCardUpdatePage() {
  const t = useWords()
  const { pack, say } = usePack()
  const { history } = useRouter()
  const client = useQueryClient()
  const asked = useParams({ strict: false }) as { code?: string; form?: string; period?: string }
  const { code = '', form: formId = '', period = '' } = asked
  const params = { code, form: formId }
  const latest = useAnswer(showPlaceCard, { params })
  const recorded = latest.data?.periods.includes(period) ?? false
  const another = recorded && latest.data?.period !== period
  const chosen = useAnswer(showPlaceCard, { params, query: { period } }, { enabled: another })
  const data = another ? chosen.data : latest.data
  const form = pack.forms.find(({ id }) => id === formId)
  const error = latest.error ?? chosen.error
  const crumbs = [
    { name: t('periods.title'), to: '/periods' },
    ...(data ? [{ name: data.place.name, to: `/places/${code}/card/${formId}` }] : []),
  ]
  if (!data || !form) {
    return (
      <Page title={say(form?.title) || t('card.loading')} breadcrumbs={crumbs}>
        {error && <ProblemNotice error={error} retry={() => void latest.refetch()} />}
      </Page>
    )
  }
  // A year that is not recorded yet begins with the latest one, which is then the year before.
  const last = recorded ? data.before : data.period === null ? null : { period: data.period, facts: data.facts }
  const sections = form.sections
    .map(({ id, number, title, fields }) => ({ id, number, title: say(title), fields: fields.filter(isOpen) }))
    .filter(({ fields }) => fields.length > 0)
  const loadAnew = () =>
    client.invalidateQueries({ predicate: ({ queryKey: [key] }) => /^(place-card|period)\./.test(`${key}`) })
  return (
    <Page
      title={t('update.title', { name: data.place.name, period })}
      breadcrumbs={crumbs}
      subtitle={
        <>
          {say(form.title)} · <PlacePath above={data.path.slice(0, -1)} here={data.path.at(-1) ?? data.place} />
        </>
      }
    >
      <YearForm
        name={data.place.name}
        form={form}
        period={period}
        lastPeriod={last?.period}
        groups={[{ key: 'own', sections, start: data.facts, last: last?.facts }]}
        members={[]}
        place={data.place}
        send={async ({ patches: { own = {} }, confirmed, ...wish }) => {
          const kind = recorded ? ('correct-facts' as const) : ('update-facts' as const)
          const change = { kind, period, facts: own, confirmed: [...confirmed] }
          const body = { ...wish, version: latest.data?.version ?? 0, change }
          const { differences, questions } = await call(changePlaceCard, { params, body })
          return { questions, differences: differences.map((one) => ({ ...one, person: null })) }
        }}
        reload={loadAnew}
        saved={async () => {
          toast.done(t('update.saved', { period }))
          await loadAnew()
          history.back()
        }}
      />
    </Page>
  )
}
