import { isPeriod } from '../kernel/calendar.ts'
import { fold } from './fold.ts'
import type { Identity, Pack } from './pack.ts'
import type { At } from './read-yaml.ts'
import type { Reading } from './reading.ts'

type Head = Omit<Pack, 'levels' | 'tags' | 'roles' | 'lists' | 'forms' | 'parameters' | 'sources' | 'paper' | 'folder'>

const keys = 'id version name languages currency utcOffset period root codes identity names words'.split(' ')

/** Reads `pack.yaml`: what holds for the whole pack, the languages of its texts first of all. */
export function readPackFile(reading: Reading): Head | undefined {
  const at = reading.file('pack.yaml')
  if (!at?.object(keys)) return undefined
  reading.languages = at.strings('languages')
  if (reading.languages.length === 0 && at.has('languages'))
    at.find('languages')!.fault('pack.missing-key', { key: 'languages' })
  for (const item of at.list('languages', { optional: true })) reading.once('language', item, item.asString() ?? '')
  const period = at.string('period')
  if (period !== undefined && !isPeriod(period)) {
    at.find('period')!.fault('pack.bad-value', { key: 'period', value: period, expected: '2016, 2016-09' })
  }
  return {
    id: at.string('id') ?? '',
    version: at.string('version') ?? '',
    name: at.text('name', reading.languages),
    languages: reading.languages,
    currency: readCurrency(reading, at.need('currency')),
    utcOffset: at.number('utcOffset', { whole: true, min: -840 }) ?? 0,
    period: period ?? '',
    root: readRoot(reading, at.need('root')),
    codes: readCodes(at.need('codes')),
    identity: readIdentity(reading, at.need('identity')),
    names: readNames(at.need('names')),
    words: readWords(reading, at.need('words')),
  }
}

function readCurrency(reading: Reading, at: At | undefined): Pack['currency'] {
  const nothing = { code: '', digits: 2, symbol: '', name: {} }
  if (!at?.object(['code', 'digits', 'symbol', 'name'])) return nothing
  return {
    code: at.string('code') ?? '',
    digits: at.number('digits', { whole: true, min: 0 }) ?? 2,
    symbol: at.string('symbol') ?? '',
    name: at.text('name', reading.languages),
  }
}

function readRoot(reading: Reading, at: At | undefined): Pack['root'] {
  if (!at?.object(['name', 'officialCode'])) return { name: {}, officialCode: '' }
  return { name: at.text('name', reading.languages), officialCode: at.string('officialCode') ?? '' }
}

function readCodes(at: At | undefined): Pack['codes'] {
  if (!at?.object(['kind', 'width'])) return { kind: 'prefix' }
  if (at.choice('kind', ['prefix', 'path']) !== 'path') return { kind: 'prefix' }
  return { kind: 'path', width: at.number('width', { whole: true, min: 1 }) ?? 1 }
}

function readNames(at: At | undefined): Pack['names'] {
  if (!at?.object(['keys'])) return { keys: 'latin' }
  return { keys: at.choice('keys', ['pinyin', 'latin']) ?? 'latin' }
}

function readWords(reading: Reading, at: At | undefined): Pack['words'] {
  if (!at?.object(['yes', 'no', 'dateMarks'])) return { yes: {}, no: {} }
  const yes = readAnswers(reading, at.need('yes'))
  const no = readAnswers(reading, at.need('no'))
  const yesWords = Object.values(yes).flat().map(fold)
  for (const word of Object.values(no).flat()) {
    if (yesWords.includes(fold(word))) at.find('no')!.fault('pack.duplicate', { kind: 'word', id: word, first: 'yes' })
  }
  if (!at.has('dateMarks')) return { yes, no }
  const marks = at.strings('dateMarks')
  if (marks.length !== 3) at.find('dateMarks')!.fault('pack.wrong-type', { key: 'dateMarks', expected: '[y, m, d]' })
  return { yes, no, dateMarks: [marks[0] ?? '', marks[1] ?? '', marks[2] ?? ''] }
}

/** The words of one answer, at least one in each language. */
function readAnswers(reading: Reading, at: At | undefined): Record<string, readonly string[]> {
  if (!at?.object(reading.languages)) return {}
  const answers: Record<string, readonly string[]> = {}
  for (const language of reading.languages) {
    answers[language] = at.strings(language)
    if (at.has(language) && answers[language].length === 0)
      at.find(language)!.fault('pack.empty-list', { id: language })
  }
  return answers
}

function readIdentity(reading: Reading, at: At | undefined): Identity {
  const nothing: Identity = { name: {}, pattern: '', checksum: 'none', show: { first: 0, last: 0 } }
  if (!at?.object(['name', 'pattern', 'checksum', 'birthAt', 'sex', 'longer', 'show'])) return nothing
  const pattern = at.string('pattern') ?? ''
  try {
    new RegExp(pattern, 'u')
  } catch (error) {
    at.find('pattern')!.fault('pack.bad-pattern', { pattern, detail: (error as Error).message })
  }
  const birthAt = at.number('birthAt', { optional: true, whole: true, min: 0 })
  const sex = at.find('sex')
  const show = at.need('show')
  return {
    name: at.text('name', reading.languages),
    pattern,
    checksum: at.choice('checksum', ['iso7064-mod11-2', 'luhn', 'none']) ?? 'none',
    ...(birthAt === undefined ? {} : { birthAt }),
    ...(sex?.object(['at', 'odd', 'even'])
      ? {
          sex: {
            at: sex.number('at', { whole: true, min: 0 }) ?? 0,
            odd: sex.string('odd') ?? '',
            even: sex.string('even') ?? '',
          },
        }
      : {}),
    ...(at.has('longer') ? { longer: at.list('longer').flatMap(readLonger) } : {}),
    show: show?.object(['first', 'last'])
      ? {
          first: show.number('first', { whole: true, min: 0 }) ?? 0,
          last: show.number('last', { whole: true, min: 0 }) ?? 0,
        }
      : nothing.show,
  }
}

function readLonger(at: At): { length: number; keep: number }[] {
  if (!at.object(['length', 'keep'])) return []
  const length = at.number('length', { whole: true, min: 1 }) ?? 0
  const keep = at.number('keep', { whole: true, min: 1 }) ?? 0
  if (keep >= length) at.fault('pack.bad-range', { min: keep, max: length })
  return [{ length, keep }]
}
