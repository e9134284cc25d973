import type { Ask, Binding, Check, Field, FieldKind, Form, Level, Section } from './pack.ts'
import type { At } from './read-yaml.ts'
import type { Reading } from './reading.ts'

export const fieldKinds = [
  'text',
  'name',
  'code',
  'codes',
  'integer',
  'decimal',
  'money',
  'date',
  'boolean',
  'document',
  'place',
] as const satisfies readonly FieldKind[]

const bindings = [
  'household.place',
  'household.number',
  'household.status',
  'household.cause',
  'household.income',
  'household.phone',
  'member.name',
  'member.relation',
  'member.document',
  'member.longer-document',
  'member.sex',
  'member.birth',
  'member.joined',
] as const satisfies readonly Binding[]

const fieldKeys =
  'id number name kind list most unit min max decimals maxLength required future help source headings sensitive binds derive'.split(
    ' ',
  )

/** What a section or field was read from, kept so that later checks can name the line. */
export type Trail = Map<object, At>

/** Reads `forms/*.yaml`, one form in each file. References between fields are checked by `check-form.ts`. */
export function readForms(reading: Reading, trail: Trail, levels: readonly Level[]): Map<string, Form> {
  const forms = new Map<string, Form>()
  for (const at of reading.files('forms')) {
    if (!at.object(['id', 'title', 'subject', 'source', 'level', 'sections', 'checks', 'asks'])) continue
    const id = at.string('id')
    if (!reading.declare('form', at.find('id') ?? at, id) || id === undefined) continue
    const source = at.string('source', { optional: true })
    reading.refer('source', at.find('source'), source)
    const subject = at.choice('subject', ['household', 'village', 'county']) ?? 'household'
    const level = subject === 'household' ? undefined : readLevel(reading, at, levels)
    const form: Form = {
      id,
      title: at.text('title', reading.languages),
      subject,
      ...(source === undefined ? {} : { source }),
      ...(level === undefined ? {} : { level }),
      sections: at.list('sections').flatMap((item) => readSection(reading, trail, id, item) ?? []),
      checks: at.list('checks', { optional: true }).flatMap((item) => readCheck(reading, trail, id, item) ?? []),
      asks: at.list('asks', { optional: true }).flatMap((item) => readAsk(reading, trail, id, item) ?? []),
    }
    trail.set(form, at)
    forms.set(id, form)
  }
  return forms
}

function readLevel(reading: Reading, at: At, levels: readonly Level[]): number | undefined {
  const id = at.string('level')
  reading.refer('level', at.find('level'), id)
  const index = levels.findIndex((level) => level.id === id)
  return index < 0 ? undefined : index
}

function readCheck(reading: Reading, trail: Trail, form: string, at: At): Check | undefined {
  if (!at.object(['id', 'parts', 'whole'])) return undefined
  const id = at.string('id')
  reading.declare('check', at, id, form)
  const check: Check = { id: id ?? '', parts: at.strings('parts'), whole: at.string('whole') ?? '' }
  trail.set(check, at)
  return check
}

function readAsk(reading: Reading, trail: Trail, form: string, at: At): Ask | undefined {
  if (!at.object(['id', 'field', 'rises', 'falls'])) return undefined
  const id = at.string('id')
  reading.declare('ask', at, id, form)
  const ask: Ask = drop({
    id: id ?? '',
    field: at.string('field', { optional: true }),
    rises: at.number('rises', { optional: true }),
    falls: at.number('falls', { optional: true }),
  })
  trail.set(ask, at)
  return ask
}

function readSection(reading: Reading, trail: Trail, form: string, at: At): Section | undefined {
  if (!at.object(['id', 'number', 'title', 'of', 'fields'])) return undefined
  const id = at.string('id')
  reading.declare('section', at, id, form)
  const section: Section = {
    id: id ?? '',
    number: at.string('number') ?? '',
    title: at.text('title', reading.languages),
    of: at.choice('of', ['household', 'member'], { optional: true }) ?? 'household',
    fields: at.list('fields').flatMap((item) => readField(reading, trail, form, item) ?? []),
  }
  trail.set(section, at)
  return section
}

function readField(reading: Reading, trail: Trail, form: string, at: At): Field | undefined {
  if (!at.object(fieldKeys)) return undefined
  const id = at.string('id')
  reading.declare('field', at, id, form)
  const kind = at.choice('kind', fieldKinds)
  if (id === undefined || kind === undefined) return undefined
  const optional = { optional: true }
  const list = at.string('list', optional)
  const source = at.string('source', optional)
  reading.refer('list', at.find('list'), list)
  reading.refer('source', at.find('source'), source)
  const derive = at.find('derive')
  const field: Field = drop({
    id,
    number: at.string('number') ?? '',
    name: at.text('name', reading.languages),
    kind,
    list,
    most: at.number('most', { ...optional, whole: true, min: 1 }),
    unit: at.has('unit') ? at.text('unit', reading.languages) : undefined,
    min: at.number('min', optional),
    max: at.number('max', optional),
    decimals: at.number('decimals', { ...optional, whole: true, min: 1 }),
    maxLength: at.number('maxLength', { ...optional, whole: true, min: 1 }),
    required: at.boolean('required', optional),
    future: at.boolean('future', optional),
    help: at.has('help') ? at.text('help', reading.languages) : undefined,
    source,
    headings: at.has('headings') ? at.strings('headings') : undefined,
    sensitive: at.boolean('sensitive', optional),
    binds: at.choice('binds', bindings, optional),
    derive: derive?.object(['plus', 'minus', 'perMember'])
      ? {
          plus: derive.strings('plus'),
          minus: derive.strings('minus', optional),
          perMember: derive.boolean('perMember', optional) ?? false,
        }
      : undefined,
  })
  trail.set(field, at)
  return field
}

/** Leaves out what is undefined, so that a field says only what its file said. */
function drop<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as never
}
