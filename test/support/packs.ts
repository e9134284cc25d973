import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rights } from '../../src/platform/http/contract.ts'
import { loadPack } from '../../src/policy/load.ts'
import type { Pack } from '../../src/policy/pack.ts'

/** The folder of the packs. */
export const policies = fileURLToPath(new URL('../../policies', import.meta.url))

const loaded = new Map<string, Pack>()

/** A pack by the name of its folder, read once for each test file. */
export function pack(name: 'riverland' | 'china-2016'): Pack {
  const known = loaded.get(name) ?? loadPack(join(policies, name), { rights })
  loaded.set(name, known)
  return known
}
