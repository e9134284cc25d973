import { fold } from './fold.ts'
import type { Binding, Code, CodeList, Field, FieldKind, Form, Section } from './pack.ts'
import type { Trail } from './read-forms.ts'
import type { At } from './read-yaml.ts'
import type { Reading } from './reading.ts'

/** The kinds of field that can hold what a binding needs. */
const kindsOf: Record<Binding, readonly FieldKind[]> = {
  'household.place': ['place'],
  'household.number': ['text'],
  'household.status': ['code'],
  'household.cause': ['code'],
  'household.income': ['money'],
  'household.phone': ['text'],
  'member.name': ['name'],
  'member.relation': ['code'],
  'member.document': ['document'],
  'member.longer-document': ['text'],
  'member.sex': ['code'],
  'member.birth': ['date'],
  'member.joined': ['date'],
}

/** What the register cannot do without. */
const needed: readonly Binding[] = [
  'household.place',
  'household.number',
  'household.status',
  'household.cause',
  'member.name',
  'member.relation',
  'member.document',
  'member.sex',
  'member.birth',
]

/** The kinds to which a key of a field applies; a key elsewhere would silently do nothing, so it is a fault. */
const kindsWith: readonly [
  key: 'list' | 'most' | 'min' | 'max' | 'decimals' | 'maxLength' | 'future' | 'derive',
  readonly FieldKind[],
][] = [
  ['list', ['code', 'codes']],
  ['most', ['codes']],
  ['min', ['integer', 'decimal', 'money']],
  ['max', ['integer', 'decimal', 'money']],
  ['decimals', ['decimal']],
  ['maxLength', ['text', 'name']],
  ['future', ['date']],
  ['derive', ['money']],
]

/** The kinds of field whose values can be compared with each other. */
const countable: readonly FieldKind[] = ['integer', 'decimal', 'money']

type Lists = ReadonlyMap<string, CodeList>

/** Checks what one form says about its own fields, and that exactly one form is the household form. */
export function checkForms(reading: Reading, trail: Trail, forms: ReadonlyMap<string, Form>, lists: Lists): void {
  const households = [...forms.values()].filter((form) => form.subject === 'household')
  if (households.length === 0) reading.faults.add('forms', 1, 'pack.no-household-form')
  for (const form of households.slice(1)) {
    const first = households[0]!
    const before = trail.get(first)!
    trail
      .get(form)!
      .need('subject')!
      .fault('pack.duplicate', {
        kind: 'household form',
        id: form.id,
        first: `${before.file.name}:${before.line}`,
      })
  }
  for (const form of forms.values()) {
    checkFields(reading, trail, form)
    checkDerived(trail, form)
    checkComparisons(trail, form)
    if (form === households[0]) checkBindings(trail, form, lists)
  }
}

function checkFields(reading: Reading, trail: Trail, form: Form): void {
  for (const field of form.sections.flatMap((section) => section.fields)) {
    const at = trail.get(field)!
    for (const [key, kinds] of kindsWith) {
      if (field[key] !== undefined && !kinds.includes(field.kind)) {
        at.find(key)!.fault('pack.key-not-for-kind', { key, kind: field.kind, kinds: kinds.join(', ') })
      }
    }
    if ((field.kind === 'code' || field.kind === 'codes') && !at.has('list'))
      at.fault('pack.missing-key', { key: 'list' })
    if (field.min !== undefined && field.max !== undefined && field.min > field.max) {
      at.find('max')!.fault('pack.bad-range', { min: field.min, max: field.max })
    }
    // Headings of a spreadsheet are found by these words, so two fields must not share one.
    const words = new Set([field.id, ...Object.values(field.name), ...(field.headings ?? [])].map(fold))
    for (const word of words) reading.once('heading', at.find('name') ?? at, word, form.id)
    reading.once('number on the form', at.find('number') ?? at, field.number, form.id)
    if (form.subject !== 'household' && field.binds)
      at.find('binds')!.fault('pack.binding-elsewhere', { binding: field.binds })
  }
}

/** Checks and questions compare numbers that are kept once for the subject of the form. */
function checkComparisons(trail: Trail, form: Form): void {
  const own = form.sections.filter((section) => section.of === 'household').flatMap((section) => section.fields)
  const kindOf = (at: At | undefined, id: string): FieldKind | undefined => {
    const field = own.find((one) => one.id === id)
    if (!field) at?.fault('pack.unknown-reference', { kind: 'field', id })
    else if (!countable.includes(field.kind)) at?.fault('pack.compare-not-number', { id, kind: field.kind })
    return field?.kind
  }
  for (const check of form.checks) {
    const at = trail.get(check)!
    const kinds = new Set([
      ...check.parts.map((id) => kindOf(at.find('parts'), id)),
      kindOf(at.find('whole'), check.whole),
    ])
    kinds.delete(undefined)
    if (kinds.size > 1) at.fault('pack.compare-kinds', { id: check.id, kinds: [...kinds].join(', ') })
  }
  for (const ask of form.asks) {
    const at = trail.get(ask)!
    if (ask.field !== undefined) kindOf(at.find('field'), ask.field)
    else if (form.subject !== 'household') at.fault('pack.missing-key', { key: 'field' })
    if ((ask.rises === undefined) === (ask.falls === undefined)) at.fault('pack.missing-key', { key: 'rises | falls' })
    if ((ask.rises ?? 2) <= 1)
      at.find('rises')!.fault('pack.bad-value', { key: 'rises', value: ask.rises, expected: '> 1' })
    if (!((ask.falls ?? 0.5) >= 0 && (ask.falls ?? 0.5) < 1))
      at.find('falls')!.fault('pack.bad-value', { key: 'falls', value: ask.falls, expected: '0 … < 1' })
  }
}

function checkDerived(trail: Trail, form: Form): void {
  const before = new Map<string, { field: Field; section: Section }>()
  const all = new Set(form.sections.flatMap((section) => section.fields.map((field) => field.id)))
  for (const section of form.sections) {
    for (const field of section.fields) {
      const derive = trail.get(field)!.find('derive')
      const ids = derive && field.derive ? [...derive.list('plus'), ...derive.list('minus', { optional: true })] : []
      for (const item of ids) {
        const id = item.asString() ?? ''
        const part = before.get(id)
        if (!all.has(id)) item.fault('pack.derive-unknown', { field: field.id, id })
        else if (!part) item.fault('pack.derive-later', { field: field.id, id })
        else if (part.field.kind !== 'money' || part.section.of !== section.of) {
          item.fault('pack.derive-not-money', { field: field.id, id })
        }
      }
      if (field.derive && section.of === 'member')
        derive!.fault('pack.derive-not-money', { field: field.id, id: field.id })
      before.set(field.id, { field, section })
    }
  }
}

function checkBindings(trail: Trail, form: Form, lists: Lists): void {
  const bound = new Map<Binding, Field>()
  for (const section of form.sections) {
    for (const field of section.fields) {
      if (!field.binds) continue
      const at = trail.get(field)!.find('binds')!
      const first = bound.get(field.binds)
      if (first) at.fault('pack.binding-twice', { binding: field.binds, first: first.id, second: field.id })
      if (!kindsOf[field.binds].includes(field.kind)) {
        at.fault('pack.binding-kind', {
          binding: field.binds,
          kind: field.kind,
          kinds: kindsOf[field.binds].join(', '),
        })
      }
      if (!field.binds.startsWith(`${section.of}.`)) {
        at.fault('pack.binding-section', { binding: field.binds, of: section.of })
      }
      bound.set(field.binds, first ?? field)
    }
  }
  for (const binding of needed) {
    if (!bound.has(binding)) trail.get(form)!.fault('pack.binding-missing', { binding })
  }
  checkMeaning(trail, bound.get('member.relation'), lists, 'head')
}

/** A list that the engine reads a meaning from must say it for exactly one code. */
function checkMeaning(trail: Trail, field: Field | undefined, lists: Lists, means: string): void {
  const list = field?.list === undefined ? undefined : lists.get(field.list)
  if (!field || !list) return
  const found = list.codes.filter((code: Code) => code.means === means)
  if (found.length !== 1) {
    trail.get(field)!.find('list')!.fault('pack.meaning', { list: list.id, means, count: found.length })
  }
}
