import type { Scope } from '../../../kernel/place-code.ts'
import { OPERATOR_ACCOUNT } from '../../../platform/access/caller.ts'
import { type RawBuilder, type Statement, sql, type Tx } from '../../../platform/db/database.ts'
import type { Facts } from '../../../policy/form/value.ts'
import type { Change } from '../change/state.ts'
import { countedWhere } from '../place/queries.ts'
import { countedIn } from '../place/tally.ts'
import { nameSql, searchSql, type TextSearch } from './text-search.ts'

export type HouseholdFilter = {
  readonly scope: Scope
  readonly status?: readonly string[] | undefined
  readonly cause?: readonly string[] | undefined
  readonly sizeFrom?: number | undefined
  readonly sizeTo?: number | undefined
  readonly period?: string | undefined
  /** Whose latest facts are of an earlier period than this. */
  readonly olderThan?: string | undefined
  readonly statusNot?: readonly string[] | undefined
  /** Only in these villages, none when the list is empty. */
  readonly villages?: readonly string[] | undefined
  readonly search?: TextSearch | undefined
  /** These households only. */
  readonly households?: readonly number[] | undefined
}

export type ListedRow = {
  household_id: number
  place_code: string
  number: string
  head_name: string
  status: string
  cause: string
  size: number
  income: number | null
  period: string
  registered_on: string
  matched: string[]
  facts: Facts
}

/**
 * What a filter asks of a household (alias h).
 * @param memberships which rows of members (alias m) a name is looked for in; those who are there today when left out
 */
export function conditions(filter: HouseholdFilter, memberships?: RawBuilder<unknown>): RawBuilder<unknown> {
  const all = [sql`h.place_code >= ${filter.scope.lo} and h.place_code < ${filter.scope.hi}`]
  if (filter.status?.length) all.push(sql`h.status = any(${filter.status})`)
  if (filter.cause?.length) all.push(sql`h.cause = any(${filter.cause})`)
  if (filter.sizeFrom !== undefined) all.push(sql`h.size >= ${filter.sizeFrom}`)
  if (filter.sizeTo !== undefined) all.push(sql`h.size <= ${filter.sizeTo}`)
  if (filter.period !== undefined) all.push(sql`h.period = ${filter.period}`)
  if (filter.households) all.push(sql`h.household_id = any(${filter.households})`)
  if (filter.olderThan !== undefined) all.push(sql`h.period < ${filter.olderThan}`)
  if (filter.statusNot?.length) all.push(sql`h.status <> all(${filter.statusNot})`)
  if (filter.villages) all.push(sql`h.place_code = any(${filter.villages})`)
  if (filter.search) all.push(searchSql(filter.search, filter.scope, memberships))
  return sql.join(all, sql` and `)
}

export type PageKey = { readonly place: string; readonly household: number }

/** The condition that a household (alias h) comes behind the end of the page before. */
export function behind(after: PageKey | undefined): RawBuilder<unknown> {
  return after ? sql`and (h.place_code, h.household_id) > (${after.place}, ${after.household})` : sql``
}

const latestFacts = sql`(select f.facts from household_facts f where f.household_id = h.household_id and f.period = h.period)`

/** Those of a household's facts that are asked for; `facts` says where they lie, else with the present ones. */
export function chosenFacts(columns: readonly string[] | undefined, facts = latestFacts): RawBuilder<unknown> {
  if (!columns?.length) return sql`'{}'::jsonb`
  return sql`coalesce((select jsonb_object_agg(e.key, e.value) from jsonb_each(${facts}) e where e.key = any(${columns})), '{}')`
}

/** A page of households in order of place. `columns`: ids of facts to bring along. */
export async function householdPage(
  tx: Tx,
  filter: HouseholdFilter,
  page: { after?: PageKey | undefined; limit: number; columns?: readonly string[] | undefined },
): Promise<ListedRow[]> {
  const matched =
    filter.search?.kind === 'name'
      ? sql`array(select m.name from member m where m.household_id = h.household_id and m.left_on is null and ${nameSql(filter.search)} order by m.line)`
      : sql`'{}'::text[]`
  return tx.all<ListedRow>(sql`
    select h.household_id, h.place_code, h.number, h.head_name, h.status, h.cause, h.size, h.income, h.period,
           h.registered_on, ${matched} as matched, ${chosenFacts(page.columns)} as facts
    from household h
    where ${conditions(filter)} ${behind(page.after)}
    order by h.place_code, h.household_id
    limit ${page.limit}`)
}

/** How many households a filter leaves, counted up to a bound. */
export async function countUpTo(tx: Tx, filter: HouseholdFilter, bound: number): Promise<number> {
  const row = await tx.first<{ count: number }>(sql`
    select count(*) as count from (select from household h where ${conditions(filter)} limit ${bound}) counted`)
  return row!.count
}

/** Households of a range by status and cause, from the tally: exact and fast at any size. */
export async function tallyUnder(tx: Tx, filter: Pick<HouseholdFilter, 'scope' | 'status' | 'cause'>): Promise<number> {
  const row = await tx.first<{ count: number }>(sql`
    select coalesce(sum(households), 0)::bigint as count from (${countedIn(filter.scope)}) cell
    where ${countedWhere(filter)}`)
  return row!.count
}

export type CardRow = {
  household_id: number
  place_code: string
  /** Official code and name, after a space, of the places whose code lengths were asked for. */
  path: (string | null)[]
  number: string
  status: string
  cause: string
  size: number
  income: number | null
  registered_on: string
  version: number
  period: string
  periods: string[]
  facts: Facts | null
}

// A place's code begins with the codes of the places above it. Asked for each time: there are more villages than cards
// read in the time for which their names could be remembered.
const cardStatement: Statement = {
  name: 'card',
  text: `select h.household_id, h.place_code, h.number, h.status, h.cause, h.size, h.income, h.registered_on, h.version,
                coalesce($2, h.period) as period, f.facts,
                array(select (select p.official_code || ' ' || p.name from place p where p.code = left(h.place_code, n))
                      from unnest($3::int[]) n) as path,
                array(select p.period from household_facts p where p.household_id = h.household_id order by 1 desc) as periods
         from household h
         left join household_facts f on f.household_id = h.household_id and f.period = coalesce($2, h.period)
         where h.household_id = $1`,
}

export type MemberRow = {
  person_id: number
  line: number
  name: string
  relation: string
  sex: string
  born_on: string
  document_mask: string | null
  disputed: boolean
  joined_on: string
  left_on: string | null
  left_why: string | null
  facts: Facts | null
}

const membersStatement: Statement = {
  name: 'card-members',
  text: `select m.person_id, m.line, m.name, m.relation, m.sex, m.born_on, m.document_mask, m.disputed, m.joined_on, m.left_on, m.left_why, f.facts
         from member m
         left join member_facts f on f.household_id = m.household_id and f.person_id = m.person_id and f.period = $2
         where m.household_id = $1 order by m.left_on nulls first, m.line`,
}

const membersLatestStatement: Statement = {
  name: 'card-members-latest',
  text: membersStatement.text.replace(
    'f.period = $2',
    'f.period = (select period from household where household_id = $1)',
  ),
}

/**
 * The household and its members as of a period, or as of its latest.
 * @param lengths of the codes of the places that are wanted from the way down to the village
 */
export async function findCard(
  tx: Tx,
  householdId: number,
  period?: string,
  lengths: readonly number[] = [],
): Promise<{ household: CardRow; members: MemberRow[] } | undefined> {
  const [[household], members] = (await tx.together([
    { statement: cardStatement, values: [householdId, period ?? null, lengths] },
    period === undefined
      ? { statement: membersLatestStatement, values: [householdId] }
      : { statement: membersStatement, values: [householdId, period] },
  ])) as [CardRow[], MemberRow[]]
  return household && { household, members }
}

/** What an action keeps besides its place in time; which of it is there depends on its kind. */
export type ActionDetail = {
  readonly import?: number
  readonly size?: number
  /** The household it came from or went into. */
  readonly from?: number
  readonly into?: number
  readonly change?: Change
}

export type ActionRow = {
  action_no: number
  kind: string
  effective_on: string
  recorded_at: Date
  by: string | null
  role: string | null
  why: string
  detail: ActionDetail
}

/** What was done to a household, newest first. */
export async function historyOf(tx: Tx, householdId: number): Promise<ActionRow[]> {
  return tx.all<ActionRow>(sql`
    select a.action_no, a.kind, a.effective_on, a.recorded_at,
           case when a.account_id <> ${OPERATOR_ACCOUNT} then c.name end as by, p.role, a.why, a.detail
    from household_action a join account c using (account_id) left join post p on p.post_id = a.post_id
    where a.household_id = ${householdId} order by a.action_no desc`)
}

export type SealedRow = { household: Buffer | null; members: { person: number; sealed: string | null }[] }

/** The sealed values of a household and its members. */
export async function findSealed(
  tx: Tx,
  householdId: number,
): Promise<(SealedRow & { place_code: string }) | undefined> {
  return tx.first(sql`
    select h.place_code, h.sealed as household,
           (select coalesce(jsonb_agg(jsonb_build_object('person', m.person_id, 'sealed', encode(m.sealed, 'base64')) order by m.line), '[]')
            from member m where m.household_id = h.household_id) as members
    from household h where h.household_id = ${householdId}`)
}

export type ExportMember = MemberRow & { household_id: number; sealed: Buffer | null }
export type ExportHousehold = ListedRow & { sealed: Buffer | null }

/** Whole cards of a page of households, for export and for comparing with a file. */
export async function cardsOf(
  tx: Tx,
  ids: readonly number[],
): Promise<{ households: Map<number, ExportHousehold>; members: Map<number, ExportMember[]> }> {
  const households = await tx.all<ExportHousehold>(sql`
    select h.household_id, h.place_code, h.number, h.head_name, h.status, h.cause, h.size, h.income, h.period, h.registered_on,
           '{}'::text[] as matched, coalesce(f.facts, '{}') as facts, h.sealed
    from household h left join household_facts f on f.household_id = h.household_id and f.period = h.period
    where h.household_id = any(${ids})`)
  const rows = await tx.all<ExportMember>(sql`
    select m.household_id, m.person_id, m.line, m.name, m.relation, m.sex, m.born_on, m.document_mask, m.disputed, m.joined_on,
           m.left_on, m.left_why, m.sealed, f.facts
    from member m join household h using (household_id)
    left join member_facts f on f.household_id = m.household_id and f.person_id = m.person_id and f.period = h.period
    where m.household_id = any(${ids}) and m.left_on is null
    order by m.household_id, m.line`)
  const members = new Map<number, ExportMember[]>()
  for (const row of rows) {
    const list = members.get(row.household_id)
    if (list) list.push(row)
    else members.set(row.household_id, [row])
  }
  return { households: new Map(households.map((row) => [row.household_id, row])), members }
}
