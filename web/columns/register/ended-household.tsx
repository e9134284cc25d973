import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { listHouseholds } from '../../../src/beams/register/household/contract.ts'
import type { AnswerOf, ApiProblem } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { Note } from '../../ui/notices.tsx'
import { HouseholdHistory } from './household-history.tsx'
import { useWords } from './words.ts'

/** A household that is not there any more: where its members went, and what was done to it. */
export function EndedHousehold({ household, problem }: { household: number; problem: ApiProblem }) {
  const into = Number(problem.values.into)
  return (
    <>
      <Note tone="soon" action={<GoTo household={into} />}>
        {problem.title}
      </Note>
      <HouseholdHistory household={household} heading />
    </>
  )
}

/** Households that ended under the number that was looked for, each with the way to where its members are. */
export function EndedFound({ ended }: { ended: AnswerOf<typeof listHouseholds>['ended'] }) {
  const t = useWords()
  const { day } = useFormat()
  return ended.map(({ id, number, headName, on, into }) => (
    <Note key={id} action={<GoTo household={into} />}>
      {t('ended.found', { number, name: headName, date: day(on) })}
    </Note>
  ))
}

function GoTo({ household }: { household: number }) {
  const t = useWords()
  return (
    <Button
      variant="default"
      size="compact-md"
      component={Link}
      {...({ to: '/register/$household', params: { household: String(household) } } as object)}
    >
      {t('ended.go')}
    </Button>
  )
}
