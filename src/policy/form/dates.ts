import { type Day, dayFrom, isDate } from '../../kernel/calendar.ts'

type Marks = readonly [string, string, string] | undefined

/** Day zero of spreadsheet serials after the invented 29 February 1900. */
const serialZero = Date.UTC(1899, 11, 30)

/**
 * Reads a day written as 2016-09-30, 2016/9/30, 2016.9.30, 20160930, with the language's own marks behind the
 * parts, or as a spreadsheet serial (1 to 80000). Nothing when it names no day of the calendar. A lone number from
 * 1800 to 2199 is a year that somebody typed and not a serial (those serials are days of 1904 to 1906): refused,
 * because a wrong birth date that looks right is worse than a question.
 */
export function readDay(text: string, marks: Marks): Day | undefined {
  const length = text.length
  const year = digits(text, 0, 4)
  if (length === 10 && text.charCodeAt(4) === 45 && text.charCodeAt(7) === 45) {
    // The text itself is canonical: no other string is made.
    return isDate(year, digits(text, 5, 2), digits(text, 8, 2)) ? text : undefined
  }
  if (length === 8 && year >= 0) {
    const month = digits(text, 4, 2)
    const day = digits(text, 6, 2)
    if (month >= 0 && day >= 0) return dayFrom(year, month, day)
  }
  return readSpelled(text, marks)
}

function readSpelled(text: string, marks: Marks): Day | undefined {
  const plain = text
    .normalize('NFKC')
    .trim()
    .replace(/(?:T|\s+)0{1,2}:00(?::00(?:\.0+)?)?Z?$/, '')
  if (/^\d+(?:\.0+)?$/.test(plain)) {
    const whole = plain.replace(/\.0+$/, '')
    if (whole.length === 8) return dayFrom(digits(whole, 0, 4), digits(whole, 4, 2), digits(whole, 6, 2))
    return fromSerial(Number(whole))
  }
  const parts = /^(\d{4})([^\d\s])\s*(\d{1,2})([^\d\s])\s*(\d{1,2})([^\d\s]?)$/u.exec(plain)
  if (!parts) return undefined
  const [, year, afterYear, month, afterMonth, day, afterDay] = parts
  const sameMark = afterYear === afterMonth && afterDay === '' && ['-', '/', '.'].includes(afterYear!)
  const ownMarks =
    marks && afterYear === marks[0] && afterMonth === marks[1] && (afterDay === marks[2] || afterDay === '')
  return sameMark || ownMarks ? dayFrom(Number(year), Number(month), Number(day)) : undefined
}

function fromSerial(serial: number): Day | undefined {
  if (serial < 1 || serial > 80_000 || serial === 60 || (serial >= 1800 && serial <= 2199)) return undefined
  const days = serial < 60 ? serial + 1 : serial
  return new Date(serialZero + days * 86_400_000).toISOString().slice(0, 10)
}

/** The number in some places of a text, or -1 when one of them is no digit. */
function digits(text: string, at: number, count: number): number {
  let value = 0
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return -1
    value = value * 10 + digit
  }
  return value
}
