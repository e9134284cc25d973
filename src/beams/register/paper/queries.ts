import { OPERATOR_ACCOUNT } from '../../../platform/access/caller.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'

export type NewCard = {
  readonly household: number
  /** Place code of the office that issues it. */
  readonly office: string
  readonly hash: Buffer
}

type Issue = {
  readonly at: Date
  readonly day: string
  readonly accountId: number
  readonly postId: number | null
  readonly language: string
}

/** Keeps households as they are until the transaction ends: what is printed is the version that is written down. */
export async function holdHouseholds(tx: Tx, ids: readonly number[]): Promise<void> {
  await tx.run(sql`
    select household_id from household where household_id = any(${ids}) order by household_id for no key update`)
}

/**
 * Writes new cards, one for each household; those printed before are superseded.
 * @returns the number of each household's new card
 */
export async function issueCards(tx: Tx, issue: Issue, cards: readonly NewCard[]): Promise<Map<number, number>> {
  const ids = cards.map(({ household }) => household)
  await tx.run(sql`
    update card_seal set ending = 'superseded', ended_on = ${issue.day}
    where household_id = any(${ids}) and ending is null`)
  await tx.run(sql`
    update printed_card set ending = 'superseded', ended_at = ${issue.at}, ended_by = ${issue.accountId}
    where household_id = any(${ids}) and ending is null`)
  const rows = cards.map(({ household, office, hash }) => ({ household, office, hash: hash.toString('hex') }))
  const fresh = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n (household bigint, office text, hash text)`
  await tx.run(sql`
    insert into card_seal (id_hash, household_id, office, issued_on)
    select decode(n.hash, 'hex'), n.household, n.office, ${issue.day}::date from ${fresh}`)
  const written = await tx.all<{ household_id: number; card_no: number }>(sql`
    insert into printed_card (household_id, card_no, place_code, id_hash, version, period, language, issued_at,
                              account_id, post_id)
    select h.household_id,
           1 + coalesce((select max(c.card_no) from printed_card c where c.household_id = h.household_id), 0),
           h.place_code, decode(n.hash, 'hex'), h.version, h.period, ${issue.language}, ${issue.at}::timestamptz,
           ${issue.accountId}::bigint, ${issue.postId}::bigint
    from ${fresh} join household h on h.household_id = n.household
    returning household_id, card_no`)
  return new Map(written.map((row) => [row.household_id, row.card_no]))
}

export type PrintedCard = {
  card_no: number
  issued_at: Date
  by: string | null
  period: string
  language: string
  outdated: boolean
  ending: 'superseded' | 'revoked' | null
  ended_at: Date | null
  why: string | null
}

/** The cards of a household, the latest first; nothing when the household is not in scope. */
export async function findCards(tx: Tx, household: number): Promise<PrintedCard[] | undefined> {
  const rows = await tx.all<PrintedCard | { card_no: null }>(sql`
    select c.card_no, c.issued_at, case when c.account_id <> ${OPERATOR_ACCOUNT} then a.name end as by, c.period,
           c.language, h.version > c.version as outdated, c.ending, c.ended_at, c.why
    from household h
    left join printed_card c on c.household_id = h.household_id
    left join account a on a.account_id = c.account_id
    where h.household_id = ${household} order by c.card_no desc`)
  if (rows.length === 0) return undefined
  return rows.filter((row): row is PrintedCard => row.card_no !== null)
}

export type CardEnd = { place_code: string; id_hash: Buffer; ended_at: Date | null }

/** A card to be ended, locked until the transaction ends. */
export async function lockCard(tx: Tx, household: number, no: number): Promise<CardEnd | undefined> {
  return tx.first<CardEnd>(sql`
    select h.place_code, c.id_hash, c.ended_at
    from household h join printed_card c on c.household_id = h.household_id
    where h.household_id = ${household} and c.card_no = ${no} for update of c`)
}

/** Ends a card for a reason. */
export async function endCard(
  tx: Tx,
  card: { household: number; no: number; hash: Buffer; why: string },
  by: { accountId: number; at: Date; day: string },
): Promise<void> {
  await tx.run(sql`
    update printed_card set ending = 'revoked', ended_at = ${by.at}, ended_by = ${by.accountId}, why = ${card.why}
    where household_id = ${card.household} and card_no = ${card.no}`)
  await tx.run(sql`update card_seal set ending = 'revoked', ended_on = ${by.day} where id_hash = ${card.hash}`)
}

export type Seal = {
  household_id: number
  office: string
  issued_on: string
  ending: 'superseded' | 'revoked' | null
  ended_on: string | null
  /** Whether the household lies in the scope of the transaction. */
  in_reach: boolean
}

/** The seal of a token. */
export async function findSeal(tx: Tx, hash: Buffer): Promise<Seal | undefined> {
  return tx.first<Seal>(sql`
    select s.household_id, s.office, s.issued_on, s.ending, s.ended_on,
           exists (select from household h where h.household_id = s.household_id) as in_reach
    from card_seal s where s.id_hash = ${hash}`)
}

/** Revokes every valid card of households that leave the register; `day` is the one from which they are not there. */
export async function endCardsOf(
  tx: Tx,
  households: readonly number[],
  by: { accountId: number | null; at: Date; day: string; why: string },
): Promise<void> {
  await tx.run(sql`
    update printed_card set ending = 'revoked', ended_at = ${by.at}, ended_by = coalesce(${by.accountId}, account_id),
                            why = ${by.why}
    where household_id = any(${households}) and ending is null`)
  await tx.run(sql`
    update card_seal set ending = 'revoked', ended_on = greatest(issued_on, ${by.day}::date)
    where household_id = any(${households}) and ending is null`)
}
