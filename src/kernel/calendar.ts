/** A calendar day as `YYYY-MM-DD`. Days compare as text. */
export type Day = string

/** A span of time that facts are recorded for: a year (`2016`) or a month (`2016-09`). */
export type Period = string

/** Whether a text names a day that the calendar has (no 30 February). */
export function isDay(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!match) return false
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}

/** Whether a text names a period. */
export function isPeriod(text: string): boolean {
  return /^\d{4}(-(0[1-9]|1[0-2]))?$/.test(text)
}

/** The day of an instant in a time zone offset given in minutes east of UTC. */
export function dayOf(instant: Date, offsetMinutes = 0): Day {
  return new Date(instant.getTime() + offsetMinutes * 60_000).toISOString().slice(0, 10)
}

/** Whether the calendar has a day with these numbers (years 1 to 9999). */
export function isDate(year: number, month: number, day: number): boolean {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}

/** The day with these numbers, or nothing when the calendar has none. */
export function dayFrom(year: number, month: number, day: number): Day | undefined {
  if (!isDate(year, month, day)) return undefined
  return `${String(year).padStart(4, '0')}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`
}

/** Full years between a birth and a day. */
export function ageOn(birth: Day, day: Day): number {
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4))
  return day.slice(5) < birth.slice(5) ? years - 1 : years
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
