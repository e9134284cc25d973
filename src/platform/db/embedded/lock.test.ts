import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { underLock } from './lock.ts'
import { markOf } from './process-mark.ts'
import { newHome } from './testing.ts'

const folder = newHome()
const path = join(folder, 'lock')

beforeEach(() => rmSync(path, { force: true }))
afterAll(() => rmSync(folder, { recursive: true }))

it('lets one in at a time, also after a refusal', async () => {
  let inside = 0
  let most = 0
  const visit = (n: number) =>
    underLock(path, 10_000, async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise((resolve) => setImmediate(resolve))
      inside -= 1
      if (n === 3) throw new Error('third')
      return n
    })
  const all = await Promise.allSettled([1, 2, 3, 4, 5].map(visit))
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  expect(most).toBe(1)
  expect(existsSync(path)).toBe(false)
})

it('names the living holder when it outlasts the patience', async () => {
  writeFileSync(path, JSON.stringify(markOf(process.pid)))
  const refused = underLock(path, 60, async () => 1)
  await expect(refused).rejects.toMatchObject({ code: 'database.busy', values: { pid: process.pid } })
  expect(existsSync(path)).toBe(true)
})

it('takes over from a dead holder, one of several at a time', async () => {
  writeFileSync(path, JSON.stringify({ pid: process.pid, started: 'long ago' }))
  const holders = await Promise.all(
    [1, 2, 3].map(() => underLock(path, 10_000, async () => readFileSync(path, 'utf8'))),
  )
  expect(holders.map((text) => JSON.parse(text).pid)).toEqual([process.pid, process.pid, process.pid])
})

it('waits for a lock that is just being written and takes over one that never was', async () => {
  writeFileSync(path, '')
  await expect(underLock(path, 60, async () => 1)).rejects.toMatchObject({ code: 'database.busy' })
  utimesSync(path, 1, 1)
  expect(await underLock(path, 60, async () => 1)).toBe(1)
})
