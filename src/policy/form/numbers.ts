import { type Currency, parseMoney } from '../../kernel/money.ts'

/**
 * Number cells. The common spellings (`1200`, `1200.5`) are read digit by digit without an object made; everything
 * else people and spreadsheets write (thousands separators, full-width digits, exponents, the seventeen digits of a
 * float) goes the slow way through `plainNumber`, which brings it to the common spelling first.
 */

const notANumber = Number.NaN

/**
 * Reads a plain decimal as a count of its smallest unit (`12.5` with 2 decimals is 1250). NaN when the text is no
 * plain number, has too many decimals, or has more digits than a double can hold exactly.
 */
export function scaled(text: string, decimals: number): number {
  const length = text.length
  let at = 0
  let negative = false
  if (length > 0 && text.charCodeAt(0) === 45) {
    negative = true
    at = 1
  }
  if (length - at > 15) return notANumber
  let value = 0
  let digits = 0
  let point = -1
  for (; at < length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 48 && code <= 57) {
      if (point >= 0 && at - point > decimals) {
        if (code !== 48) return notANumber
        digits++
        continue
      }
      value = value * 10 + (code - 48)
      digits++
    } else if (code === 46 && point < 0 && digits > 0) point = at
    else return notANumber
  }
  if (digits === 0 || point === length - 1) return notANumber
  let missing = decimals - (point < 0 ? 0 : Math.min(length - 1 - point, decimals))
  for (; missing > 0; missing--) value *= 10
  if (value > Number.MAX_SAFE_INTEGER) return notANumber
  return negative && value !== 0 ? -value : value
}

/**
 * The plain spelling of a number that somebody wrote otherwise, or nothing when it is no number. Floats are rounded to
 * the fifteen digits that a spreadsheet shows, so 0.30000000000000004 is 0.3.
 */
export function plainNumber(text: string): string | undefined {
  let plain = text
    .normalize('NFKC')
    .replace(/\s+/gu, '')
    .replace(/^\+/, '')
    .replace(/^\u2212/, '-')
    .replace(/^(-?)\./, (_, sign: string) => `${sign}0.`)
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)) plain = plain.replaceAll(',', '')
  if (/^-?\d+(\.\d+)?[eE][+-]?\d{1,2}$/.test(plain)) return fromDouble(Number(plain))
  if (!/^-?\d+(\.\d+)?$/.test(plain)) return undefined
  plain = plain.replace(/^(-?)0+(?=\d)/, '$1')
  if (plain.includes('.') && plain.replace(/^-?0?\.?0*|\./g, '').length > 15) return fromDouble(Number(plain))
  return plain
}

/** Reads an amount as minor units with the kernel's exact rule; nothing beyond the safe integers. */
export function minorUnits(plain: string, currency: Currency): number | undefined {
  const minor = parseMoney(plain, currency)
  if (minor === undefined) return undefined
  const value = Number(minor)
  return Number.isSafeInteger(value) ? value : undefined
}

function fromDouble(value: number): string | undefined {
  const rounded = Number(value.toPrecision(15))
  const text = String(rounded)
  // Beyond these sizes JavaScript itself writes exponents; no field of a form holds such a number.
  return text.includes('e') ? (Math.abs(rounded) < 1 ? rounded.toFixed(20).replace(/0+$/, '') : undefined) : text
}
