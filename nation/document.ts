import { Problem } from '../src/kernel/problem.ts'
import type { Pack } from '../src/policy/pack.ts'
import type { NationConfig } from './config.ts'
import { purpose } from './draw.ts'

/**
 * Document numbers that cannot repeat. The persons of one prefix (say, a county) are numbered 0, 1, 2 …; a permutation
 * of mixed radix turns this number into a day of the year and a serial number, or into a serial number alone where the
 * number holds no birth date. Different numbers below `capacity` give different pairs, so no two persons share a
 * document, without comparing anybody with anybody. Beyond the capacity a second lap begins, kept apart from the first
 * by the year of birth. Men and women are numbered apart where a digit tells the sex.
 */
export type DocumentShape = {
  readonly prefixLength: number
  readonly serialDigits: number
  readonly birth: boolean
  readonly bySex: boolean
  /** The two radices of the permutation: days (or high half of the serial), serials (or its low half). */
  readonly radix: readonly [number, number]
  readonly capacity: number
  /** How many numbers each household takes: the most persons (of one sex) that a household can have. */
  readonly width: number
}

const DAYS = 365

/** Reads from pack and nation how document numbers are composed. A pack they do not fit is a Problem. */
export function documentShape(pack: Pack, config: NationConfig): DocumentShape {
  const { identity } = pack
  const { length = 0, serial } = config.nation.document
  const birth = identity.birthAt !== undefined
  const bySex = identity.sex !== undefined
  const wrong = (detail: string) => new Problem('nation.faulty', { file: 'nation.yaml', detail: `document: ${detail}` })
  if (birth && identity.birthAt !== length) throw wrong(`the birth date must follow the prefix, at ${identity.birthAt}`)
  if (identity.sex && identity.sex.at !== length + (birth ? 8 : 0) + serial - 1) {
    throw wrong('the last digit of the serial number must be the one that tells the sex')
  }
  const most = Math.max(
    ...config.model.compositions.map(({ slots }) => {
      if (!bySex) return slots.length
      const of = (sex: string) => slots.filter((slot) => slot.sex === sex || slot.sex === 'any').length
      return Math.max(of('male'), of('female'))
    }),
  )
  const serials = 10 ** serial
  const half = 10 ** Math.floor(serial / 2)
  // Serial numbers are 1, 2 …, split into odd and even ones where parity tells the sex.
  const radix: [number, number] = birth ? [DAYS, bySex ? serials / 2 - 1 : serials - 1] : [half, serials / half]
  return {
    prefixLength: length,
    serialDigits: serial,
    birth,
    bySex,
    radix,
    capacity: radix[0] * radix[1],
    width: most,
  }
}

/** The columns that permute `n` (below the capacity) with the 64-bit `key` into `high` and `low`, in three layers. */
export function permuteSql(shape: DocumentShape, n: string, key: string): string[][] {
  const [high, low] = shape.radix
  const turn = (digit: string, round: number) =>
    `(hash(xor(hash(xor(${key}, ${purpose(`document.round${round}`)})), ${digit}::UBIGINT)) >> 33)::BIGINT`
  return [
    [`(${n} % ${high})::BIGINT AS p_high0`, `((${n} // ${high}) % ${low})::BIGINT AS p_low0`],
    [`(p_low0 + ${turn('p_high0', 1)}) % ${low} AS p_low1`],
    [`(p_high0 + ${turn('p_low1', 2)}) % ${high} AS p_high`],
    [`(p_low1 + ${turn('p_high', 3)}) % ${low} AS p_low`],
  ]
}

/**
 * What the digits of a text, standing at `at` in the body of a number, add to its checksum: SQL over a text of fixed
 * width. Both algorithms add up a value for each digit and place, so a number's parts can be summed apart.
 */
export function checkPartOfText(pack: Pack, shape: DocumentShape, text: string, at: number, width: number): string {
  return partSql(pack, shape, at, width, (index) => `substr(${text}, ${index + 1}, 1)::BIGINT`)
}

/** The same of a text that is known already, as a number. */
export function checkPartOf(pack: Pack, shape: DocumentShape, text: string, at: number): number {
  const body = bodyLength(shape)
  return [...text].reduce((sum, digit, index) => sum + digitValue(pack, Number(digit), body - (at + index)), 0)
}

/** The same over a whole number written with `width` digits; several times faster, for what every person needs. */
export function checkPartOfNumber(pack: Pack, shape: DocumentShape, number: string, at: number, width: number): string {
  return partSql(pack, shape, at, width, (index) => `((${number}) // ${10 ** (width - 1 - index)} % 10)`)
}

/** Characters of a number before the check character. */
export function bodyLength(shape: DocumentShape): number {
  return shape.prefixLength + (shape.birth ? 8 : 0) + shape.serialDigits
}

function partSql(
  pack: Pack,
  shape: DocumentShape,
  at: number,
  width: number,
  digitAt: (index: number) => string,
): string {
  const body = bodyLength(shape)
  const terms = Array.from({ length: width }, (_, index) => {
    const values = Array.from({ length: 10 }, (_unused, digit) => digitValue(pack, digit, body - (at + index)))
    const digit = digitAt(index)
    // Most places count a digit a fixed number of times; only where they do not is a list needed.
    const linear = values.every((value, figure) => value === values[1]! * figure)
    return linear ? `${digit} * ${values[1]}` : `list_extract([${values.join(', ')}], ${digit} + 1)`
  })
  return terms.length === 0 ? '0' : `(${terms.join(' + ')})`
}

/** The check character for the sum of the parts. */
export function checkCharacterSql(pack: Pack, sum: string): string {
  if (pack.identity.checksum === 'iso7064-mod11-2') {
    return `substr('10X98765432', ((${sum}) % 11 + 1)::BIGINT, 1)`
  }
  return pack.identity.checksum === 'luhn' ? `((10 - (${sum}) % 10) % 10)::VARCHAR` : `''`
}

/** What a digit counts, `places` places before the check character (1: right before it). */
function digitValue(pack: Pack, digit: number, places: number): number {
  if (pack.identity.checksum === 'iso7064-mod11-2') return digit * (2 ** places % 11)
  if (pack.identity.checksum !== 'luhn' || places % 2 === 0) return digit
  return digit > 4 ? digit * 2 - 9 : digit * 2
}
