import type { ReadColumn } from '../../../policy/form/reader.ts'
import { CellFault, type Facts } from '../../../policy/form/value.ts'
import { copyJson } from './copy-text.ts'
import type { RowFault } from './row-fault.ts'

/** A column of the file and the field that reads it. */
export type MappedColumn = { readonly at: number; readonly column: ReadColumn }

/**
 * Writes the facts of a row.
 * @param leaveEmpty passes over empty cells, also where the field is required
 * @param faults takes what is wrong with the cells
 * @returns the inside of a JSON object, as COPY takes it
 */
export type FactsWriter = (cells: readonly string[], leaveEmpty: boolean, faults: RowFault[]) => string

// A cell that is one of few (codes, yes and no) is turned into its piece of JSON once.
const ofFew = new Set(['code', 'codes', 'boolean'])
const MOST_KEPT = 5_000

/**
 * Compiles the writer of some columns. Runs for every cell of a nation, so facts become text straight away, escaped
 * piece by piece: the row as a whole is never looked at again.
 */
export function factsWriter(
  columns: readonly MappedColumn[],
  cellAt: (cells: readonly string[], at: number) => string,
): FactsWriter {
  const compiled = columns.map(({ at, column }) => ({
    at,
    read: column.read,
    key: `${JSON.stringify(column.field.id)}:`,
    pieces: ofFew.has(column.field.kind) ? new Map<string, string>() : undefined,
  }))
  return (cells, leaveEmpty, faults) => {
    let json = ''
    for (let i = 0; i < compiled.length; i++) {
      const { at, read, key, pieces } = compiled[i]!
      const cell = cellAt(cells, at)
      if (cell === '' && leaveEmpty) continue
      let piece = pieces?.get(cell)
      if (piece === undefined) {
        const value = read(cell)
        if (value === undefined) continue
        if (value instanceof CellFault) {
          faults.push({ code: value.code, field: value.field, values: value.values })
          continue
        }
        piece = key + (typeof value === 'number' ? String(value) : copyJson(JSON.stringify(value)))
        if (pieces && pieces.size < MOST_KEPT) pieces.set(cell, piece)
      }
      json += json === '' ? piece : `,${piece}`
    }
    return json
  }
}

/**
 * The JSON text of a row's facts without some of them. Cut from the text, because taking a wide object apart and writing
 * it anew costs several times as much; each fact stands there once and to the letter, as `factsWriter` writes it.
 * @param facts what the text says
 */
export function withoutFacts(json: string, facts: Facts, ids: readonly string[]): string {
  let left = json
  for (const id of ids) {
    if (facts[id] === undefined) continue
    const piece = `${JSON.stringify(id)}:${JSON.stringify(facts[id])}`
    const at = left.indexOf(piece)
    const end = at + piece.length
    if (at < 0) throw new Error(`no fact ${id} where it was read`)
    left =
      left[end] === ','
        ? left.slice(0, at) + left.slice(end + 1)
        : left.slice(0, left[at - 1] === ',' ? at - 1 : at) + left.slice(end)
  }
  return left
}

/** Two JSON objects as one; where both have a key, the second counts. */
export function joinJson(one: string, other: string): string {
  if (one === '{}') return other
  return other === '{}' ? one : `${one.slice(0, -1)},${other.slice(1)}`
}
