import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type House, putSetting } from '../src/app/open.ts'
import { operatorActor } from '../src/app/operator.ts'
import { importPlaces, importPlaceTags, loadRegister, tallyIn, usualPeriod } from '../src/beams/register/index.ts'
import { dayOf } from '../src/kernel/calendar.ts'
import { ROOT, subtree } from '../src/kernel/place-code.ts'
import { Problem } from '../src/kernel/problem.ts'
import { sql } from '../src/platform/db/database.ts'
import { readPlacesConfig } from './config.ts'
import { checkedManifest } from './manifest.ts'
import { placesFile, placeTagsFile } from './places.ts'

export type LoadedNation = {
  readonly households: number
  readonly persons: number
  /** Of the load alone, without places. */
  readonly seconds: number
}

/**
 * Brings a generated nation into an empty register, its places before where the tree has none. An interrupted load is
 * ended by calling this again. Throws Problems as `checkedManifest`, `loadRegister` and `importPlaces` do, and
 * `pack.other` for a nation of another pack.
 */
export async function loadNation(
  house: House,
  folder: string,
  progress: (step: string, done?: number, total?: number) => void = () => {},
): Promise<LoadedNation> {
  const { db, pack, register, settings } = house
  progress('comparing the files with their digest')
  const manifest = await checkedManifest(folder)
  if (manifest.pack !== pack.id) throw new Problem('pack.other', { kept: pack.id, given: manifest.pack })
  const nation = { synthetic: true, scale: manifest.scale, seed: manifest.seed }
  // Said before the first household stands there: nobody shall take these for real.
  const before = await db.transaction(subtree(ROOT), (tx) => tallyIn(tx, subtree(ROOT)))
  if (before.households === 0) await putSetting(db, 'nation', { ...nation, loaded: false })
  await loadMissingPlaces(house, progress)
  const begun = performance.now()
  const now = settings.now()
  const today = dayOf(now, pack.utcOffset)
  const result = await loadRegister(
    { ...register, pack, db },
    {
      files: { households: join(folder, 'households.parquet'), members: join(folder, 'members.parquet') },
      digest: manifest.digest,
      intake: {
        period: usualPeriod(pack.period, today),
        why: readPlacesConfig(pack).nation.reason,
        actor: operatorActor(now),
        today,
      },
      progress,
    },
  )
  await putSetting(db, 'nation', { ...nation, loaded: true })
  return { ...result, seconds: (performance.now() - begun) / 1000 }
}

async function loadMissingPlaces(house: House, progress: (step: string) => void): Promise<void> {
  const { db, pack, register, settings } = house
  const there = await db.transaction(subtree(ROOT), (tx) => tx.first(sql`select from place where level > 0 limit 1`))
  if (there) return
  progress('places')
  const temp = await mkdtemp(join(settings.home, 'places-'))
  try {
    const actor = operatorActor(settings.now())
    const parts = { pack, keysOf: register.keysOf, chainOf: register.chainOf, actor, from: '1900-01-01' }
    await importPlaces(db, parts, await placesFile(pack, temp))
    await importPlaceTags(db, parts, await placeTagsFile(pack, temp))
  } finally {
    await rm(temp, { recursive: true, force: true })
  }
}
