import { tags } from './xml.ts'

/** How a number is shown: as a number, a day, a day with a time, or a time. */
export const asNumber = 0
export const asDay = 1
export const asDayAndTime = 2
export const asTime = 3

/** Formats with a fixed number; 27 to 36 and 50 to 58 are those of East Asian editions. */
const days = new Set([14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58])
const times = new Set([18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56])

/** For each cell style of a workbook, how it shows a number. */
export function readStyles(bytes: Buffer, part: string): Uint8Array {
  const formats = new Map<number, number>()
  const kinds: number[] = []
  let inCellStyles = false
  for (const { name, closing, attributes } of tags(bytes, part)) {
    if (name === 'cellXfs') inCellStyles = !closing
    else if (closing) continue
    else if (name === 'numFmt') formats.set(Number(attributes.numFmtId), kindOfFormat(attributes.formatCode ?? ''))
    else if (name === 'xf' && inCellStyles) {
      const format = Number(attributes.numFmtId ?? 0)
      kinds.push(formats.get(format) ?? kindOfNumber(format))
    }
  }
  return Uint8Array.from(kinds)
}

function kindOfNumber(format: number): number {
  if (format === 22) return asDayAndTime
  return days.has(format) ? asDay : times.has(format) ? asTime : asNumber
}

/** Judges a format such as `yyyy"-"mm"-"dd`: what is quoted, escaped or in brackets is not part of the pattern. */
export function kindOfFormat(format: string): number {
  const elapsed = /\[(h+|m+|s+)\]/i.test(format)
  const pattern = (format.split(';')[0] ?? '').replaceAll(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '').toLowerCase()
  if (elapsed) return asTime
  if (/general/.test(pattern)) return asNumber
  const clock = /[hs]/.test(pattern)
  if (/[yd]/.test(pattern) || (/m/.test(pattern) && !clock)) return clock ? asDayAndTime : asDay
  return clock ? asTime : asNumber
}

const DAY = 86_400_000
/** The last day that spreadsheets can show, 9999-12-31. */
const LAST = 2_958_465

/**
 * The text of a number that is shown as a date: `YYYY-MM-DD`, with ` HH:MM:SS` when the style shows the time, or
 * undefined when no date belongs to it. Spreadsheets hold that 1900 was a leap year, so their day 60 is 1900-02-29;
 * it is given as such, for nobody was born on it and the check of dates will say so.
 */
export function dateText(serial: number, kind: number, from1904: boolean): string | undefined {
  const shifted = from1904 ? serial + 1462 : serial
  if (!(shifted >= 0 && shifted < LAST + 1)) return undefined
  // Half a second is a rounding of the stored fraction.
  const seconds = Math.round((shifted - Math.floor(shifted)) * 86_400)
  const day = Math.floor(shifted) + (seconds === 86_400 ? 1 : 0)
  const time = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19)
  if (day === 0) return kind === asDay ? undefined : time
  if (kind === asTime) return undefined
  const date =
    day === 60 ? '1900-02-29' : new Date(Date.UTC(1899, 11, day < 60 ? 31 : 30) + day * DAY).toISOString().slice(0, 10)
  return kind === asDayAndTime ? `${date} ${time}` : date
}
