import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pack } from '../../../test/support/packs.ts'
import { householdForm } from '../ask.ts'
import { checkCharacter } from '../identity.ts'
import type { Field, Pack } from '../pack.ts'
import { columnsOf } from './columns.ts'
import { cellReader } from './read-cell.ts'
import { factSchema, formSchema } from './schema.ts'
import { CellFault, type Fact } from './value.ts'
import { cellWriter } from './write-cell.ts'

const today = '2016-12-31'
const packs = [pack('riverland'), pack('china-2016')]
const fields = packs.flatMap((one) =>
  [...one.forms.values()].flatMap((form) =>
    columnsOf(form)
      .filter((column) => !column.derived)
      .map(({ field }) => [`${one.id} ${form.id}.${field.id}`, one, field] as const),
  ),
)

/** Values of which about half are right for a field: its own kind near the bounds, and all sorts of others. */
function values(one: Pack, field: Field): fc.Arbitrary<unknown> {
  const codes = (one.lists.get(field.list ?? '')?.codes ?? []).map((code) => code.code)
  const power = field.kind === 'money' ? 10 ** one.currency.digits : 1
  const near = [field.min ?? 0, field.max ?? 1000].flatMap((bound) => [-1, 0, 1].map((step) => bound * power + step))
  const body = one.identity.birthAt === undefined ? '799273987' : '52240119850307001'
  return fc.oneof(
    fc.constantFrom(...near, 0, 1.5, 0.1, -0.05, 12.345, 2 ** 53, Number.NaN),
    fc.integer({ min: 0, max: 5000 }).map((value) => value / 10),
    codes.length > 0 ? fc.constantFrom(...codes) : fc.constant('01'),
    fc.array(codes.length > 0 ? fc.constantFrom(...codes) : fc.string(), { maxLength: 4 }),
    fc.boolean(),
    fc
      .date({ min: new Date('1850-01-01'), max: new Date('2050-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
    fc.constantFrom('2015-02-29', '522401001001', body + checkCharacter(one.identity.checksum, body), `${body}0`),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.string({ unit: fc.constantFrom('\u6236', 'a', '\u00b7', ' '), maxLength: 120 }),
  )
}

describe('the reader of cells and the schema of facts', () => {
  it.each(fields)('accept the same values for %s', (_name, one, field) => {
    const read = cellReader(one, { ...field, required: false }, today)
    const schema = factSchema(one, field, () => today)
    const write = cellWriter(one, field, one.languages[0]!)
    fc.assert(
      fc.property(values(one, field), (value) => {
        // What the schema lets in comes back from its cell unchanged.
        if (schema.safeParse(value).success) expect(read(write(value as Fact))).toEqual(value)
        // What the reader makes of any text is something the schema lets in.
        const fact = read(typeof value === 'string' ? value.trim() : String(value))
        if (fact !== undefined && !(fact instanceof CellFault)) {
          const parsed = schema.safeParse(fact)
          expect(parsed.success && parsed.data, String(value)).toEqual(fact)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('are not both closed: every field accepts something', () => {
    for (const [name, one, field] of fields) {
      const schema = factSchema(one, field, () => today)
      const accepted = fc.sample(values(one, field), 400).filter((value) => schema.safeParse(value).success)
      expect(accepted.length, name).toBeGreaterThan(0)
    }
  })

  it('read what was written in every language', () => {
    for (const one of packs) {
      for (const { field, derived } of columnsOf(householdForm(one))) {
        const list = one.lists.get(field.list ?? '')
        if (derived || !list) continue
        const read = cellReader(one, field, today)
        for (const language of one.languages) {
          const write = cellWriter(one, field, language)
          for (const { code } of list.codes) {
            const fact = field.kind === 'codes' ? [code] : code
            expect(read(write(fact)), `${field.id} ${code} ${language}`).toEqual(fact)
          }
        }
      }
    }
  })
})

describe('the schema of a form', () => {
  const river = pack('riverland')
  let day = '2031-08-01'
  const schema = formSchema(river, householdForm(river), { today: () => day })
  const member = { called: 'Ann', tie: '1', gender: '2', born: '2031-08-01' }
  const household = { hamlet: 'R7.2/14', hearth: '7', standing: 'in', reason: 'FL' }

  it('lets in whole facts and refuses what is missing, unknown or computed', () => {
    expect(schema.member.safeParse(member).success).toBe(true)
    expect(schema.household.safeParse({ ...household, catch: 12345, further: ['SI', 'BO'] }).success).toBe(true)
    expect(schema.member.safeParse({ ...member, called: undefined }).success).toBe(false)
    expect(schema.member.safeParse({ ...member, caled: 'Ann' }).success).toBe(false)
    expect(schema.household.safeParse({ ...household, left: 12 }).success).toBe(false)
    expect(schema.household.safeParse({ ...household, further: ['SI', 'SI'] }).success).toBe(false)
    expect(schema.household.safeParse({ ...household, catch: 12.5 }).success).toBe(false)
  })

  it('asks for the day at each use', () => {
    day = '2031-07-31'
    expect(schema.member.safeParse(member).success).toBe(false)
    day = '2031-08-01'
    expect(schema.member.safeParse(member).success).toBe(true)
  })
})
