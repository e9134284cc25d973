import { useQueryClient } from '@tanstack/react-query'
import { useParams, useRouter } from '@tanstack/react-router'
import { changeHousehold } from '../../../src/beams/register/change/contract.ts'
import { showHousehold } from '../../../src/beams/register/household/contract.ts'
import { call, useAnswer } from '../../lib/api.ts'
import { usePack } from '../../lib/pack.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import { Page } from '../../ui/Page.tsx'
import { toast } from '../../ui/toasts.tsx'
import { isOpen } from './change-draft.ts'
import type { Card } from './facts.tsx'
import { useBoundField } from './filter-parts.ts'
import { PlacePath } from './place-path.tsx'
import { useWords } from './words.ts'
import type { YearGroup } from './year-draft.ts'
import { YearForm } from './year-form.tsx'

/** The yearly update of a household: this year's form beside the values of the year before. */
export default function HouseholdUpdatePage() {
  const t = useWords()
  const { pack, say, codeName } = usePack()
  const { history } = useRouter()
  const client = useQueryClient()
  const { household, period = '' } = useParams({ strict: false }) as { household?: string; period?: string }
  const id = Number(household)
  const card = useAnswer(showHousehold, { params: { household: id } })
  const { data } = card
  const lastPeriod = data?.periods.find((one) => one < period)
  // The latest card begins this year's form; where the year is recorded already, the year before is asked for too.
  const elsewhere = data !== undefined && lastPeriod !== undefined && lastPeriod !== data.period
  const before = useAnswer(
    showHousehold,
    { params: { household: id }, query: { period: lastPeriod ?? '' } },
    { enabled: elsewhere },
  )
  const relations = useBoundField('member.relation')?.list ?? ''
  const last = elsewhere ? before.data : lastPeriod === undefined ? undefined : data
  const form = pack.forms.find((one) => one.id === data?.form)
  const error = card.error ?? before.error
  const crumbs = [
    { name: t('periods.title'), to: '/periods' },
    ...(data ? [{ name: nameOf(data), to: `/register/${id}` }] : []),
  ]
  if (!data || !form || (elsewhere && !last)) {
    return (
      <Page title={t('card.loading')} breadcrumbs={crumbs}>
        {error && <ProblemNotice error={error} retry={() => void card.refetch()} />}
      </Page>
    )
  }
  const sectionsOf = (of: 'household' | 'member') =>
    form.sections
      .filter((section) => section.of === of)
      .map(({ id: key, number, title, fields }) => ({
        id: key,
        number,
        title: say(title),
        fields: fields.filter(isOpen),
      }))
      .filter(({ fields }) => fields.length > 0)
  const living = data.members.filter(({ leftOn }) => leftOn === null)
  const groups: YearGroup[] = [
    { key: 'own', sections: sectionsOf('household'), start: data.facts, last: last?.facts },
    ...living.map((member) => ({
      key: String(member.person),
      name: t('update.member', { name: member.name, relation: codeName(relations, member.relation) }),
      sections: sectionsOf('member'),
      start: member.facts,
      last: last?.members.find(({ person }) => person === member.person)?.facts,
    })),
  ]
  const loadAnew = () =>
    client.invalidateQueries({ predicate: ({ queryKey: [key] }) => /^(household|period|place)\./.test(`${key}`) })
  return (
    <Page
      title={t('update.title', { name: nameOf(data), period })}
      breadcrumbs={crumbs}
      subtitle={
        <>
          {t('card.number')} {data.number} ·{' '}
          <PlacePath above={data.path.slice(0, -1)} here={data.path.at(-1) ?? data.place} />
        </>
      }
    >
      <YearForm
        name={nameOf(data)}
        form={form}
        period={period}
        lastPeriod={lastPeriod}
        groups={groups}
        members={data.members}
        place={data.place}
        send={({ patches: { own = {}, ...members }, confirmed, ...wish }) =>
          call(changeHousehold, {
            params: { household: id },
            body: {
              ...wish,
              version: data.version,
              change: { kind: 'update-facts', period, household: own, members, confirmed: [...confirmed] },
            },
          })
        }
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

/** The name that the household goes by. */
function nameOf(card: Card): string {
  return (card.members.find((member) => member.leftOn === null) ?? card.members[0])?.name ?? card.number
}
