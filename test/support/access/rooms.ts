import { expect, test } from 'vitest'
import type { Contract } from '../../../src/platform/http/contract.ts'

/** The first words of all routes. The routes are known only when the house is open, so tests take room after room. */
export const rooms = [
  'session',
  'account',
  'pack',
  'health',
  'job',
  'place',
  'map',
  'card',
  'household',
  'import',
  'user',
  'view',
  'period',
  'place-card',
] as const

/** To be called where tests walk the rooms: no route may be passed over. */
export function testRooms(contracts: () => readonly Contract[]): void {
  test('the rooms below are all there are', () => {
    expect([...new Set(contracts().map(({ id }) => id.split('.')[0]!))].sort()).toEqual([...rooms].sort())
  })
}
