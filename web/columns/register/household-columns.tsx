import { useMemo } from 'react'
import type { z } from 'zod'
import type { listedHousehold } from '../../../src/beams/register/household/contract.ts'
import { useFormat } from '../../lib/format.ts'
import { type PackField, usePack } from '../../lib/pack.ts'
import type { ColumnOption } from '../../ui/ListTools.tsx'
import { type Column, useDensity } from '../../ui/list.ts'
import { StateMark } from '../../ui/StateMark.tsx'
import { FactValue, isFigure } from './facts.tsx'
import { useBoundField } from './filter-parts.ts'
import classes from './register-page.module.css'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

export type Listed = z.output<typeof listedHousehold>

/**
 * The fields that may be added to the list: those of the household that are neither on it already nor sensitive (a
 * masked number in a list helps nobody), grouped as on the paper.
 */
export function useColumnOptions(): readonly ColumnOption[] {
  const { formOf, say } = usePack()
  return useMemo(
    () =>
      (formOf('household')?.sections ?? [])
        .filter((section) => section.of === 'household')
        .flatMap((section) =>
          section.fields
            .filter((field) => !field.binds && !field.sensitive)
            .map((field) => ({
              id: field.id,
              name: say(field.name),
              group: `${section.number} ${say(section.title)}`,
            })),
        ),
    [formOf, say],
  )
}

/** The columns of the list: the usual ones and the chosen fields. `level`: depth of the place the list is of. */
export function useHouseholdColumns(chosen: readonly string[], level: number): readonly Column<Listed>[] {
  const t = useWords()
  const { codesOf, codeName, formatMoney, pack, say, formOf } = usePack()
  const { number } = useFormat()
  const status = useBoundField('household.status')?.list ?? ''
  const cause = useBoundField('household.cause')?.list ?? ''
  const key = chosen.join(',')
  return useMemo(() => {
    const means = new Map(codesOf(status).map((code) => [code.code, code.means]))
    const fields = formOf('household')?.sections.flatMap((section) => section.fields) ?? []
    const extra = key
      .split(',')
      .map((id) => fields.find((field) => field.id === id))
      .filter((field): field is PackField => field !== undefined)
    return [
      { id: 'head', title: t('column.head'), width: 96, cell: (row: Listed) => <Head row={row} /> },
      {
        id: 'village',
        title: t('column.village'),
        width: 150,
        card: true,
        cell: (row: Listed) => <Village row={row} level={level} />,
      },
      { id: 'number', title: t('column.number'), width: 144, cell: (row: Listed) => row.number },
      {
        id: 'status',
        title: t('column.status'),
        width: 184,
        card: true,
        cell: (row: Listed) => (
          <StateMark tone={means.get(row.status) === 'exited' ? 'done' : 'plain'}>
            {codeName(status, row.status)}
          </StateMark>
        ),
      },
      { id: 'cause', title: t('column.cause'), width: 124, cell: (row: Listed) => codeName(cause, row.cause) },
      {
        id: 'size',
        title: t('column.size'),
        width: 60,
        numeric: true,
        card: true,
        cell: (row: Listed) => number(row.size),
      },
      {
        id: 'income',
        title: t('column.income-unit', { symbol: pack.currency.symbol }),
        width: 100,
        numeric: true,
        cell: (row: Listed) => formatMoney(row.income, 'short'),
      },
      ...extra.map((field) => ({
        id: field.id,
        title: field.unit ? `${say(field.name)} (${say(field.unit)})` : say(field.name),
        width: 130,
        numeric: isFigure(field),
        cell: (row: Listed) => <FactValue field={field} fact={row.facts[field.id]} unit={false} />,
      })),
    ]
  }, [t, codesOf, codeName, formatMoney, pack, say, formOf, number, status, cause, key, level])
}

/** The head's name, and below it who else the search found in the household. */
function Head({ row }: { row: Listed }) {
  const t = useWords()
  const found = row.matched.length > 0 ? t('column.matched', { names: row.matched.join(t('list.comma')) }) : undefined
  return <TwoLines first={row.headName} second={found} />
}

/** The village and below it the places above, as far as they are not the same for the whole list. */
function Village({ row, level }: { row: Listed; level: number }) {
  const { name, path } = row.village
  const above = path.split(' / ').filter(Boolean).slice(level).reverse().join(' · ')
  return <TwoLines first={name} second={above || undefined} />
}

/** A name with a quiet second line; in compact rows there is room for one line only. */
function TwoLines({ first, second }: { first: string; second: string | undefined }) {
  const [density] = useDensity()
  return (
    <span
      className={density === 'normal' && second ? classes.two : classes.one}
      title={second ? `${first} ${second}` : first}
    >
      <Theirs>{first}</Theirs>
      {second && <Theirs className={classes.second}>{second}</Theirs>}
    </span>
  )
}
