/**
 * Money is an integer count of the currency's minor unit (fen, cent, mill), kept as bigint so that a nation's sum
 * stays exact. The number of decimals belongs to the currency and comes from the policy pack.
 */
export type Currency = { readonly code: string; readonly digits: number }

/** Reads `1234.5` as minor units, exactly. Returns nothing when the text is no amount or has too many decimals. */
export function parseMoney(text: string, currency: Currency): bigint | undefined {
  const match = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(text)
  if (!match) return undefined
  const decimals = (match[3] ?? '').replace(/0+$/, '')
  if (decimals.length > currency.digits) return undefined
  const minor = BigInt(match[2] + decimals.padEnd(currency.digits, '0'))
  return match[1] ? -minor : minor
}

/** Writes minor units as a plain decimal text with all the currency's decimals, e.g. `1234.50`. */
export function formatMoney(minor: bigint | number, currency: Currency): string {
  const value = BigInt(minor)
  const sign = value < 0n ? '-' : ''
  const digits = (value < 0n ? -value : value).toString().padStart(currency.digits + 1, '0')
  if (currency.digits === 0) return sign + digits
  return `${sign}${digits.slice(0, -currency.digits)}.${digits.slice(-currency.digits)}`
}
