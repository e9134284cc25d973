import type { Level, Pack, Role, Source, Tag } from './pack.ts'
import type { Reading } from './reading.ts'

/** Reads `levels.yaml`: from the whole programme area downwards, code lengths rising. */
export function readLevels(reading: Reading, codes: Pack['codes']): Level[] {
  const items = reading.file('levels.yaml')?.items() ?? []
  const levels: Level[] = []
  for (const [index, at] of items.entries()) {
    if (!at.object(['id', 'name', 'length', 'officialLength'])) continue
    const id = at.string('id')
    reading.declare('level', at, id)
    const length = at.number('length', { whole: true, min: 0 }) ?? 0
    const officialLength = at.number('officialLength', { whole: true, min: 0 }) ?? 0
    const before = levels.at(-1)?.length ?? -1
    const where = at.find('length') ?? at
    if (index === 0 && length !== 0) where.fault('pack.level-length', { level: id, length, expected: 0 })
    if (index > 0 && length <= before) where.fault('pack.level-length', { level: id, length, expected: `> ${before}` })
    if (codes.kind === 'path' && length !== index * codes.width) {
      where.fault('pack.level-length', { level: id, length, expected: index * codes.width })
    }
    if (codes.kind === 'prefix' && officialLength < length) {
      at.find('officialLength')?.fault('pack.level-length', {
        level: id,
        length: officialLength,
        expected: `≥ ${length}`,
      })
    }
    levels.push({ id: id ?? '', name: at.text('name', reading.languages), length, officialLength })
  }
  return levels
}

/** Reads `tags.yaml`: what a place may be marked with, for a time. */
export function readTags(reading: Reading): Tag[] {
  const items = reading.file('tags.yaml')?.items() ?? []
  return items.flatMap((at) => {
    if (!at.object(['id', 'name', 'levels', 'group', 'list', 'source'])) return []
    const id = at.string('id')
    reading.declare('tag', at, id)
    for (const level of at.list('levels')) reading.refer('level', level, level.asString())
    const group = at.string('group', { optional: true })
    const list = at.string('list', { optional: true })
    const source = at.string('source', { optional: true })
    reading.refer('list', at.find('list'), list)
    reading.refer('source', at.find('source'), source)
    return {
      id: id ?? '',
      name: at.text('name', reading.languages),
      levels: at.strings('levels', { optional: true }),
      ...(group === undefined ? {} : { group }),
      ...(list === undefined ? {} : { list }),
      ...(source === undefined ? {} : { source }),
    }
  })
}

/** Reads `roles.yaml`: which posts there are, at which level, with which rights. */
export function readRoles(reading: Reading): Role[] {
  const items = reading.file('roles.yaml')?.items() ?? []
  return items.flatMap((at) => {
    if (!at.object(['id', 'name', 'level', 'rights', 'gives', 'secondFactor'])) return []
    const id = at.string('id')
    reading.declare('role', at, id)
    const level = at.string('level')
    reading.refer('level', at.find('level'), level)
    // One list: a right that the role carries may be given anyway.
    for (const right of [...at.list('rights'), ...(at.has('gives') ? at.list('gives') : [])]) {
      const word = right.asString()
      if (word !== undefined) reading.once('right of role', right, word, `${id}:${at.line}`)
      reading.refer('right', right, word)
    }
    return {
      id: id ?? '',
      name: at.text('name', reading.languages),
      level: level ?? '',
      rights: at.strings('rights', { optional: true }),
      gives: at.strings('gives', { optional: true }),
      secondFactor: at.has('secondFactor')
        ? (at.choice('secondFactor', ['required', 'optional']) ?? 'required')
        : 'optional',
    }
  })
}

/** Reads `sources.yaml`: the documents that the pack rests on. */
export function readSources(reading: Reading): Map<string, Source> {
  const sources = new Map<string, Source>()
  for (const at of reading.file('sources.yaml')?.items() ?? []) {
    if (!at.object(['id', 'title', 'number', 'date', 'confirmed', 'note'])) continue
    const id = at.string('id')
    if (!reading.declare('source', at, id) || id === undefined) continue
    const number = at.string('number', { optional: true })
    const date = at.string('date', { optional: true })
    sources.set(id, {
      id,
      title: at.text('title', reading.languages),
      ...(number === undefined ? {} : { number }),
      ...(date === undefined ? {} : { date }),
      confirmed: at.boolean('confirmed') ?? false,
      ...(at.has('note') ? { note: at.text('note', reading.languages) } : {}),
    })
  }
  return sources
}
