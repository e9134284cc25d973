import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivate } from './private-file.ts'
import { lives, markOf, type ProcessMark } from './process-mark.ts'

/** One use of the server by a process; a process may use it more than once. */
export type Use = ProcessMark & { readonly token: string }

const path = (home: string) => join(home, 'postgres.users.json')

/**
 * The uses by living processes, oldest first. The first one is the keeper; when it ends or dies, the next one is.
 * Only read and changed under the lock.
 */
export function usesOf(home: string): Use[] {
  try {
    return (JSON.parse(readFileSync(path(home), 'utf8')) as Use[]).filter(lives)
  } catch {
    return []
  }
}

/** Enters a use of this process. */
export function enter(home: string, token: string): void {
  const mark = markOf(process.pid) ?? { pid: process.pid, started: '' }
  writePrivate(path(home), JSON.stringify([...usesOf(home), { ...mark, token }]))
}

/** Strikes out a use. @returns how many others remain */
export function leave(home: string, token: string): number {
  const rest = usesOf(home).filter((use) => use.token !== token)
  writePrivate(path(home), JSON.stringify(rest))
  return rest.length
}
