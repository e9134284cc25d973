/**
 * A query grows in layers: each adds columns computed from those below. What has a name is computed once, and a reader
 * (or a debugger of one odd household) can stop at any layer.
 */
export class Layers {
  readonly sql: string

  constructor(sql: string) {
    this.sql = sql
  }

  /** The same rows with more columns, which may use every column so far but not each other. */
  add(columns: readonly string[]): Layers {
    if (columns.length === 0) return this
    return new Layers(`SELECT *, ${columns.join(',\n  ')}\nFROM (${this.sql})`)
  }

  /** Several layers, one upon the other. */
  addAll(layers: readonly (readonly string[])[]): Layers {
    return layers.reduce<Layers>((below, columns) => below.add(columns), this)
  }
}

/** A list of numbers or texts from which SQL picks by a zero-based index. */
export function pickFrom(items: readonly (number | string)[], index: string): string {
  return `list_extract([${items.join(', ')}], (${index}) + 1)`
}
