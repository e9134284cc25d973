import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from './json-body.ts'

const detailOf = (text: string): string => {
  try {
    parseJson(text)
  } catch (error) {
    return String((error as { values?: { detail?: string } }).values?.detail)
  }
  return 'accepted'
}

describe('parseJson', () => {
  it('reads what JSON.parse reads, however it is written', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 0, max: 3 }), (value, spaces) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'))
        const text = JSON.stringify(value, null, spaces)
        expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('refuses a name that stands twice, also when it is written differently, but not in different objects', () => {
    expect(detailOf('{"a":1,"a":1}')).toBe('“a” stands twice in the same object')
    expect(detailOf('[{"x":{"a":[1,{"b":2}],"\\u0061" : 1}}]')).toBe('“a” stands twice in the same object')
    expect(detailOf('{"a":{"a":{"a":"a"}},"b":[{"a":1},{"a":2}],"c":"\\"a\\":"}')).toBe('accepted')
    expect(detailOf('{"a:":"{","{":"a","}":["a:"]}')).toBe('accepted')
  })

  it('refuses what is too deep, what means the object itself, and what is no JSON', () => {
    expect(detailOf('['.repeat(64) + ']'.repeat(64))).toBe('accepted')
    expect(detailOf('['.repeat(65) + ']'.repeat(65))).toMatch(/nested deeper/)
    expect(detailOf(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)).toMatch(/nested deeper/)
    expect(detailOf('{"__proto__":{}}')).toMatch(/no name of a field/)
    expect(detailOf('{"\\u005f_proto__":{}}')).toMatch(/no name of a field/)
    expect(detailOf('{"a":"__proto__"}')).toBe('accepted')
    expect(detailOf(' \n')).toBe('the body is empty')
    expect(detailOf('{"a":1}}')).toBe('the body is not JSON')
    expect(detailOf('\ufeff{}')).toBe('the body is not JSON')
  })
})
