import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'

/** The state of a page as it stands in the URL: names and texts. A name without a value is not there. */
export type UrlState = Readonly<Record<string, string>>

/** Reads `?a=1&b=x` as plain texts: a place code `0512` must not become the number 512. */
export function parseSearch(search: string): UrlState {
  return Object.fromEntries(new URLSearchParams(search))
}

/** Writes plain texts as `?a=1&b=x`; empty ones are left out. */
export function stringifySearch(state: Record<string, unknown>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(state)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  }
  return search.size > 0 ? `?${search}` : ''
}

/**
 * The page's state in the URL and the way to change it. A change is a step that Back undoes, unless `replace` says
 * that it only corrects the step before (typing in a search field). `undefined` or '' removes a name.
 */
export function useUrlState(): [
  UrlState,
  (change: Record<string, string | undefined>, options?: { replace?: boolean }) => void,
] {
  const state = useSearch({ strict: false }) as UrlState
  const navigate = useNavigate()
  const change = useCallback(
    (next: Record<string, string | undefined>, options: { replace?: boolean } = {}) => {
      void navigate({
        to: '.',
        search: ((before: UrlState) => {
          const merged = { ...before, ...next }
          return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined && value !== ''))
        }) as never,
        replace: options.replace ?? false,
        resetScroll: false,
      })
    },
    [navigate],
  )
  return [state, change]
}
