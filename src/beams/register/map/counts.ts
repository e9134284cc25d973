import type { PlaceCode } from '../../../kernel/place-code.ts'
import type { Tx } from '../../../platform/db/database.ts'
import { type ChildRow, type Counted, childrenOf } from '../place/queries.ts'
import { type MeasureId, measures, type PlaceCounts } from './contract.ts'

export type CountedChild = PlaceCounts & { readonly row: ChildRow; readonly value: number | null }

/** The value of a measure; nothing where it would be a part of nothing. */
function measured(measure: (typeof measures)[number], counts: PlaceCounts): number | null {
  if (!('by' in measure)) return counts[measure.count]
  return counts[measure.by] === 0 ? null : counts[measure.count] / counts[measure.by]
}

/** What a measure says of each place right below one, and of all of them together. */
export async function mapCounts(
  tx: Tx,
  place: PlaceCode,
  wish: Counted & { measure: MeasureId },
): Promise<{
  unit: (typeof measures)[number]['unit']
  total: PlaceCounts & { value: number | null }
  children: CountedChild[]
}> {
  const measure = measures.find(({ id }) => id === wish.measure)!
  const children = (await childrenOf(tx, place, wish)).map((row) => {
    const counts = {
      households: row.households,
      persons: row.persons,
      allHouseholds: row.all_households,
      allPersons: row.all_persons,
    }
    return { ...counts, row, value: measured(measure, counts) }
  })
  const sum = (of: keyof PlaceCounts) => children.reduce((total, child) => total + child[of], 0)
  const total = {
    households: sum('households'),
    persons: sum('persons'),
    allHouseholds: sum('allHouseholds'),
    allPersons: sum('allPersons'),
  }
  return { unit: measure.unit, total: { ...total, value: measured(measure, total) }, children }
}
