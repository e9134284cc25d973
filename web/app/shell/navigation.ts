import type { Right } from '../../../src/platform/http/contract.ts'
import type { IconName } from './icons.tsx'

export type Entry = {
  readonly key:
    | 'home'
    | 'register'
    | 'places'
    | 'map'
    | 'periods'
    | 'imports'
    | 'jobs'
    | 'users'
    | 'dictionary'
    | 'reference'
  readonly to: string
  readonly icon: IconName
  readonly right: Right
}

/** The entry that an address belongs to: the page itself or one below it. */
export function entryOf(pathname: string): Entry | undefined {
  return entries.find(({ to }) => pathname === to || (to !== '/' && pathname.startsWith(`${to}/`)))
}

/** The work there is, in order; each post sees what its rights open. */
export const entries: readonly Entry[] = [
  { key: 'home', to: '/', icon: 'home', right: 'signed-in' },
  { key: 'register', to: '/register', icon: 'register', right: 'household.read' },
  { key: 'places', to: '/places', icon: 'places', right: 'place.read' },
  { key: 'map', to: '/map', icon: 'map', right: 'place.read' },
  { key: 'periods', to: '/periods', icon: 'periods', right: 'household.read' },
  { key: 'imports', to: '/imports', icon: 'imports', right: 'household.import' },
  { key: 'jobs', to: '/jobs', icon: 'jobs', right: 'job.read' },
  { key: 'users', to: '/users', icon: 'users', right: 'user.manage' },
  { key: 'dictionary', to: '/dictionary', icon: 'dictionary', right: 'signed-in' },
  { key: 'reference', to: '/reference', icon: 'reference', right: 'signed-in' },
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
