import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { operatorActor } from '../../src/app/operator.ts'
import { importPlaces } from '../../src/beams/register/index.ts'
import { checkCharacter } from '../../src/policy/identity.ts'
import { openTestHouse, type TestHouse } from './house.ts'

/** A few places of the reference pack, enough to stand in and to lie outside of. */
const places = [
  ['520000000000', '贵州省'],
  ['520100000000', '贵阳市'],
  ['520123000000', '修文县'],
  ['520123101000', '扎佐镇'],
  ['520123101201', '大山村'],
  ['520123101202', '小河村'],
  ['520124000000', '别县'],
  ['520124101000', '外镇'],
  ['520124101201', '外村'],
]

export const county = '520123'
export const village = '520123101201'
export const otherVillage = '520123101202'
export const township = '520123101000'
export const outside = '520124101201'

/**
 * A house under the reference pack, whose identity numbers tell birth and sex, with a handful of places.
 * @param more further places as [official code, name], parents first
 */
export async function openChinaHouse(more: readonly (readonly [string, string])[] = []): Promise<TestHouse> {
  const house = await openTestHouse({ pack: 'china-2016', places: false })
  const folder = mkdtempSync(join(tmpdir(), 'fourbeams-places-'))
  try {
    const file = join(folder, 'places.csv')
    writeFileSync(file, ['official_code,name', ...[...places, ...more].map((place) => place.join(','))].join('\n'))
    const { register, pack } = house
    const actor = operatorActor(house.settings.now())
    await importPlaces(
      house.db,
      { pack, keysOf: register.keysOf, chainOf: register.chainOf, actor, from: '1900-01-01' },
      file,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
  return house
}

/** An identity number with a right check character; an odd `order` is a man's. */
export function idNumber(birth: string, order: number): string {
  const body = `${county}${birth.replaceAll('-', '')}${String(order).padStart(3, '0')}`
  return body + checkCharacter('iso7064-mod11-2', body)
}
