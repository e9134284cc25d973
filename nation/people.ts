import { Problem } from '../src/kernel/problem.ts'
import { quote } from '../src/platform/analysis/duckdb.ts'
import type { NationConfig } from './config.ts'
import { betweenSql, spread } from './draw.ts'

/** Every word list has so many slots: DuckDB unpacks a list once for each two thousand rows, so it must stay short. */
const SLOTS = 512

/** Slots of a mixture of groups: one for each percent. */
export const PERCENT = 100

/** A place whose name and code tell which groups live there. */
export type MixedPlace = { readonly code: string; readonly name: string; readonly above: string }

/** The word lists of a nation by name, each spread over `SLOTS` by weight. Throws `nation.faulty` for an empty one. */
export function wordLists(config: NationConfig): Map<string, readonly string[]> {
  const lists = new Map<string, readonly string[]>()
  for (const [list, words] of Object.entries(config.people.words)) {
    const entries = typeof words === 'string' ? falling(words) : Object.entries(words)
    if (entries.length === 0) throw wrong(`the word list “${list}” is empty`)
    const plain = entries.map(([word, weight]) => [word === '~' ? '' : word, weight] as const)
    lists.set(list, spread(plain, SLOTS))
  }
  return lists
}

/** Words in a row, the first the most frequent: weights fall as 1/(rank + 8), flat enough that no name swamps all. */
function falling(words: string): [string, number][] {
  return words
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word, rank) => [word, 1 / (rank + 8)])
}

/** One part (0 to 2) of a name, drawn by the column `draw` for the style in `style` and the sex in `male`: SQL. */
export function namePartSql(
  config: NationConfig,
  lists: ReadonlyMap<string, readonly string[]>,
  part: number,
  draw: string,
): string {
  const drawn = (list: string) => {
    const words = lists.get(list)
    if (!words) throw wrong(`there is no word list “${list}”`)
    return `list_extract([${words.map(quote).join(', ')}], ${betweenSql(draw, 1, words.length)})`
  }
  const cases = Object.values(config.people.styles).map((style, index) => {
    const said = style.parts[part]
    if (said === undefined) return `WHEN ${index} THEN ''`
    if (typeof said === 'string') return `WHEN ${index} THEN ${drawn(said)}`
    return `WHEN ${index} THEN CASE WHEN male THEN ${drawn(said.male)} ELSE ${drawn(said.female)} END`
  })
  return `CASE style ${cases.join(' ')} END`
}

/** The style of each group, by its position; groups not named have the first. Also which styles pass a name on. */
export function stylesOf(config: NationConfig): { byGroup: Map<string, number>; families: number[] } {
  const byGroup = new Map<string, number>()
  const families: number[] = []
  Object.values(config.people.styles).forEach((style, index) => {
    for (const group of style.groups) byGroup.set(group, index)
    if (style.family) families.push(index)
  })
  return { byGroup, families }
}

/**
 * Which groups live in which place: for each place a text of `PERCENT` slots of equal width, one for each percent, and
 * that width. The longest start of the code wins; groups that the name tells come before it.
 */
export function mixtures(config: NationConfig, places: readonly MixedPlace[]): { of: string[]; width: number } {
  const { everywhere, places: rules, named, shares } = config.people
  const starts = Object.keys(rules).sort((a, b) => b.length - a.length)
  const slots = places.map((place) => {
    const start = starts.find((prefix) => place.code.startsWith(prefix))
    const base = start === undefined ? everywhere : rules[start]!
    const mix = withNamed(base, [
      [groupsIn(place.name, named), shares?.own ?? 0],
      [groupsIn(place.above, named), shares?.above ?? 0],
    ])
    return spread(mix, PERCENT)
  })
  const width = slots.flat().reduce((most, group) => Math.max(most, group.length), 1)
  return { of: slots.map((groups) => groups.map((group) => group.padEnd(width)).join('')), width }
}

function groupsIn(name: string, named: Readonly<Record<string, string>>): string[] {
  const found = Object.entries(named).filter(([word]) => name.includes(word))
  // A longer word hides a shorter one inside it.
  return found
    .filter(([word]) => !found.some(([other]) => other !== word && other.includes(word)))
    .map(([, group]) => group)
}

function withNamed(
  base: Readonly<Record<string, number>>,
  told: readonly (readonly [string[], number])[],
): [string, number][] {
  const fits = told.find(([groups, share]) => groups.length > 0 && share > 0)
  if (!fits) return Object.entries(base)
  const [groups, share] = fits
  // Where the base already says more of a told group than the name would, the base is the better source.
  if (groups.some((group) => (base[group] ?? 0) >= share)) return Object.entries(base)
  const total = Object.values(base).reduce((sum, weight) => sum + weight, 0)
  const mix = new Map(Object.entries(base).map(([group, weight]) => [group, (weight * (100 - share)) / total]))
  for (const group of groups) mix.set(group, (mix.get(group) ?? 0) + share / groups.length)
  return [...mix]
}

function wrong(detail: string): Problem {
  return new Problem('nation.faulty', { file: 'people.yaml', detail })
}
