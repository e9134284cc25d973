import { useMemo } from 'react'
import { useChoice } from './choices.ts'
import { useLanguage } from './i18n.ts'
import { useTexts } from './texts/index.ts'

/** How large numbers are written: grouped by thousands, or shortened by ten thousands. */
export type Counting = 'thousands' | 'myriads'

/** The person's way of counting, kept on this device. */
export function useCounting(): [Counting, (counting: Counting) => void] {
  return useChoice<Counting>('counting', 'thousands')
}

/** Numbers, days, durations and names in the language of the screens. Show numbers with tabular figures, right-aligned. */
export function useFormat() {
  const { language } = useLanguage()
  const [counting] = useCounting()
  const say = useTexts()
  return useMemo(() => {
    const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 })
    const short = new Intl.NumberFormat(language, { maximumFractionDigits: 2 })
    const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })
    const moment = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
    const ago = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })

    /** A number; shortened where the person counts by ten thousands and it is large enough. */
    const number = (value: number | null | undefined, decimals?: number): string => {
      if (value === null || value === undefined || Number.isNaN(value)) return say('unknown')
      if (counting === 'myriads') {
        const size = Math.abs(value)
        if (size >= 1e8) return say('hundredMillion', { n: short.format(value / 1e8) })
        if (size >= 1e4) return say('tenThousand', { n: short.format(value / 1e4) })
      }
      if (decimals === undefined) return Number.isInteger(value) ? whole.format(value) : short.format(value)
      return value.toLocaleString(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    }

    return {
      number,
      /** Name of a person who did something; without a name it was the operator of the machine. */
      person: (name: string | null) => name ?? say('operator'),
      /** A share from 0 to 1 as per cent with one decimal. */
      share: (value: number) =>
        value.toLocaleString(language, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }),
      /** A calendar day `YYYY-MM-DD`; anything else is shown as it is. */
      day: (text: string | null | undefined) => {
        if (!text) return say('unknown')
        return /^\d{4}-\d{2}-\d{2}$/.test(text) ? day.format(new Date(`${text}T00:00:00Z`)) : text
      },
      /** An instant (ISO) in the person's own time zone. */
      moment: (text: string | null | undefined) => (text ? moment.format(new Date(text)) : say('unknown')),
      /** How long ago an instant was, in the largest fitting unit. */
      ago: (text: string, now: Date = new Date()) => {
        const seconds = (new Date(text).getTime() - now.getTime()) / 1000
        const size = Math.abs(seconds)
        if (size < 60) return ago.format(Math.round(seconds), 'second')
        if (size < 3600) return ago.format(Math.round(seconds / 60), 'minute')
        if (size < 86_400) return ago.format(Math.round(seconds / 3600), 'hour')
        return ago.format(Math.round(seconds / 86_400), 'day')
      },
      /** A duration in seconds, rounded to what a waiting person wants to know. */
      duration: (seconds: number) => {
        if (seconds < 60) return say('seconds', { n: Math.max(1, Math.round(seconds)) })
        if (seconds < 3600) return say('minutes', { n: Math.round(seconds / 60) })
        return say('hours', { n: short.format(seconds / 3600) })
      },
      bytes: (bytes: number) => {
        if (bytes < 1024) return `${whole.format(bytes)} B`
        if (bytes < 1024 ** 2) return `${whole.format(bytes / 1024)} KB`
        return `${short.format(bytes / 1024 ** 2)} MB`
      },
    }
  }, [language, counting, say])
}
