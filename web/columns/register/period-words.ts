import type { listPeriods } from '../../../src/beams/register/period/contract.ts'
import type { AnswerOf } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import type { Tone } from '../../ui/StateMark.tsx'
import { useWords } from './words.ts'

export type Period = AnswerOf<typeof listPeriods>['periods'][number]

export const periodTones: Readonly<Record<Period['state'], Tone>> = {
  waiting: 'plain',
  open: 'going',
  over: 'soon',
  closed: 'done',
}

/** A period in words: its name, and from when to when it takes facts. */
export function usePeriodWords() {
  const t = useWords()
  const { pack, say } = usePack()
  const { day } = useFormat()
  return {
    name: ({ form, period }: Pick<Period, 'form' | 'period'>) =>
      t('period.name', { form: say(pack.forms.find(({ id }) => id === form)?.title) || form, period }),
    days: ({ opensOn, closesOn }: Pick<Period, 'opensOn' | 'closesOn'>) =>
      closesOn === null
        ? t('period.days-open', { from: day(opensOn) })
        : t('period.days', { from: day(opensOn), until: day(closesOn) }),
  }
}
