import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinJson, withoutFacts } from './row-facts.ts'

const fact = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.boolean(),
  fc.array(fc.string(), { maxLength: 3 }),
)
// Keys and values that look like one another, so that a cut at the wrong place would show.
const tricky = fc.constantFrom('"a":1', 'a', '"', '\\', ',"a":', '{}', '"a":"b",')
const facts = fc.dictionary(fc.constantFrom('a', 'b', 'c', '=a', '=d'), fc.oneof(fact, tricky))

describe('facts as JSON text', () => {
  it('are left without what is taken out, wherever it stands', () => {
    fc.assert(
      fc.property(facts, fc.subarray(['a', 'c', '=a', 'z']), (all, out) => {
        const expected = Object.fromEntries(Object.entries(all).filter(([id]) => !out.includes(id)))
        expect(JSON.parse(withoutFacts(JSON.stringify(all), all, out))).toEqual(expected)
      }),
    )
  })

  it('are joined as objects are', () => {
    fc.assert(
      fc.property(facts, facts, (one, other) => {
        expect(JSON.parse(joinJson(JSON.stringify(one), JSON.stringify(other)))).toEqual({ ...one, ...other })
      }),
    )
  })
})
