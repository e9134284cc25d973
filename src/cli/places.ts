import type { House } from '../app/open.ts'
import { placesByOfficialCode } from '../beams/register/index.ts'
import { ROOT, subtree } from '../kernel/place-code.ts'
import { Problem } from '../kernel/problem.ts'

/** The place that somebody typed: by official code or key, at a level if one is given, else the highest that fits. */
export async function resolvePlace(house: House, code: string, level?: number) {
  const found = await house.db.transaction(subtree(ROOT), (tx) => placesByOfficialCode(tx, [code]), { readOnly: true })
  const fitting = found
    .filter((place) => level === undefined || place.level === level)
    .sort((a, b) => a.level - b.level)
  if (!fitting[0]) throw new Problem('place.unknown', { code })
  return fitting[0]
}
