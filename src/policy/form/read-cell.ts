import type { Day } from '../../kernel/calendar.ts'
import type { Currency } from '../../kernel/money.ts'
import { isPlaceCode } from '../../kernel/place-code.ts'
import { fold } from '../fold.ts'
import { checkIdentity } from '../identity.ts'
import type { Field, Pack } from '../pack.ts'
import { choiceWords, listOf, splitChoices, yesNoWords } from './choices.ts'
import { readDay } from './dates.ts'
import { minorUnits, plainNumber, scaled } from './numbers.ts'
import { type CellCode, CellFault, type Fact } from './value.ts'
import { countCharacters, isCommonHan, isPersonName, isPlain, tidy, tidyName, unreadable } from './words.ts'

/**
 * Reads one cell, trimmed of spaces: the fact, nothing for an empty cell, or a fault. Runs for every cell of a
 * nation's import, so what is usual takes one Map lookup or one pass over the characters and makes no object.
 */
export type CellReader = (text: string) => Fact | undefined | CellFault

/** The reader of one field's cells. Derived fields read as nothing: the system computes them. `today` bounds dates. */
export function cellReader(pack: Pack, field: Field, today: Day): CellReader {
  if (field.derive) return () => undefined
  const read = readers[field.kind](pack, field, today)
  if (!field.required) return (text) => (text === '' ? undefined : read(text))
  const empty = new CellFault('row.cell-empty', field.id, {})
  return (text) => (text === '' ? empty : read(text))
}

type Build = (pack: Pack, field: Field, today: Day) => (text: string) => Fact | CellFault

/** Longest text kept where the form sets no bound. */
export const longestText = 1000

const readers: Record<Field['kind'], Build> = {
  text: (_pack, field) => textReader(field),
  name: (_pack, field) => {
    const text = textReader(field)
    const max = field.maxLength ?? longestText
    return (cell) => {
      if (cell.length <= max && isCommonHan(cell)) return cell
      const value = text(cell)
      if (value instanceof CellFault) return value
      const name = tidyName(value)
      return isPersonName(name) ? name : fault('row.cell-name', field, cell)
    }
  },
  code: (pack, field) => {
    const words = choiceWords(listOf(pack, field))
    return (cell) => words.get(cell) ?? words.get(fold(cell)) ?? fault('row.cell-code', field, cell)
  },
  codes: codesReader,
  integer: (_pack, field) => {
    const bounded = bounds(field, 1)
    return (cell) => {
      const value = scaled(cell, 0)
      if (!Number.isNaN(value)) return bounded(value, cell)
      const plain = plainNumber(cell)
      if (plain === undefined) return fault('row.cell-number', field, cell)
      const whole = scaled(plain, 0)
      if (!Number.isNaN(whole)) return bounded(whole, cell)
      return Number.isInteger(Number(plain)) ? bounded(Number(plain), cell) : fault('row.cell-whole', field, cell)
    }
  },
  decimal: (_pack, field) => {
    const decimals = field.decimals ?? 2
    const power = 10 ** decimals
    const bounded = bounds(field, 1)
    const read = (count: number, cell: string) => bounded(count / power, cell)
    return (cell) => {
      const count = scaled(cell, decimals)
      if (!Number.isNaN(count)) return read(count, cell)
      const plain = plainNumber(cell)
      if (plain === undefined) return fault('row.cell-number', field, cell)
      const slow = scaled(plain, decimals)
      if (!Number.isNaN(slow)) return read(slow, cell)
      return tooLong(field, cell, plain, decimals, 1)
    }
  },
  money: (pack, field) => moneyReader(pack.currency, field),
  date: (pack, field, today) => {
    const marks = pack.words.dateMarks
    return (cell) => {
      const day = readDay(cell, marks)
      if (day === undefined) return fault('row.cell-date', field, cell)
      return day > today && !field.future ? fault('row.cell-future', field, cell) : day
    }
  },
  boolean: (pack, field) => {
    const words = yesNoWords(pack)
    return (cell) => words.get(cell) ?? words.get(fold(cell)) ?? fault('row.cell-yes-no', field, cell)
  },
  document: (pack, field, today) => (cell) => {
    const found = checkIdentity(pack.identity, cell, today)
    return found.ok ? found.normal : new CellFault(found.code, field.id, found.values)
  },
  place: (pack, field) => (cell) => {
    if (isDigits(cell)) return cell
    const plain = fold(cell).toUpperCase().replace(/^'/, '')
    const fits = pack.codes.kind === 'prefix' ? isPlaceCode(plain) : officialCode.test(plain)
    return fits ? plain : fault('row.cell-place', field, cell)
  },
}

/** Digits only, and no more of them than a place code has: the common case, told without a pattern. */
function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 48 || code > 57) return false
  }
  return text.length > 0 && text.length <= 40
}

/** Official codes of countries whose codes do not nest may carry separators. */
export const officialCode = /^[0-9A-Z][0-9A-Z./-]{0,39}$/

function textReader(field: Field): (text: string) => string | CellFault {
  const max = field.maxLength ?? longestText
  return (cell) => {
    if (cell.length <= max && isPlain(cell)) return cell
    const text = tidy(cell)
    const position = unreadable(text)
    if (position > 0) return new CellFault('row.cell-characters', field.id, { position })
    if (text.length <= max) return text
    const length = countCharacters(text)
    return length <= max ? text : new CellFault('row.cell-long', field.id, { length, max })
  }
}

/** Every different combination of choices is read once; a nation writes only some hundreds of them. */
const rememberedChoices = 10_000

function codesReader(pack: Pack, field: Field): (text: string) => Fact | CellFault {
  const words = choiceWords(listOf(pack, field))
  const seen = new Map<string, readonly string[]>()
  return (cell) => {
    const known = seen.get(cell)
    if (known) return known
    const codes: string[] = []
    for (const part of splitChoices(cell, words)) {
      const code = words.get(part) ?? words.get(fold(part))
      if (code === undefined) return fault('row.cell-code', field, part)
      if (!codes.includes(code)) codes.push(code)
    }
    // Only separators: the cell says nothing that could be a choice.
    if (codes.length === 0) return fault('row.cell-code', field, cell)
    if (field.most !== undefined && codes.length > field.most) {
      return new CellFault('row.cell-too-many', field.id, { count: codes.length, most: field.most })
    }
    if (seen.size < rememberedChoices) seen.set(cell, Object.freeze(codes))
    return codes
  }
}

function moneyReader(currency: Currency, field: Field): (text: string) => Fact | CellFault {
  const power = 10 ** currency.digits
  const bounded = bounds(field, power)
  return (cell) => {
    const value = scaled(cell, currency.digits)
    if (!Number.isNaN(value)) return bounded(value, cell)
    const plain = plainNumber(cell)
    if (plain === undefined) return fault('row.cell-number', field, cell)
    const minor = minorUnits(plain, currency)
    return minor === undefined ? tooLong(field, cell, plain, currency.digits, power) : bounded(minor, cell)
  }
}

/** Holds a value to the field's bounds, given in whole units of which the value counts `1 / power`. */
function bounds(field: Field, power: number): (value: number, cell: string) => number | CellFault {
  const min = field.min === undefined ? -Number.MAX_SAFE_INTEGER : field.min * power
  const max = field.max === undefined ? Number.MAX_SAFE_INTEGER : field.max * power
  return (value, cell) => {
    if (value < min) return fault('row.cell-small', field, cell, { min: min / power })
    if (value > max) return fault('row.cell-large', field, cell, { max: max / power })
    return value
  }
}

/** A plain number that could not be counted has too many decimals, or is larger than can be kept exactly. */
function tooLong(field: Field, cell: string, plain: string, decimals: number, power: number): CellFault {
  const excess = (plain.split('.')[1] ?? '').replace(/0+$/, '').length > decimals
  if (excess) return fault('row.cell-decimals', field, cell, { decimals })
  const max = field.max ?? Math.floor(Number.MAX_SAFE_INTEGER / power)
  if (plain.startsWith('-')) return fault('row.cell-small', field, cell, { min: field.min ?? -max })
  return fault('row.cell-large', field, cell, { max })
}

/** Longest part of a cell that is repeated in a sentence. */
const shownLength = 60

function fault(code: CellCode, field: Field, cell: string, more: Record<string, unknown> = {}): CellFault {
  const shown = cell.length > shownLength ? `${cell.slice(0, shownLength)}…` : cell
  return new CellFault(code, field.id, { value: field.sensitive ? '…' : shown, ...more })
}
