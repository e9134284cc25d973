/** Milliseconds of a day. */
export const dayMs = 86_400_000

/** The day of an instant where the person sits, as the calendar writes it (Swedish spells days like ISO). */
export function localDay(instant: number | string): string {
  return new Date(instant).toLocaleDateString('sv')
}
