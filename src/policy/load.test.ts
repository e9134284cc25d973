import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { policies } from '../../test/support/packs.ts'
import { Problem } from '../kernel/problem.ts'
import type { ProblemCode } from '../kernel/problems.ts'
import { type PackFault, PackFaults } from './faults.ts'
import { loadPack } from './load.ts'

const rights = [
  'place.read',
  'place.manage',
  'household.read',
  'household.change',
  'household.import',
  'household.export',
  'period.manage',
  'identity.reveal',
  'job.read',
  'user.manage',
  'audit.read',
]

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pack-'))
  cpSync(join(policies, 'riverland'), folder, { recursive: true })
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A fault to plant: text replaced in a file, and each fault it must cause, on the first line that holds `mark`. */
type Plant = { file: string; replace: string; by: string; causes: readonly (readonly [mark: string, ProblemCode])[] }

/** Plants faults and returns where each must be reported, as `file:line code`. */
function plant(plants: readonly Plant[]): string[] {
  for (const { file, replace, by } of plants) {
    const path = join(folder, file)
    const before = readFileSync(path, 'utf8')
    expect(before, `${file} holds what is replaced`).toContain(replace)
    writeFileSync(
      path,
      before.replace(replace, () => by),
    )
  }
  return plants
    .flatMap(({ file, causes }) => {
      const lines = readFileSync(join(folder, file), 'utf8').split('\n')
      return causes.map(([mark, code]) => {
        const index = lines.findIndex((line) => line.includes(mark))
        expect(index, `${mark} in ${file}`).toBeGreaterThanOrEqual(0)
        return `${file}:${index + 1} ${code}`
      })
    })
    .sort()
}

function faults(): readonly PackFault[] {
  try {
    loadPack(folder, { rights })
  } catch (error) {
    if (error instanceof PackFaults) return error.faults
    throw error
  }
  return []
}

const found = () =>
  faults()
    .map(({ file, line, code }) => `${file}:${line} ${code}`)
    .sort()

/** A plant that causes one fault on its own line. */
function one(file: string, replace: string, by: string, code: ProblemCode, mark = by): Plant {
  return { file, replace, by, causes: [[mark, code]] }
}

const hearth = 'forms/hearth.yaml'
const plants: readonly Plant[] = [
  one('pack.yaml', 'utcOffset: -210', 'utcOffset: early', 'pack.wrong-type'),
  one('pack.yaml', "period: '2031'", "period: '31'", 'pack.bad-value'),
  one('pack.yaml', 'checksum: luhn', 'checksum: verhoeff', 'pack.bad-value'),
  one('pack.yaml', '^[0-9]{10}$', '^[0-9{10}$', 'pack.bad-pattern'),
  one('pack.yaml', "en: ['no',", "en: ['YES', 'no',", 'pack.duplicate', '  no:'),
  one('pack.yaml', 'id: riverland', 'id: riverland\nanthem: none', 'pack.unknown-key', 'anthem'),
  one('pack.yaml', '  digits: 3\n', '', 'pack.missing-key', 'currency:'),
  one('levels.yaml', 'length: 9,', 'length: 8,', 'pack.level-length'),
  one('levels.yaml', 'name: { rv: Vad, en: Ford }', 'name: { rv: Vad }', 'pack.missing-name'),
  one('tags.yaml', 'levels: [ford, hamlet]', 'levels: [ford, town]', 'pack.unknown-reference'),
  one('tags.yaml', 'list: bank', 'list: banks', 'pack.unknown-reference'),
  one('tags.yaml', 'source: flood_act', 'source: flood_akt', 'pack.unknown-reference'),
  one('roles.yaml', 'household.export]', 'household.delete]', 'pack.unknown-reference'),
  one('roles.yaml', 'gives: [household.read,', 'gives: [household.reed,', 'pack.unknown-reference'),
  one('roles.yaml', 'household.export, identity.reveal]', 'household.export, place.read]', 'pack.duplicate'),
  one('roles.yaml', '- id: keeper', '- id: clerk # the second', 'pack.duplicate'),
  one('paper.yaml', 'level: ford', 'level: brook', 'pack.unknown-reference'),
  {
    file: 'paper.yaml',
    replace: '[called, tie,',
    by: '[called, tye,',
    causes: [
      ['tye', 'pack.unknown-reference'],
      // A field of a kind that is none, planted below, is not there for the paper either.
      ['called', 'pack.unknown-reference'],
    ],
  },
  one('sources.yaml', 'confirmed: true', 'confirmed: surely', 'pack.wrong-type'),
  one('sources.yaml', 'title: { rv: Flodlag, en: Flood Act }', 'title: Flood Act', 'pack.wrong-type'),
  one('codes/tie.yaml', 'rv: Mak, en: Partner', 'rv: Mak, en: Child', 'pack.duplicate', 'rv: Barn'),
  one('codes/gender.yaml', "code: '2', name: { rv: K", "code: '1', name: { rv: K", 'pack.duplicate'),
  one('codes/bank.yaml', 'en: Bank }', 'en: Bank, de: Ufer }', 'pack.unknown-language'),
  one('parameters/lines.yaml', "to: '2031-06', value: 110", "to: '2031-08', value: 110", 'pack.overlap', '2031-07'),
  one('parameters/lines.yaml', "from: '2030', to: '2032'", "from: '2030', to: '2029'", 'pack.dates-order'),
  one('parameters/lines.yaml', 'value: 95.125', "from: '2031', value: 95.125", 'pack.doubled-key'),
  one('parameters/lines.yaml', "from: '2030-05-01'", "from: '2030-02-30'", 'pack.bad-value'),
  one(hearth, 'max: 12\n', 'max: -1\n', 'pack.bad-range', 'max: -1'),
  one(hearth, 'plus: [catch, craft]', 'plus: [catch, kraft]', 'pack.derive-unknown'),
  one(hearth, 'minus: [nets]', 'minus: [left_each]', 'pack.derive-later'),
  one(hearth, 'plus: [left]', 'plus: [hearth]', 'pack.derive-not-money'),
  one(hearth, 'binds: household.phone', 'binds: household.number # too', 'pack.binding-twice'),
  one(hearth, 'binds: household.place', 'maxLength: 9', 'pack.key-not-for-kind'),
  one(hearth, 'rises: 3', 'rises: 1', 'pack.bad-value'),
  one(hearth, 'falls: 0.34', 'rises: 4, falls: 0.34', 'pack.missing-key'),
  one(hearth, 'id: folk_doubled, rises: 2', 'id: folk_doubled, field: hamlet, rises: 2', 'pack.compare-not-number'),
  one('forms/hamlet.yaml', 'whole: hearths }', 'whole: toll }', 'pack.compare-kinds'),
  one('forms/hamlet.yaml', 'field: purse, falls', 'field: purses, falls', 'pack.unknown-reference'),
  one('forms/ford.yaml', 'level: ford', 'level: fjord', 'pack.unknown-reference'),
  one(hearth, 'kind: name\n', 'kind: nickname\n', 'pack.bad-value', 'kind: nickname'),
  one(hearth, 'en: Came', "en: ''", 'pack.missing-name'),
  one(hearth, 'number: II.7', 'number: II.6 # again', 'pack.duplicate'),
  one(hearth, '        list: gender\n', '', 'pack.missing-key', 'id: gender'),
]

describe('a faulty pack', () => {
  it('is refused with every fault at its file and line, all at once', () => {
    expect(found()).toEqual([])
    const expected = plant(plants)
    // Two plants take a binding away; a missing binding is reported at the top of the form.
    const top = `${hearth}:1 pack.binding-missing`
    expect(found()).toEqual([...expected, top, top].sort())
    const inOneFile = faults().filter((fault) => fault.file === hearth)
    expect(inOneFile.map((fault) => fault.line)).toEqual(inOneFile.map((fault) => fault.line).sort((a, b) => a - b))
    const files = faults().map((fault) => fault.file)
    expect(files).toEqual([...files].sort())
  })

  it('speaks to people, in both languages, with file and line', () => {
    plant([one(hearth, 'max: 12\n', 'max: -1\n', 'pack.bad-range', 'max: -1')])
    const problem = thrown()
    expect(problem).toBeInstanceOf(Problem)
    expect(problem.code).toBe('pack.faulty')
    const line = faults()[0]!.line
    expect(problem.sentences('en')).toEqual([
      `${hearth}:${line}: The smallest value 0 is above the largest -1. Correct one of them.`,
    ])
    expect(problem.sentences('zh-CN')[0]).toMatch(/^forms\/hearth.yaml:\d+: .*-1/)
    expect(problem.message).toContain('1 faults')
    expect(problem.message).toContain(problem.sentences('en')[0])
  })

  it('is refused when a file is missing or is no YAML', () => {
    rmSync(join(folder, 'tags.yaml'))
    rmSync(join(folder, 'parameters'), { recursive: true })
    writeFileSync(join(folder, 'roles.yaml'), '- id: clerk\n  name: { rv: S, en: C\n  level: hamlet\n')
    const all = found()
    expect(all).toContain('tags.yaml:1 pack.missing-file')
    expect(all).toContain('parameters:1 pack.missing-file')
    expect(all.some((fault) => /^roles.yaml:[23] pack.unreadable$/.test(fault))).toBe(true)
  })

  it('is refused when its folder does not exist or its head is no map', () => {
    writeFileSync(join(folder, 'pack.yaml'), '- riverland\n')
    expect(found()).toContain('pack.yaml:1 pack.wrong-type')
    rmSync(folder, { recursive: true })
    expect(found()).toContain('pack.yaml:1 pack.missing-file')
  })

  it('is refused without the list of reasons for leaving', () => {
    rmSync(join(folder, 'codes/leaving.yaml'))
    expect(found()).toEqual(['codes:1 pack.no-list'])
  })

  it('is refused without a household form, and with two', () => {
    const form = readFileSync(join(folder, hearth), 'utf8')
    writeFileSync(join(folder, 'forms/second.yaml'), form.replace('id: hearth', 'id: second'))
    expect(found()).toEqual(['forms/second.yaml:3 pack.duplicate'])
    rmSync(join(folder, 'forms/second.yaml'))
    writeFileSync(join(folder, hearth), form.replace('subject: household', 'subject: county'))
    expect(found()).toContain('forms:1 pack.no-household-form')
    expect(found().filter((fault) => fault.endsWith('pack.binding-elsewhere'))).toHaveLength(12)
  })

  it.each([
    ['no head of household', ', means: head', ''],
    ['two heads of household', 'en: Partner }', 'en: Partner }, means: head'],
  ])('is refused when its relations name %s', (_name, replace, by) => {
    plant([{ file: 'codes/tie.yaml', replace, by, causes: [] }])
    const form = readFileSync(join(folder, hearth), 'utf8').split('\n')
    expect(found()).toEqual([`${hearth}:${form.indexOf('        list: tie') + 1} pack.meaning`])
  })

  it.each(['household.place', 'household.status', 'member.name', 'member.document', 'member.birth'])(
    'is refused when nothing is bound to %s',
    (binding) => {
      plant([{ file: hearth, replace: `        binds: ${binding}\n`, by: '', causes: [] }])
      expect(faults().map(({ code, values }) => [code, values.binding])).toEqual([['pack.binding-missing', binding]])
    },
  )

  it('is refused when a binding stands in the wrong kind of section or field', () => {
    plant([
      { file: hearth, replace: '    of: member\n', by: '    of: household\n', causes: [] },
      { file: hearth, replace: '        kind: name\n', by: '        kind: text\n', causes: [] },
    ])
    const codes = faults().map((fault) => fault.code)
    expect(codes.filter((code) => code === 'pack.binding-section')).toHaveLength(6)
    expect(codes.filter((code) => code === 'pack.binding-kind')).toHaveLength(1)
  })
})

function thrown(): PackFaults {
  try {
    loadPack(folder, { rights })
  } catch (error) {
    if (error instanceof PackFaults) return error
  }
  throw new Error('the pack was not refused')
}
