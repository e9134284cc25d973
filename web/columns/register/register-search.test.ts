import { describe, expect, it } from 'vitest'
import { mostColumns, queryOf, readColumns, readFilter, strangeNames } from './register-search.ts'

describe('the filter in the address', () => {
  it('is read and sent as it stands, lists split at commas', () => {
    const filter = readFilter({ place: '0512', status: 'a,b', sizeFrom: '2', text: 'wang' })
    expect(filter.place).toBe('0512')
    expect(queryOf(filter)).toEqual({ place: '0512', status: ['a', 'b'], sizeFrom: 2, text: 'wang' })
  })

  it('keeps the day that the list is of', () => {
    expect(queryOf(readFilter({ asOf: '2015-12-31' }))).toEqual({ asOf: '2015-12-31' })
    expect(strangeNames({ asOf: '2015-12-31' })).toEqual([])
  })

  it('sends nothing that is not there', () => {
    expect(queryOf(readFilter({ status: ',', text: '' }))).toEqual({})
  })

  it('sends nonsense along, so that the server refuses it', () => {
    expect(queryOf(readFilter({ sizeTo: 'many', status: 'nobody-knows' }))).toEqual({
      sizeTo: Number.NaN,
      status: ['nobody-knows'],
    })
  })

  it('names what is no filter of the register', () => {
    expect(strangeNames({ place: '05', columns: 'a', caste: '3' })).toEqual(['caste'])
  })

  it('takes no more columns than a table can bear', () => {
    const many = Array.from({ length: mostColumns + 3 }, (_, index) => `f${index}`).join(',')
    expect(readColumns({ columns: many })).toHaveLength(mostColumns)
    expect(readColumns({})).toEqual([])
  })
})
