import { join } from 'node:path'
import { generateNation } from '../../nation/generate.ts'
import { placesFile } from '../../nation/places.ts'
import { rights } from '../../src/platform/http/contract.ts'
import { loadPack } from '../../src/policy/load.ts'

export type BenchNation = { places: string; csv: string; persons: number; households: number }

/** Writes the places and a nation of about so many persons into a folder. */
export async function nationIn(policy: string, folder: string, scale: number): Promise<BenchNation> {
  const pack = loadPack(policy, { rights })
  const places = await placesFile(pack, folder)
  const nation = await generateNation({ pack, scale, seed: 42, folder: join(folder, 'nation'), formats: ['csv'] })
  return { places, csv: nation.files[0]!, persons: nation.members, households: nation.households }
}
