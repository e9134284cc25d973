import { useMemo } from 'react'
import { useFormat } from '../../lib/format.ts'
import { type TextKey, useTexts } from './texts/index.ts'

export type Words = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string

/**
 * The register's texts with numbers written in the person's own way of counting. A number named `n` also picks
 * between the form for one and the form for several.
 */
export function useWords(): Words {
  const say = useTexts()
  const { number } = useFormat()
  return useMemo<Words>(
    () =>
      (key, values = {}) => {
        const written = Object.entries(values).map(([name, value]) => [
          name,
          typeof value === 'number' ? number(value) : value,
        ])
        const count = typeof values.n === 'number' ? { count: values.n } : {}
        return say(key, { ...Object.fromEntries(written), ...count })
      },
    [say, number],
  )
}
