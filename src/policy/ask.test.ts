import { describe, expect, it } from 'vitest'
import { pack } from '../../test/support/packs.ts'
import { Problem } from '../kernel/problem.ts'
import { answer, boundField, codeName, codesMeaning, findField, householdForm, parameter } from './ask.ts'

const riverland = pack('riverland')
const nested = pack('china-2016')
const form = householdForm(riverland)

describe('a parameter', () => {
  it.each([
    ['2030-01-01', undefined, 90.5],
    ['2030-12-31', undefined, 90.5],
    ['2031-01-01', undefined, 95.125],
    ['2049-07-07', undefined, 95.125],
    ['2031-06-30', ['RL', 'R7'], 110],
    ['2031-07-01', ['RL', 'R7'], 112],
    ['2031-07-01', ['RL', 'R7', 'R7.2', 'R7.2/14'], 130],
    ['2031-07-01', 'R7', 112],
    ['2031-07-01', ['RL', 'R71'], 95.125],
    ['2030-07-01', ['RL', 'R7'], 90.5],
  ])('on %s at %s is %s', (on, place, value) => {
    expect(parameter(riverland, 'line', { on, ...(place === undefined ? {} : { place }) })).toBe(value)
  })

  it('of the nearest place wins, wherever it stands in the file', () => {
    expect(parameter(riverland, 'notice.days', { on: '2031-01-01', place: ['RL', 'R7'] })).toBe(6)
    expect(parameter(riverland, 'notice.days', { on: '2031-01-01', place: ['RL', 'R8'] })).toBe(4)
  })

  it('keeps lists and words as they are', () => {
    expect(parameter(riverland, 'grades', { on: '2031-01-01' })).toEqual(['dry', 'damp'])
    expect(parameter(nested, 'hotline', { on: '2016-01-01' })).toBe('12317')
  })

  it('is refused, not guessed, where the pack is silent', () => {
    const at = (id: string, on: string, place?: string) => () =>
      parameter(nested, id, { on, ...(place === undefined ? {} : { place }) })
    expect(at('line.constant', '2021-01-01')).toThrow(Problem)
    expect(at('line.constant', '2021-01-01')).toThrow(/line\.constant.*2021-01-01.*000000000000/)
    expect(at('line.constnat', '2016-01-01')).toThrow(/no parameter “line\.constnat”/)
    // Known in one province only.
    expect(at('exclude.away.years', '2016-01-01')).toThrow(Problem)
    expect(at('exclude.away.years', '2016-01-01', '440000000000')).toThrow(Problem)
    expect(at('exclude.away.years', '2016-01-01', '450102001001')()).toBe(3)
    expect(at('exclude.vehicle.value', '2016-01-01', '450102001001')()).toBe(30000)
    expect(at('exclude.vehicle.value', '2016-01-01', '460000000000')).toThrow(Problem)
  })
})

describe('a form and its lists', () => {
  it('are asked by id and by what the engine needs', () => {
    expect(findField(form, 'boats')?.kind).toBe('integer')
    expect(findField(form, 'ships')).toBeUndefined()
    expect(boundField(form, 'member.name')?.id).toBe('called')
    expect(boundField(pack('riverland').forms.get('hamlet_card')!, 'member.name')).toBeUndefined()
  })

  it('name codes in a language, and show unknown codes as they are', () => {
    const reasons = riverland.lists.get('reason')!
    expect(codeName(reasons, 'FL', 'en')).toBe('Flood')
    expect(codeName(reasons, 'FL', 'rv')).toBe('Flod')
    expect(codeName(reasons, 'FL', 'zh-CN')).toBe('Flood')
    expect(codeName(reasons, 'QQ', 'en')).toBe('QQ')
    expect(codesMeaning(riverland.lists.get('standing')!, 'poor')).toEqual(['in', 'back'])
  })

  it('answer yes and no in the language asked for, else in the first of the pack', () => {
    expect([answer(riverland, true, 'en'), answer(riverland, false, 'rv'), answer(riverland, true, 'zh-CN')]).toEqual([
      'yes',
      'nej',
      'ja',
    ])
  })
})
