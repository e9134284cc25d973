import { encode } from 'uqr'
import { dayOf } from '../../../kernel/calendar.ts'
import { fill, inLanguage } from '../../../kernel/text.ts'
import type { Caller } from '../../../platform/access/caller.ts'
import type { Entry } from '../../../platform/audit/write.ts'
import type { Tx } from '../../../platform/db/database.ts'
import type { Pack } from '../../../policy/pack.ts'
import { cardsOf } from '../household/queries.ts'
import { openSecrets } from '../household/sealed.ts'
import type { RegisterParts } from '../parts.ts'
import type { Paths, PlacePath } from '../place/paths.ts'
import { composeCards, type PaperHousehold } from './card.ts'
import { setPages } from './press.ts'
import { holdHouseholds, issueCards } from './queries.ts'
import type { CardSigner } from './token.ts'

export type PaperParts = Pick<RegisterParts, 'pack' | 'vault' | 'publicUrl'> & {
  readonly paths: Paths
  readonly signer: CardSigner
}

export type PrintWish = {
  readonly language: string
  /** Sensitive values in full. Whoever passes this has checked the right and notes the reason in the audit. */
  readonly full: boolean
}

/**
 * Prints cards: writes down that they exist, supersedes those printed before, and sets them as one PDF in the order
 * asked for. None in scope, nothing printed. Each becomes an entry of the audit, which the caller writes with the transaction.
 * Throws `print.failed`.
 */
export async function printCards(
  tx: Tx,
  parts: PaperParts,
  by: Pick<Caller, 'accountId' | 'postId'> & { readonly at: Date },
  ids: readonly number[],
  wish: PrintWish,
): Promise<{ pdf: Buffer; entries: Entry[] } | undefined> {
  const { pack, paths, signer, vault } = parts
  await holdHouseholds(tx, ids)
  const { households, members } = await cardsOf(tx, ids)
  if (households.size === 0) return undefined
  const places = await paths.of(
    tx,
    [...households.values()].map((household) => household.place_code),
  )
  const day = dayOf(by.at, pack.utcOffset)
  const sealed = [...households.values()].map((household) => {
    const place = places.get(household.place_code)!
    return { household, place, office: officeOf(pack, place, wish.language), ...signer.make() }
  })
  const numbers = await issueCards(
    tx,
    { at: by.at, day, accountId: by.accountId, postId: by.postId, language: wish.language },
    sealed.map(({ household, office, hash }) => ({ household: household.household_id, office: office.code, hash })),
  )
  const papers = new Map(
    sealed.map(({ household, place, office, token }): [number, PaperHousehold] => {
      const own = members.get(household.household_id) ?? []
      return [
        household.household_id,
        {
          household,
          members: own,
          secrets: wish.full ? openSecrets(vault, household.sealed) : {},
          ownSecrets: new Map(wish.full ? own.map((one) => [one.person_id, openSecrets(vault, one.sealed)]) : []),
          path: place.path.map(({ name }) => name),
          village: place.officialCode,
          office: office.name,
          card: `${household.household_id}-${numbers.get(household.household_id)}`,
          code: squareCode(`${parts.publicUrl}/v/${token}`),
        },
      ]
    }),
  )
  const pages = ids.flatMap((id) => papers.get(id) ?? [])
  return {
    pdf: await setPages(composeCards(pack, wish.language, day, pages), pages.length === 1),
    entries: sealed.map(({ household }) => ({
      kind: 'household.print',
      place: household.place_code,
      subject: 'household',
      subjectId: household.household_id,
      detail: { card: numbers.get(household.household_id), full: wish.full },
    })),
  }
}

/** The office that issues cards of a place: that of the pack's level on the way to it. */
export function officeOf(pack: Pack, place: PlacePath, language: string): { code: string; name: string } {
  const level = pack.levels.findIndex(({ id }) => id === pack.paper.level)
  const { code, name } = place.path[level - 1] ?? place
  return { code, name: fill(inLanguage(pack.paper.office, language), { place: name }) }
}

/** A text as a square code (QR) in SVG. A tenth of it may be soiled and it can still be read. */
function squareCode(text: string): string {
  const { data, size } = encode(text, { ecc: 'M', border: 0 })
  const path = data.flatMap((row, y) => runsOf(row).map(([x, width]) => `M${x} ${y}h${width}v1h-${width}z`)).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path d="${path}"/></svg>`
}

/** Where the dark runs of a row begin, and how long each is. */
function runsOf(row: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = []
  for (const [x, dark] of row.entries()) {
    if (!dark) continue
    const last = runs.at(-1)
    if (last && last[0] + last[1] === x) last[1]++
    else runs.push([x, 1])
  }
  return runs
}
