import { join } from 'node:path'
import { generateNation } from '../../nation/generate.ts'
import { placesFile } from '../../nation/places.ts'
import { rights } from '../../src/platform/http/contract.ts'
import { loadPack } from '../../src/policy/load.ts'

export type BenchNation = {
  readonly places: string
  readonly folder: string
  readonly files: readonly string[]
  readonly persons: number
  readonly households: number
}

/** Writes the places and a nation of about so many persons into a folder. */
export async function nationIn(
  policy: string,
  folder: string,
  scale: number,
  format: 'csv' | 'parquet',
): Promise<BenchNation> {
  const pack = loadPack(policy, { rights })
  const places = await placesFile(pack, folder)
  const to = join(folder, 'nation')
  const nation = await generateNation({ pack, scale, seed: 42, folder: to, formats: [format] })
  return { places, folder: to, files: nation.files, persons: nation.members, households: nation.households }
}
