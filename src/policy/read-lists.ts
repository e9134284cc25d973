import { fold } from './fold.ts'
import type { Code, CodeList } from './pack.ts'
import type { At } from './read-yaml.ts'
import type { Reading } from './reading.ts'
import { firstDay, lastDay } from './span.ts'

/** Reads `codes/*.yaml`, one code list in each file. */
export function readLists(reading: Reading): Map<string, CodeList> {
  const lists = new Map<string, CodeList>()
  for (const at of reading.files('codes')) {
    if (!at.object(['id', 'title', 'source', 'codes'])) continue
    const id = at.string('id')
    if (!reading.declare('list', at.find('id') ?? at, id) || id === undefined) continue
    const source = at.string('source', { optional: true })
    reading.refer('source', at.find('source'), source)
    const codes = at.list('codes').flatMap((item) => readCode(reading, id, item) ?? [])
    if (codes.length === 0) at.find('codes')?.fault('pack.empty-list', { id })
    lists.set(id, {
      id,
      title: at.text('title', reading.languages),
      ...(source === undefined ? {} : { source }),
      codes,
    })
  }
  return lists
}

function readCode(reading: Reading, list: string, at: At): Code | undefined {
  if (!at.object(['code', 'name', 'aliases', 'means', 'from', 'to'])) return undefined
  const code = at.string('code')
  if (code === undefined) return undefined
  reading.once('code', at, code, list)
  const name = at.text('name', reading.languages)
  const aliases = at.strings('aliases', { optional: true })
  // A word that means two codes would be read as whichever came first: refuse it here, once, and not in each row.
  const words = new Set([...Object.values(name), ...aliases].map(fold).filter((word) => word !== fold(code)))
  for (const word of words) reading.once('word', at, word, list)
  const means = at.string('means', { optional: true })
  const from = firstDay(at, 'from')
  const to = lastDay(at, 'to')
  if (from && to && from > to) at.find('to')?.fault('pack.dates-order', { from, to })
  return {
    code,
    name,
    ...(aliases.length === 0 ? {} : { aliases }),
    ...(means === undefined ? {} : { means }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
}
