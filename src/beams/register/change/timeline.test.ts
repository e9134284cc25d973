import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Problem } from '../../../kernel/problem.ts'
import { differences } from './difference.ts'
import { type Change, type DatedChange, type HouseholdState, headOf, type MemberState, present } from './state.ts'
import { commonBeginning, replay, type Segment, spansOf } from './timeline.ts'

const rules = {
  heads: new Set(['head']),
  died: new Set(['d']),
  split: 's',
  derive: (facts: object, size: number) => ({ ...facts, size }),
}

function member(person: number, over: Partial<MemberState> = {}): MemberState {
  return {
    person,
    line: person,
    name: `M${person}`,
    relation: person === 1 ? 'head' : 'child',
    sex: 'f',
    bornOn: '1990-01-01',
    joinedOn: '2014-01-01',
    leftOn: null,
    leftWhy: null,
    documentTail: null,
    documentMask: null,
    sealed: null,
    disputed: false,
    facts: {},
    ...over,
  }
}

const first: Segment = {
  from: '2014-06-01',
  no: 1,
  state: {
    place: '01',
    number: 'H1',
    status: 'in',
    cause: 'ill',
    registeredOn: '2014-06-01',
    period: '2014',
    facts: { '2014': { roof: 'straw' } },
    sealed: null,
    members: [member(1), member(2)],
  },
}

const day = (n: number) => new Date(Date.UTC(2014, 5, 1) + n * 86_400_000).toISOString().slice(0, 10)

function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof Problem) return error.code
    throw error
  }
  return 'not refused'
}

test.each<[string, Change, string?]>([
  ['change.head-leaves', { kind: 'remove-member', person: 1, reason: 'd' }],
  ['change.no-member', { kind: 'remove-member', person: 9, reason: 'd' }],
  ['change.before-registration', { kind: 'remove-member', person: 2, reason: 'd' }, '2013-12-31'],
  ['change.second-head', { kind: 'add-member', member: member(3, { relation: 'head' }) }],
  ['change.already-member', { kind: 'add-member', member: member(2) }],
  ['change.before-birth', { kind: 'add-member', member: member(3, { bornOn: '2015-01-01', joinedOn: '2014-12-01' }) }],
  ['change.one-head', { kind: 'change-head', person: 2, relations: { 2: 'head' } }],
  ['change.no-facts', { kind: 'correct-facts', period: '2013', household: {}, members: {} }],
])('%s', (code, change, effectiveOn = '2015-01-01') => {
  expect(refusal(() => replay(first, [{ no: 2, effectiveOn, change }], rules))).toBe(code)
})

test('nobody dies twice, and the last one does not leave', () => {
  const dies: DatedChange = {
    no: 2,
    effectiveOn: '2015-01-01',
    change: { kind: 'remove-member', person: 2, reason: 'd' },
  }
  const again = { ...dies, no: 3, effectiveOn: '2015-02-01' }
  expect(refusal(() => replay(first, [dies, again], rules))).toBe('change.left-already')
  const last = { ...again, change: { kind: 'remove-member' as const, person: 1, reason: 'd' } }
  expect(refusal(() => replay(first, [dies, last], rules))).toBe('change.nobody-left')
})

test('a change recorded late takes effect where it belongs, and what comes after it is made anew', () => {
  const roof: DatedChange = {
    no: 2,
    effectiveOn: '2016-01-01',
    change: { kind: 'correct-facts', period: '2014', household: { roof: 'tile' }, members: {} },
  }
  const late: DatedChange = {
    no: 3,
    effectiveOn: '2015-01-01',
    change: { kind: 'remove-member', person: 2, reason: 'd' },
  }
  const before = spansOf(replay(first, [roof], rules))
  const after = spansOf(replay(first, [roof, late], rules))
  expect(after.map(({ from, to, no }) => [from, to, no])).toEqual([
    ['2014-06-01', '2015-01-01', 1],
    ['2015-01-01', '2016-01-01', 3],
    ['2016-01-01', null, 3],
  ])
  expect(commonBeginning(before, after)).toBe(0)
  expect(present(after[2]!.state)).toHaveLength(1)
  expect(after[2]!.state.facts['2014']).toEqual({ roof: 'tile', size: 1 })
})

test('the difference names what changed and nothing else', () => {
  const [, after] = replay(
    first,
    [{ no: 2, effectiveOn: '2015-01-01', change: { kind: 'remove-member', person: 2, reason: 'd' } }],
    { ...rules, derive: (facts) => facts },
  )
  expect(differences(first.state, after!.state)).toEqual([
    { person: 2, period: null, field: 'leftOn', from: null, to: '2015-01-01' },
    { person: 2, period: null, field: 'leftWhy', from: null, to: 'd' },
  ])
})

test('random lives: every state has one head, spans fill the time without overlap, order of recording does not matter', () => {
  const wish = fc.record({
    on: fc.integer({ min: 0, max: 400 }),
    kind: fc.constantFrom('add', 'remove', 'head', 'facts'),
    person: fc.integer({ min: 1, max: 6 }),
  })
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 12 }), (wishes) => {
      let changes: DatedChange[] = []
      for (const [at, { on, kind, person }] of wishes.entries()) {
        const now = replay(first, changes, rules).at(-1)!.state
        const dated = { no: at + 2, effectiveOn: day(on), change: changeOf(now, kind, person, day(on)) }
        try {
          replay(first, [...changes, dated], rules)
          changes = [...changes, dated]
        } catch (error) {
          expect(error).toBeInstanceOf(Problem)
        }
      }
      const life = spansOf(replay(first, changes, rules))
      for (const [at, span] of life.entries()) {
        expect(headOf(span.state, rules).leftOn).toBeNull()
        expect(span.to).toBe(life[at + 1]?.from ?? null)
        if (span.to !== null) expect(span.to > span.from).toBe(true)
      }
      expect(spansOf(replay(first, [...changes].reverse(), rules))).toEqual(life)
    }),
    { seed: 4, numRuns: 300 },
  )
})

function changeOf(now: HouseholdState, kind: string, person: number, on: string): Change {
  if (kind === 'add') return { kind: 'add-member', member: member(person, { relation: 'child', joinedOn: on }) }
  if (kind === 'remove') return { kind: 'remove-member', person, reason: 'd' }
  if (kind === 'facts')
    return { kind: 'correct-facts', period: '2014', household: { roof: String(person) }, members: {} }
  const old = headOf(now, rules).person
  return { kind: 'change-head', person, relations: { [old]: 'child', [person]: 'head' } }
}
