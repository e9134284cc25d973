import { ROOT } from '../../../kernel/place-code.ts'
import { Problem } from '../../../kernel/problem.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import type { Sheet } from '../../../platform/files/sheet.ts'
import type { Level, Pack } from '../../../policy/pack.ts'

/** A place as a file gives it. */
export type RawPlace = {
  readonly line: number
  readonly official: string
  readonly name: string
  /** Depth in the tree. */
  readonly level: number
  /** Official code of the place above, where the file gives it. */
  readonly above: string
  readonly code?: string
  readonly parent?: string
}

/** The key of a place whose official codes nest: the code without the zeros it is padded with. */
export function keyOf(raw: { official: string; level: number }, pack: Pack): string {
  return raw.official.slice(0, pack.levels[raw.level]!.length)
}

/** The level that an official code belongs to, by what is left when the padding is taken away; 0 when none fits. */
export function levelOf(official: string, levels: readonly Level[]): number {
  for (let level = 1; level < levels.length; level++) {
    const { length, officialLength } = levels[level]!
    if (official.length === length) return level
    if (
      official.length === officialLength &&
      /^0*$/.test(official.slice(length)) &&
      !/^0+$/.test(official.slice(0, length))
    )
      return level
  }
  return 0
}

/** Reads a file of places batch by batch. What is wrong with a line is added to `problems`; the line is left out. */
export async function* readPlaces(sheet: Sheet, pack: Pack, problems: Problem[]): AsyncGenerator<RawPlace[]> {
  let columns: { code: number; name: number; level: number; above: number } | undefined
  for await (const batch of sheet.rows()) {
    const places: RawPlace[] = []
    for (const [index, cells] of batch.rows.entries()) {
      const line = batch.numbers[index]!
      if (!columns) {
        columns = findColumns(cells)
        continue
      }
      const official = (cells[columns.code] ?? '').trim()
      const level = readLevel((cells[columns.level] ?? '').trim(), official, pack)
      if (level === 0) {
        problems.push(new Problem('place.bad-code', { line, code: official }))
        continue
      }
      places.push({
        line,
        official,
        level,
        name: (cells[columns.name] ?? '').trim(),
        above: (cells[columns.above] ?? '').trim(),
      })
    }
    yield places
  }
}

function findColumns(cells: readonly string[]) {
  const names = cells.map((cell) => cell.trim().toLowerCase())
  const at = (...options: string[]) => names.findIndex((name) => options.includes(name))
  const columns = {
    code: at('official_code', 'code'),
    name: at('name'),
    level: at('level'),
    above: at('parent_official_code', 'parent'),
  }
  if (columns.code < 0 || columns.name < 0) throw new Problem('place.no-columns', { columns: 'code, name' })
  return columns
}

function readLevel(text: string, official: string, pack: Pack): number {
  const named = pack.levels.findIndex((level) => level.id === text)
  const level = named > 0 ? named : /^\d+$/.test(text) ? Number(text) : 0
  if (pack.codes.kind === 'path')
    return level > 0 && level < pack.levels.length && /^[0-9A-Z][0-9A-Z./-]{0,39}$/.test(official) ? level : 0
  if (!/^[0-9A-Z]+$/.test(official)) return 0
  if (level > 0 && level < pack.levels.length) return official.length >= pack.levels[level]!.length ? level : 0
  return levelOf(official, pack.levels)
}

/**
 * Gives keys to places of a country whose official codes do not nest: the key of the place above and a segment of
 * fixed width. Such countries are small, so the whole file is held. Places that are known keep their keys.
 */
export async function withPathKeys(
  tx: Tx,
  sheet: Sheet,
  pack: Pack,
  problems: Problem[],
): Promise<AsyncGenerator<RawPlace[]>> {
  const width = pack.codes.kind === 'path' ? pack.codes.width : 0
  const known = await tx.all<{ code: string; parent: string; official_code: string; exists: boolean }>(sql`
    select code, coalesce(parent, '') as parent, official_code, valid_to is null as exists from place order by code`)
  const keys = new Map(known.filter((place) => place.exists).map((place) => [place.official_code, place.code]))
  // A key is never given twice, so those of places that have ended count as well.
  const last = new Map<string, number>()
  for (const place of known) {
    if (place.code !== ROOT) last.set(place.parent, Number.parseInt(place.code.slice(-width), 36))
  }
  const all: RawPlace[] = []
  for await (const batch of readPlaces(sheet, pack, problems)) all.push(...batch)
  all.sort((a, b) => a.level - b.level || a.line - b.line)
  const keyed: RawPlace[] = []
  for (const raw of all) {
    const parent = raw.level === 1 ? ROOT : keys.get(raw.above)
    if (parent === undefined) {
      problems.push(new Problem('place.no-parent', { line: raw.line, code: raw.official, parent: raw.above }))
      continue
    }
    let code = keys.get(raw.official)
    if (code === undefined) {
      // Counted from 1 and first in base 36 from A, so that no key of the first level is the root's.
      const segment = (last.get(parent) ?? firstSegment(width) - 1) + 1
      last.set(parent, segment)
      code = (parent === ROOT ? '' : parent) + segment.toString(36).toUpperCase().padStart(width, '0')
      keys.set(raw.official, code)
    }
    keyed.push({ ...raw, code, parent })
  }
  return (async function* () {
    yield keyed
  })()
}

/** The first segment in base 36 that begins with a letter: `A0…`. */
export function firstSegment(width: number): number {
  return 10 * 36 ** (width - 1)
}
