/** How values become classes: as many places in each, or steps of the same size. */
export type ClassMode = 'quantile' | 'equal'

/** One colour of the map: values from and to, both included, and how many places it holds. */
export type ValueClass = { readonly from: number; readonly to: number; readonly places: number }

/** More than six colours nobody tells apart. */
const MOST_CLASSES = 5

/**
 * Sorts values into at most five classes, lowest first. Classes that would be empty or the same as another are left out,
 * so that few values make few classes.
 */
export function classesOf(values: readonly number[], mode: ClassMode): ValueClass[] {
  const sorted = [...values].sort((a, b) => a - b)
  const [least, most] = [sorted[0], sorted.at(-1)]
  if (least === undefined || most === undefined) return []
  const ends = Array.from({ length: MOST_CLASSES }, (_, index) => {
    const share = (index + 1) / MOST_CLASSES
    if (share === 1) return most
    return mode === 'equal' ? least + (most - least) * share : sorted[Math.ceil(sorted.length * share) - 1]!
  })
  const classes: ValueClass[] = []
  let next = 0
  for (const end of new Set(ends)) {
    const inside: number[] = []
    while (next < sorted.length && sorted[next]! <= end) inside.push(sorted[next++]!)
    if (inside.length > 0) classes.push({ from: inside[0]!, to: inside.at(-1)!, places: inside.length })
  }
  return classes
}

/** The class that a value belongs to, from 0; -1 when it belongs to none. */
export function classAt(classes: readonly ValueClass[], value: number): number {
  return classes.findIndex(({ from, to }) => value >= from && value <= to)
}

/** Spreads few classes over all colours, so that the highest is always the strongest. */
export function colourAt(index: number, count: number): number {
  return count <= 1 ? MOST_CLASSES - 1 : Math.round((index * (MOST_CLASSES - 1)) / (count - 1))
}

/** Names of the tokens of the colours, weakest first. */
export const classTokens = Array.from({ length: MOST_CLASSES }, (_, index) => `--fb-map-${index + 1}`)
