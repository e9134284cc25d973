import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Problem } from '../../../kernel/problem.ts'
import { lives, markOf, type ProcessMark } from './process-mark.ts'

/** How long an unreadable lock counts as one that is just being written, in ms. */
const BEING_WRITTEN = 5_000

/**
 * Runs `work` while no other process holds the lock file. A lock whose process is gone is taken over.
 * @param path the lock file; its folder must exist
 * @param patience how long to wait for a living holder, in ms
 * @throws Problem `database.busy` when the holder outlasts the patience
 */
export async function underLock<T>(path: string, patience: number, work: () => Promise<T>): Promise<T> {
  const end = Date.now() + patience
  while (!take(path)) {
    if (holderIsGone(path)) takeAway(path)
    else if (Date.now() > end) throw new Problem('database.busy', { pid: holder(path)?.pid ?? '?', path })
    else await pause(25)
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

function take(path: string): boolean {
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  writeSync(file, JSON.stringify(markOf(process.pid)))
  closeSync(file)
  return true
}

function holder(path: string): ProcessMark | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessMark
  } catch {
    return undefined
  }
}

function holderIsGone(path: string): boolean {
  const mark = holder(path)
  return mark ? !lives(mark) : olderThan(path, BEING_WRITTEN)
}

function olderThan(path: string, age: number): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs > age
  } catch {
    return false
  }
}

/**
 * Removes a dead lock. Only one process may do so at a time and must look again first, else the second of two that
 * saw the same dead lock would remove the fresh one of the first.
 */
function takeAway(path: string): void {
  const second = `${path}.away`
  if (!take(second)) {
    // Its holder needs microseconds; one that is old died in between.
    if (olderThan(second, BEING_WRITTEN)) rmSync(second, { force: true })
    return
  }
  try {
    if (holderIsGone(path)) rmSync(path, { force: true })
  } finally {
    rmSync(second, { force: true })
  }
}
