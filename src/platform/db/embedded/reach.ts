import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Account } from './account.ts'

/** Whether an account may pass through every folder above a path and read what stands there (folders: enter, too). */
export function reaches(account: Account, path: string): boolean {
  let place = resolve(path)
  if (!allowed(account, place, statOrNone(place)?.isDirectory() ? 5 : 4)) return false
  while (dirname(place) !== place) {
    place = dirname(place)
    if (!allowed(account, place, 1)) return false
  }
  return true
}

/** Whether an account may pass through a folder and all above it, without listing it. */
export function passes(account: Account, folder: string): boolean {
  for (let place = resolve(folder); ; place = dirname(place)) {
    if (!allowed(account, place, 1)) return false
    if (dirname(place) === place) return true
  }
}

/** @param bits wanted, as in one digit of a mode: 4 read, 2 write, 1 pass or run */
function allowed(account: Account, path: string, bits: number): boolean {
  const stat = statOrNone(path)
  if (!stat) return false
  const shift = stat.uid === account.uid ? 6 : stat.gid === account.gid ? 3 : 0
  return ((stat.mode >> shift) & bits) === bits
}

function statOrNone(path: string) {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}
