import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { rights } from '../src/platform/http/contract.ts'
import { boundField, householdForm, LEAVING, parameter } from '../src/policy/ask.ts'
import { loadPack } from '../src/policy/load.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
const load = (name: string) => loadPack(join(folder, name), { rights })

describe.each(names)('the pack %s', (name) => {
  it('loads without a fault, under the name of its folder', () => {
    expect(load(name).id).toBe(name)
  })

  it('gives every right to somebody, and the reading of places to everybody', () => {
    const { roles } = load(name)
    const given = new Set(roles.flatMap((role) => role.rights))
    expect(rights.filter((right) => !given.has(right))).toEqual([])
    expect(roles.filter((role) => !role.rights.includes('place.read'))).toEqual([])
  })

  it('lets nobody who administers accounts see identity numbers', () => {
    const both = load(name).roles.filter(
      (role) => role.rights.includes('user.manage') && role.rights.includes('identity.reveal'),
    )
    expect(both).toEqual([])
  })

  it('uses every source, list and tag group it defines, or could do without', () => {
    const { lists, forms, tags, sources, parameters } = load(name)
    const fields = [...forms.values()].flatMap((form) => form.sections.flatMap((section) => section.fields))
    const usedLists = new Set([LEAVING, ...fields.map((field) => field.list), ...tags.map((tag) => tag.list)])
    expect([...lists.keys()].filter((id) => !usedLists.has(id))).toEqual([])
    const cited = [...fields, ...forms.values(), ...lists.values(), ...tags, ...parameters.values()].map(
      ({ source }) => source,
    )
    expect(cited.filter((id) => id !== undefined && !sources.has(id))).toEqual([])
  })
})

describe('the reference pack', () => {
  const pack = load('china-2016')

  it('has the levels of the twelve-digit code', () => {
    expect(pack.levels.map((level) => level.length)).toEqual([0, 2, 4, 6, 9, 12])
  })

  it('has the lists of the national form', () => {
    const count = (id: string) => pack.lists.get(id)?.codes.length
    expect(count('relation')).toBe(21)
    expect(count('cause')).toBe(13)
    expect(count('ethnicity')).toBe(58)
    expect(count('area')).toBe(14)
    expect(count('status')).toBe(8)
    expect(count('schooling')).toBe(17)
  })

  it('computes income per head from nine incomes less expenses', () => {
    const form = householdForm(pack)
    const perHead = boundField(form, 'household.income')
    expect(perHead?.derive).toEqual({ plus: ['income_net'], minus: [], perMember: true })
    const net = form.sections.flatMap((section) => section.fields).find((field) => field.id === 'income_net')
    expect(net?.derive?.plus).toHaveLength(9)
    expect(net?.derive?.minus).toEqual(['business_expenses'])
  })

  it.each([
    ['line.working', '2014-06-30', 2736],
    ['line.working', '2016-12-31', 2855],
    ['line.statistics', '2015-01-01', 2855],
    ['line.constant', '2020-12-31', 2300],
    ['exit.county.incidence.max.west', '2016-04-01', 3],
    ['notice.village.days', '2016-01-01', 7],
    ['income.period', '2014-12-31', ['01-01', '12-31']],
    ['petty_loan.max_amount', '2016-01-01', 50000],
    ['assembly.quorum', '2014-01-01', '2/3'],
  ])('says that %s was on %s %j', (id, on, value) => {
    expect(parameter(pack, id, { on })).toEqual(value)
  })

  it('marks what nobody has checked', () => {
    expect(pack.sources.get('d10')?.confirmed).toBe(false)
    expect(pack.sources.get('d3')?.confirmed).toBe(true)
    const doubtful = pack.parameters.get('line.working')!.values.filter((value) => value.doubtful)
    expect(doubtful.map((value) => value.from)).toEqual(['2018-01-01', '2019-01-01'])
  })
})
