import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { OUTGOING } from './outgoing.ts'
import { UNFINISHED } from './store.ts'

/** Who writes a file touches it every few seconds; what lies untouched for longer belongs to nobody any more. */
const QUIET_MS = 15 * 60_000

/**
 * Removes what killed processes left in a home folder: uploads that were never taken in whole and files behind
 * downloads. They hold what people sent and asked for, in clear. What was touched in the last quarter of an hour stays,
 * because another process of the same home folder may be at work on it.
 *
 * @returns how many files were removed
 */
export async function removeLeftovers(home: string, now: Date): Promise<number> {
  const candidates = [
    ...(await namesIn(join(home, 'files'))).filter((path) => path.includes(UNFINISHED)),
    ...(await namesIn(join(home, OUTGOING))),
  ]
  let removed = 0
  for (const path of candidates) {
    // Gone in the meantime, or held open where open files cannot be removed: the next sweep sees it again.
    const touched = await stat(path).catch(() => undefined)
    if (!touched?.isFile() || now.getTime() - touched.mtimeMs < QUIET_MS) continue
    await rm(path).then(
      () => removed++,
      () => {},
    )
  }
  return removed
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).map((name) => join(folder, name))
}
