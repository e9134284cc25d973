import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Database, Tx } from '../db/database.ts'
import { createAccessLog, FLUSH_EVERY_MS, type Look } from './access-log.ts'

const at = new Date('2031-11-20T04:00:30Z')
const look = (household: number, over: Partial<Look> = {}): Look => ({
  household,
  place: '010101',
  accountId: 7,
  postId: 8,
  at,
  ...over,
})

/** A database that counts what it is asked, and fails as long as it is told to. */
function open() {
  const state = { asked: 0, down: false }
  const db = {
    async transaction<T>(_scope: unknown, work: (tx: Tx) => Promise<T>) {
      state.asked++
      if (state.down) throw new Error('down')
      return work({ run: async () => 1 } as unknown as Tx)
    },
  } as Pick<Database, 'transaction'>
  const reports: unknown[] = []
  return { state, reports, log: createAccessLog(db, (_, error) => reports.push(error)) }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

it('writes once a second what came together, and nothing when nothing came', async () => {
  const { state, log } = open()
  for (let count = 0; count < 500; count++) log.note(look(count))
  expect(state.asked).toBe(0)
  await vi.advanceTimersByTimeAsync(FLUSH_EVERY_MS)
  expect(state.asked).toBe(1)
  await vi.advanceTimersByTimeAsync(10 * FLUSH_EVERY_MS)
  expect(state.asked).toBe(1)
  log.note(look(1))
  await log.close()
  expect(state.asked).toBe(2)
  expect(vi.getTimerCount()).toBe(0)
})

it('keeps what the database does not take, tells of it, and tries again', async () => {
  const { state, reports, log } = open()
  state.down = true
  log.note(look(1))
  await vi.advanceTimersByTimeAsync(3 * FLUSH_EVERY_MS)
  expect([state.asked, reports.length]).toEqual([3, 3])
  await expect(log.flush()).rejects.toThrow('down')
  state.down = false
  await vi.advanceTimersByTimeAsync(FLUSH_EVERY_MS)
  expect([state.asked, reports.length]).toEqual([5, 3])
  await log.flush()
  expect(state.asked).toBe(5)
})

it('refuses looks rather than lose one, when too many wait', async () => {
  const { state, log } = open()
  state.down = true
  for (let count = 0; count < 100_000; count++) log.note(look(count))
  expect(() => log.note(look(1))).toThrow(expect.objectContaining({ code: 'server.busy' }))
  state.down = false
  await log.flush()
  log.note(look(1))
  await log.close()
})
