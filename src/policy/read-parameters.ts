import { isSeq } from 'yaml'
import type { DatedValue, Level, Pack, Parameter } from './pack.ts'
import type { At } from './read-yaml.ts'
import type { Reading } from './reading.ts'
import { firstDay, lastDay } from './span.ts'

type Tree = { readonly levels: readonly Level[]; readonly codes: Pack['codes'] }

/** Reads `parameters/*.yaml`: every number of the law, with its dates and its source. */
export function readParameters(reading: Reading, tree: Tree): Map<string, Parameter> {
  const parameters = new Map<string, Parameter>()
  for (const at of reading.files('parameters').flatMap((file) => file.items())) {
    if (!at.object(['id', 'name', 'unit', 'source', 'values', 'note'])) continue
    const id = at.string('id')
    if (!reading.declare('parameter', at, id) || id === undefined) continue
    const source = at.string('source') ?? ''
    reading.refer('source', at.find('source'), source)
    const items = at.list('values')
    if (items.length === 0) at.find('values')?.fault('pack.empty-list', { id })
    const values: DatedValue[] = []
    for (const item of items) {
      const value = readValue(item, tree)
      if (!value) continue
      const clash = values.find((other) => other.place === value.place && overlap(other, value))
      if (clash) item.fault('pack.overlap', { id, from: value.from, other: clash.from })
      values.push(value)
    }
    parameters.set(id, {
      id,
      name: at.text('name', reading.languages),
      unit: at.string('unit') ?? '',
      source,
      values,
      ...(at.has('note') ? { note: at.text('note', reading.languages) } : {}),
    })
  }
  return parameters
}

function readValue(at: At, tree: Tree): DatedValue | undefined {
  if (!at.object(['from', 'to', 'value', 'place', 'doubtful'])) return undefined
  const from = firstDay(at, 'from', { needed: true })
  const to = lastDay(at, 'to')
  const value = readAmount(at.need('value'))
  const place = readPlace(at, tree)
  const doubtful = at.boolean('doubtful', { optional: true })
  if (from && to && from > to) at.find('to')?.fault('pack.dates-order', { from, to })
  if (from === undefined || value === undefined) return undefined
  return {
    from,
    ...(to === undefined ? {} : { to }),
    value,
    ...(place === undefined ? {} : { place }),
    ...(doubtful === undefined ? {} : { doubtful }),
  }
}

/**
 * The place of an exception, as the beginning that its official code shares with everything below it. Padded codes
 * (`450000000000`) are cut to the length of their level, so that they match the codes of places below.
 */
function readPlace(at: At, tree: Tree): string | undefined {
  const place = at.string('place', { optional: true })
  if (place === undefined || tree.codes.kind === 'path') return place
  const lengths = tree.levels.map((level) => level.length).filter((length) => length > 0)
  const length = lengths.find((length) => place.length >= length && /^0*$/.test(place.slice(length)))
  if (length !== undefined) return place.slice(0, length)
  at.find('place')!.fault('pack.bad-value', { key: 'place', value: place, expected: lengths.join(', ') })
  return undefined
}

/** A number stays a number and a quoted word stays a word. */
function readAmount(at: At | undefined): DatedValue['value'] | undefined {
  if (!at) return undefined
  if (isSeq(at.node)) return at.items().flatMap((item) => readSingle(item) ?? [])
  return readSingle(at)
}

function readSingle(at: At): number | string | undefined {
  const value = (at.node as { value?: unknown } | null)?.value
  if (typeof value === 'number' || typeof value === 'string') return value
  at.fault('pack.wrong-type', { key: at.label, expected: '1, 1.5, “…”' })
  return undefined
}

function overlap(a: DatedValue, b: DatedValue): boolean {
  return a.from <= (b.to ?? '9999') && b.from <= (a.to ?? '9999')
}
