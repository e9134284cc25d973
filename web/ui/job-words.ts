import { useMemo } from 'react'
import { en } from './texts/en.ts'
import { useTexts } from './texts/index.ts'

/** Kinds and steps of long work in words; a word that no text knows is shown as the server says it. */
export function useJobWords(): { kind: (kind: string) => string; step: (step: string) => string } {
  const say = useTexts()
  return useMemo(() => {
    const of = (group: 'job' | 'step') => (word: string) => {
      const key = `${group}.${word}`
      return key in en ? say(key as Parameters<typeof say>[0]) : word
    }
    return { kind: of('job'), step: of('step') }
  }, [say])
}
