import type { Right } from '../../../src/platform/http/contract.ts'
import type { IconName } from './icons.tsx'

export type Entry = {
  /** Names the page's text and its drawing. */
  readonly key: Exclude<IconName, 'search' | 'more'>
  readonly to: string
  readonly right: Right
}

/** The entry that an address belongs to: the page itself or one below it. */
export function entryOf(pathname: string): Entry | undefined {
  return entries.find(({ to }) => pathname === to || (to !== '/' && pathname.startsWith(`${to}/`)))
}

/** The work there is, in order; each post sees what its rights open. */
export const entries: readonly Entry[] = [
  { key: 'home', to: '/', right: 'signed-in' },
  { key: 'register', to: '/register', right: 'household.read' },
  { key: 'places', to: '/places', right: 'place.read' },
  { key: 'map', to: '/map', right: 'place.read' },
  { key: 'periods', to: '/periods', right: 'household.read' },
  { key: 'imports', to: '/imports', right: 'household.import' },
  { key: 'jobs', to: '/jobs', right: 'job.read' },
  { key: 'users', to: '/users', right: 'user.manage' },
  { key: 'dictionary', to: '/dictionary', right: 'signed-in' },
  { key: 'reference', to: '/reference', right: 'signed-in' },
]

/** What can be begun from the palette without looking for its page first. */
export const paletteActions: readonly {
  readonly key: 'actImport' | 'actPassword' | 'actFactor'
  readonly to: string
  readonly right: Right
}[] = [
  { key: 'actImport', to: '/imports', right: 'household.import' },
  { key: 'actPassword', to: '/account', right: 'signed-in' },
  { key: 'actFactor', to: '/account', right: 'signed-in' },
]
