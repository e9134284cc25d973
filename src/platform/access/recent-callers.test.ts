import { expect, test } from 'vitest'
import { subtree } from '../../kernel/place-code.ts'
import type { Caller } from './caller.ts'
import { createRecentCallers, RECENT_MS } from './recent-callers.ts'

const START = Date.parse('2031-11-20T04:00:00Z')

const caller: Caller = {
  accountId: 7,
  login: 'somebody',
  name: 'somebody',
  language: 'en',
  postId: 8,
  role: 'warden',
  place: '0A',
  scope: subtree('0A'),
  rights: new Set(['household.read']),
}

function open() {
  const house = { writes: 0, now: START, day: '2031-11-20' }
  const recent = createRecentCallers({
    writes: () => house.writes,
    now: () => new Date(house.now),
    today: () => house.day,
  })
  const keep = (token: string, changed: { writes?: number; until?: number } = {}) =>
    recent.keep(token, caller, {
      writes: house.writes,
      from: new Date(house.now),
      until: START + 60_000,
      on: house.day,
      ...changed,
    })
  return { house, recent, keep }
}

test('a caller is known by the own token for a second, and not after it nor before it', () => {
  const { house, recent, keep } = open()
  keep('one')
  expect(recent.get('one')).toBe(caller)
  expect(recent.get('another')).toBeUndefined()
  house.now = START + RECENT_MS - 1
  expect(recent.get('one')).toBe(caller)
  house.now = START + RECENT_MS
  expect(recent.get('one')).toBeUndefined()
  keep('one')
  house.now = START - 1
  expect(recent.get('one')).toBeUndefined()
})

test('any write forgets all, also one that happened while the question was under way', () => {
  const { house, recent, keep } = open()
  keep('one')
  keep('two')
  house.writes++
  expect([recent.get('one'), recent.get('two')]).toEqual([undefined, undefined])
  keep('one', { writes: house.writes - 1 })
  expect(recent.get('one')).toBeUndefined()
  keep('one')
  expect([recent.get('one'), recent.get('two')]).toEqual([caller, undefined])
})

test('the end of the session and of the day count to the millisecond', () => {
  const { house, recent, keep } = open()
  keep('one', { until: START + 10 })
  house.now = START + 9
  expect(recent.get('one')).toBe(caller)
  house.now = START + 10
  expect(recent.get('one')).toBeUndefined()
  keep('two')
  house.day = '2031-11-21'
  expect(recent.get('two')).toBeUndefined()
})

test('only so many are kept', () => {
  const { recent, keep } = open()
  for (let at = 0; at <= 10_000; at++) keep(`token ${at}`)
  expect([recent.get('token 0'), recent.get('token 10000')]).toEqual([undefined, caller])
})
