import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSearch, stringifySearch } from './url-state.ts'

describe('the state in the URL', () => {
  it('stays text: a code that looks like a number keeps its zeros', () => {
    expect(parseSearch('?place=0512&text=true&status=a%2Cb')).toEqual({ place: '0512', text: 'true', status: 'a,b' })
    expect(parseSearch('')).toEqual({})
  })

  it('leaves out what is empty', () => {
    expect(stringifySearch({ place: '51', text: '', cause: undefined, period: null })).toBe('?place=51')
    expect(stringifySearch({})).toBe('')
  })

  it('comes back as it was written, whatever the texts', () => {
    const texts = fc.dictionary(
      fc.string({ minLength: 1, unit: 'grapheme' }),
      fc.string({ minLength: 1, unit: 'grapheme' }),
    )
    fc.assert(
      fc.property(texts, (state) => {
        expect(parseSearch(stringifySearch(state))).toEqual({ ...state })
      }),
    )
  })
})
