import { dayOf } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import { type Caller, narrow } from '../../../platform/access/caller.ts'
import type { Entry } from '../../../platform/audit/write.ts'
import type { Tx } from '../../../platform/db/database.ts'
import type { Pack } from '../../../policy/pack.ts'
import { demandReason } from '../household/download-routes.ts'
import { householdPage } from '../household/queries.ts'
import { type PaperParts, printCards } from './print.ts'
import { endCard, lockCard } from './queries.ts'

/** Most cards in one file: a large village. More would keep the households locked for too long. */
const MOST_CARDS = 500

/** The households of a place in the caller's reach, in the order of the list. Throws `print.too-many`. */
export async function householdsToPrint(tx: Tx, caller: Caller, place: string): Promise<number[]> {
  const rows = await householdPage(tx, { scope: narrow(caller, place) }, { limit: MOST_CARDS + 1 })
  if (rows.length > MOST_CARDS) throw new Problem('print.too-many', { limit: MOST_CARDS })
  return rows.map((row) => row.household_id)
}

/** Prints households and notes each in the audit; nothing when none of them is in reach. */
export async function printNoted(
  tx: Tx,
  parts: PaperParts,
  caller: Caller,
  at: Date,
  ids: readonly number[],
  wish: { language: string; identities: 'masked' | 'full'; why?: string | undefined },
  audit: (entry: Entry) => void,
): Promise<Buffer | undefined> {
  const { accountId, postId } = caller
  const full = wish.identities === 'full'
  const why = demandReason(caller, { full, why: wish.why })
  const printed = await printCards(tx, parts, { accountId, postId, at }, ids, { language: wish.language, full })
  for (const entry of printed?.entries ?? []) audit({ ...entry, detail: { ...entry.detail, ...why } })
  return printed?.pdf
}

/** Revokes a card and notes it in the audit. Throws `request.not-found`, or `card.ended` when it is not valid anyway. */
export async function revokeNoted(
  tx: Tx,
  pack: Pack,
  caller: Caller,
  at: Date,
  { household, no, why }: { household: number; no: number; why: string },
  audit: (entry: Entry) => void,
): Promise<void> {
  const card = await lockCard(tx, household, no)
  if (!card) throw new Problem('request.not-found')
  if (card.ended_at) throw new Problem('card.ended', { day: dayOf(card.ended_at, pack.utcOffset) })
  await endCard(
    tx,
    { household, no, hash: card.id_hash, why },
    { accountId: caller.accountId, at, day: dayOf(at, pack.utcOffset) },
  )
  audit({
    kind: 'card.revoke',
    place: card.place_code,
    subject: 'household',
    subjectId: household,
    detail: { card: no },
  })
}
