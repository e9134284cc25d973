import type { PlaceCode } from '../../../kernel/place-code.ts'
import { OPERATOR_ACCOUNT } from '../../../platform/access/caller.ts'
import type { Actor } from '../../../platform/audit/write.ts'
import { sql, type Tx } from '../../../platform/db/database.ts'
import type { Facts } from '../../../policy/form/value.ts'
import type { CardChange, CardState, DatedCardChange } from './card.ts'

export type CardKey = { readonly place: PlaceCode; readonly form: string }
export type StoredCard = { readonly version: number; readonly state: CardState }

/** The present card; an empty one of version 0 where nothing was ever written. */
export async function readCard(tx: Tx, { place, form }: CardKey): Promise<StoredCard> {
  const rows = await tx.all<{ version: number; latest: string | null; period: string | null; facts: Facts | null }>(sql`
    select c.version, c.period as latest, f.period, f.facts from place_card c
    left join place_facts f on f.place_code = c.place_code and f.form = c.form
    where c.place_code = ${place} and c.form = ${form}`)
  const facts = Object.fromEntries(rows.flatMap((row) => (row.period === null ? [] : [[row.period, row.facts ?? {}]])))
  return { version: rows[0]?.version ?? 0, state: { period: rows[0]?.latest ?? null, facts } }
}

/** Makes the card if there is none, and keeps others from changing it until the transaction ends. */
export async function lockCard(tx: Tx, { place, form }: CardKey): Promise<void> {
  await tx.run(sql`
    insert into place_card (place_code, form, period, version) values (${place}, ${form}, null, 0) on conflict do nothing`)
  await tx.run(sql`select from place_card where place_code = ${place} and form = ${form} for update`)
}

/** How far the cards of a place have come, by form. */
export async function cardsOfPlace(
  tx: Tx,
  place: PlaceCode,
): Promise<Map<string, { period: string | null; version: number }>> {
  const rows = await tx.all<{ form: string; period: string | null; version: number }>(sql`
    select form, period, version from place_card where place_code = ${place}`)
  return new Map(rows.map(({ form, ...row }) => [form, row]))
}

/** Everything ever done to a card, in order of recording; with `knownAt` only what was recorded by then. */
export async function changesOf(tx: Tx, { place, form }: CardKey, knownAt?: Date): Promise<DatedCardChange[]> {
  return tx.all<DatedCardChange>(sql`
    select action_no as no, effective_on as "effectiveOn", detail -> 'change' as change from place_action
    where place_code = ${place} and form = ${form} and (${knownAt ?? null}::timestamptz is null or recorded_at <= ${knownAt ?? null})
    order by action_no`)
}

/** Whether a request was carried out already. */
export async function isKnownRequest(tx: Tx, { place, form }: CardKey, key: string): Promise<boolean> {
  const row = await tx.first(sql`
    select from place_action where place_code = ${place} and form = ${form} and request_key = ${key}::uuid`)
  return row !== undefined
}

export type CardAction = {
  readonly place: PlaceCode
  readonly no: number
  readonly key: string
  readonly effectiveOn: string
  readonly why: string
  readonly change: CardChange
  /** The period that is the latest one after it, and the facts of every period that it touched. */
  readonly latest: string
  readonly facts: Readonly<Record<string, Facts>>
}

/**
 * Writes actions on the cards of places and what follows from them, however many: one statement for each table.
 * @returns what the audit keeps of each, by place
 */
export async function writeActions(
  tx: Tx,
  actor: Actor & { accountId: number },
  form: string,
  actions: readonly CardAction[],
): Promise<Map<PlaceCode, string>> {
  const list = JSON.stringify(
    actions.map(({ change, facts: _, ...one }) => ({ ...one, kind: change.kind, detail: { change } })),
  )
  const written = await tx.all<{ place_code: string; digest: string }>(sql`
    insert into place_action as a (place_code, form, action_no, kind, effective_on, recorded_at, account_id, post_id, request_key, why, detail)
    select place, ${form}, no, kind, "effectiveOn", ${actor.at}, ${actor.accountId}::bigint, ${actor.postId}::bigint, key, why, detail
    from jsonb_to_recordset(${list}::jsonb)
         as r (place text, no int, kind text, "effectiveOn" date, key uuid, why text, detail jsonb)
    returning place_code, place_action_digest(a.place_code, a.form, a.action_no, a.kind, a.effective_on, a.recorded_at, a.account_id,
                                              a.post_id, a.why, a.detail) as digest`)
  const rows = actions.flatMap(({ place, no, facts }) =>
    Object.entries(facts).map(([period, values]) => ({ place, no, period, facts: values })),
  )
  await tx.run(sql`
    insert into place_facts (place_code, form, period, facts, action_no)
    select place, ${form}, period, facts, no
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (place text, no int, period text, facts jsonb)
    on conflict (place_code, form, period) do update set facts = excluded.facts, action_no = excluded.action_no`)
  await tx.run(sql`
    insert into place_card (place_code, form, period, version)
    select place, ${form}, latest, no from jsonb_to_recordset(${list}::jsonb) as r (place text, latest text, no int)
    on conflict (place_code, form) do update set period = excluded.period, version = excluded.version`)
  return new Map(written.map((row) => [row.place_code, row.digest]))
}

export type CardHistoryRow = {
  no: number
  kind: string
  effective_on: string
  recorded_at: Date
  by: string | null
  role: string | null
  why: string
  change: CardChange
}

/** What was done to a card, newest first. */
export async function cardHistory(tx: Tx, { place, form }: CardKey): Promise<CardHistoryRow[]> {
  return tx.all<CardHistoryRow>(sql`
    select a.action_no as no, a.kind, a.effective_on, a.recorded_at,
           case when a.account_id <> ${OPERATOR_ACCOUNT} then c.name end as by, p.role, a.why, a.detail -> 'change' as change
    from place_action a join account c using (account_id) left join post p on p.post_id = a.post_id
    where a.place_code = ${place} and a.form = ${form} order by a.action_no desc`)
}
