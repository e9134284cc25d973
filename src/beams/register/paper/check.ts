import type { Caller } from '../../../platform/access/caller.ts'
import type { Tx } from '../../../platform/db/database.ts'
import type { Pack } from '../../../policy/pack.ts'
import type { Paths } from '../place/paths.ts'
import { officeOf } from './print.ts'
import { findSeal } from './queries.ts'
import type { CardSigner } from './token.ts'

export type CardCheck = {
  readonly state: 'valid' | 'superseded' | 'revoked' | 'not-genuine'
  readonly office: string | null
  readonly hotline: string
  readonly issuedOn: string | null
  readonly endedOn: string | null
  readonly household: number | null
}

/**
 * What may be said of a printed card to whoever scans it: whether it is genuine and valid, and the office. The
 * household's number is told only to a caller who may read it anyway.
 */
export async function checkToken(
  tx: Tx,
  { pack, paths, signer }: { pack: Pack; paths: Paths; signer: CardSigner },
  caller: Caller | undefined,
  token: string,
  language: string,
): Promise<CardCheck> {
  const { hotline } = pack.paper
  const hash = signer.read(token)
  const seal = hash && (await findSeal(tx, hash))
  if (!seal) return { state: 'not-genuine', office: null, hotline, issuedOn: null, endedOn: null, household: null }
  const place = (await paths.of(tx, [seal.office])).get(seal.office)
  return {
    state: seal.ending ?? 'valid',
    office: place ? officeOf(pack, place, language).name : null,
    hotline,
    issuedOn: seal.issued_on,
    endedOn: seal.ended_on,
    household: seal.in_reach && caller?.rights.has('household.read') ? seal.household_id : null,
  }
}
