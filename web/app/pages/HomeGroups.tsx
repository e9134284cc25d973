import { groupHouseholds } from '../../../src/beams/register/household/contract.ts'
import type { showPlace } from '../../../src/beams/register/place/contract.ts'
import { type AnswerOf, useAnswer } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { BarList } from '../../ui/BarList.tsx'
import { ProblemNotice } from '../../ui/notices.tsx'
import { useTexts } from '../texts/index.ts'
import classes from './Home.module.css'

/** Most bars of one question; the rest is counted in a line below. */
const MOST = 8

/** How the households of a place stand, why they are poor, and where they live. */
export function HomeGroups({ place }: { place: AnswerOf<typeof showPlace> }) {
  const say = useTexts()
  const format = useFormat()
  const { codeName, formOf } = usePack()
  const status = useAnswer(groupHouseholds, { query: { by: 'status' } })
  const cause = useAnswer(groupHouseholds, { query: { by: 'cause' } })
  const unit = say('homeHouseholdsUnit')
  const fields = formOf('household')?.sections.flatMap((section) => section.fields) ?? []
  const listOf = (binding: string) => fields.find(({ binds }) => binds === binding)?.list ?? ''

  const groups = [
    { by: 'status', answer: status, title: say('homeStatus'), list: listOf('household.status'), key: 'homeStatusSays' },
    { by: 'cause', answer: cause, title: say('homeCause'), list: listOf('household.cause'), key: 'homeCauseSays' },
  ] as const
  const below = place.children.filter(({ households }) => households > 0).sort((a, b) => b.households - a.households)

  return (
    <div className={classes.groups}>
      {groups.map(({ by, answer, title, list, key }) => {
        if (answer.error) return <ProblemNotice key={by} error={answer.error} retry={() => void answer.refetch()} />
        const sorted = [...(answer.data?.groups ?? [])].sort((a, b) => b.households - a.households)
        const total = sorted.reduce((sum, { households }) => sum + households, 0)
        const [first] = sorted
        if (!first || total === 0) return null
        const name = codeName(list, first.code)
        return (
          <BarList
            key={by}
            title={title}
            sentence={say(key, { name, share: format.share(first.households / total) })}
            unit={unit}
            total={total}
            bars={sorted.map(({ code, households }) => ({
              id: code,
              name: codeName(list, code),
              value: households,
              to: '/register',
              search: { [by]: code },
            }))}
          />
        )
      })}
      {below.length > 1 && below[0] && (
        <BarList
          title={say('homeBelow')}
          sentence={say('homeBelowSays', {
            name: below[0].name,
            share: format.share(below[0].households / place.households),
          })}
          unit={unit}
          total={place.households}
          bars={below.slice(0, MOST).map(({ code, name, households }) => ({
            id: code,
            name,
            value: households,
            to: '/register',
            search: { place: code },
          }))}
          foot={below.length > MOST && say('homeBelowRest', { n: format.number(below.length - MOST) })}
        />
      )}
    </div>
  )
}
