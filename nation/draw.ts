import { createHash } from 'node:crypto'

/**
 * Chance without a generator: every random choice is a hash of who it is for and what it is for, so a nation does not
 * depend on threads, on the order of rows or on what else is drawn. All arithmetic is on integers; no logarithm or
 * cosine, whose last digit differs between machines.
 */

/** Draws lie in [0, DRAWS). */
export const DRAWS = 2n ** 32n

/** A constant of 64 bits that stands for a purpose, as an SQL literal. */
export function purpose(name: string): string {
  return `${createHash('md5').update(name).digest().readBigUInt64LE()}::UBIGINT`
}

/** A key of 64 bits for an entity below another, e.g. a household in a village. Both are SQL expressions. */
export function keySql(above: string, number: string): string {
  return `hash(xor(${above}, ${number}))`
}

/** A draw in [0, DRAWS) for the entity whose key is given, as SQL of type BIGINT. */
export function drawSql(key: string, what: string): string {
  return `(hash(xor(${key}, ${purpose(what)})) >> 32)::BIGINT`
}

/** A draw as a whole number from low to high, both included. */
export function betweenSql(draw: string, low: string | number, span: string | number): string {
  return `(${low} + ((${draw} * ${span}) >> 32))`
}

/** The bound below which a draw falls with the given probability. */
export function bound(probability: number): bigint {
  return (BigInt(Math.round(probability * 1_000_000)) * DRAWS) / 1_000_000n
}

/** Bounds of a weighted choice: entry i is chosen when the draw is below bounds[i] and not below the one before. */
function bounds(weights: readonly number[]): bigint[] {
  const units = weights.map((weight) => BigInt(Math.round(weight * 1_000_000)))
  const total = units.reduce((sum, unit) => sum + unit, 0n)
  let sum = 0n
  return units.map((unit) => {
    sum += unit
    return (sum * DRAWS) / total
  })
}

/** A weighted choice among SQL values. */
export function pickSql(draw: string, entries: readonly (readonly [value: string, weight: number])[]): string {
  if (entries.length === 1) return entries[0]![0]
  const limits = bounds(entries.map(([, weight]) => weight))
  const cases = entries.slice(0, -1).map(([value], index) => `WHEN ${draw} < ${limits[index]} THEN ${value}`)
  return `CASE ${cases.join(' ')} ELSE ${entries.at(-1)![0]} END`
}

/** A list of words repeated by weight, so that one index draws one. */
export function spread(entries: readonly (readonly [word: string, weight: number])[], slots: number): string[] {
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0)
  const words: string[] = []
  let sum = 0
  for (const [word, weight] of entries) {
    sum += weight
    const end = Math.round((sum * slots) / total)
    while (words.length < end) words.push(word)
  }
  return words
}
