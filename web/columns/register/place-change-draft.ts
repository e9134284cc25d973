import type { z } from 'zod'
import type { wishedPlaceChange } from '../../../src/beams/register/place-change/contract.ts'

export const placeChangeKinds = ['rename', 'recode', 'upgrade', 'merge', 'split'] as const

export type PlaceChangeKind = (typeof placeChangeKinds)[number]

/** What a person has put into the dialog so far. */
export type PlaceDraft = {
  readonly kind: PlaceChangeKind
  readonly name: string
  readonly officialCode: string
  readonly into: string
  readonly children: readonly string[]
  /** Household ids, typed, separated by anything. */
  readonly households: string
  readonly on: string
  readonly why: string
}

/** The change that a draft comes to; nothing while something is missing. */
export function placeWishOf(draft: PlaceDraft): z.input<typeof wishedPlaceChange> | undefined {
  const name = draft.name.trim()
  const officialCode = draft.officialCode.trim()
  switch (draft.kind) {
    case 'rename':
      return name ? { kind: 'rename', name } : undefined
    case 'recode':
      return officialCode ? { kind: 'recode', officialCode } : undefined
    case 'upgrade':
      return name && officialCode ? { kind: 'upgrade', name, officialCode } : undefined
    case 'merge':
      return draft.into ? { kind: 'merge', into: draft.into } : undefined
    case 'split': {
      const households = (draft.households.match(/\d+/g) ?? []).map(Number)
      const going = draft.children.length + households.length > 0
      return name && officialCode && going
        ? { kind: 'split', name, officialCode, children: [...draft.children], households }
        : undefined
    }
  }
}
