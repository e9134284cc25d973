import { ageOn, dayOf } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import { type Caller, narrow } from '../../../platform/access/caller.ts'
import { lookBy } from '../../../platform/audit/access-log.ts'
import type { Tx } from '../../../platform/db/database.ts'
import { fulfil, type Route } from '../../../platform/http/handler.ts'
import { boundField, householdForm } from '../../../policy/ask.ts'
import { endsByNumber, findEnd } from '../change/end-queries.ts'
import { evidenceOf } from '../evidence/queries.ts'
import { importsInReach } from '../intake/queries.ts'
import type { KeysOf } from '../name-keys.ts'
import type { RegisterParts } from '../parts.ts'
import type { Paths } from '../place/paths.ts'
import { groupsIn } from '../place/queries.ts'
import {
  countHouseholds,
  groupHouseholds,
  householdHistory,
  listHouseholds,
  revealHousehold,
  showHousehold,
} from './contract.ts'
import { countPast, pastMoment, pastPage } from './past.ts'
import {
  type ActionDetail,
  countUpTo,
  findCard,
  findSealed,
  type HouseholdFilter,
  historyOf,
  householdPage,
  type PageKey,
  tallyUnder,
} from './queries.ts'
import { openSecrets } from './sealed.ts'
import { readSearch } from './text-search.ts'

const COUNT_BOUND = 10_000
const ENDS_SHOWN = 5

type FilterQuery = {
  place?: string | undefined
  status?: string[] | undefined
  cause?: string[] | undefined
  sizeFrom?: number | undefined
  sizeTo?: number | undefined
  period?: string | undefined
  text?: string | undefined
  households?: string[] | undefined
}

/** The filter of a request, cut to what the caller may see. */
export function readFilter(
  caller: Caller,
  query: FilterQuery,
  parts: RegisterParts & { keysOf: KeysOf },
): HouseholdFilter {
  return {
    scope: narrow(caller, query.place),
    status: query.status,
    cause: query.cause,
    sizeFrom: query.sizeFrom,
    sizeTo: query.sizeTo,
    period: query.period,
    households: query.households?.map(Number),
    search: query.text === undefined ? undefined : readSearch(query.text, parts),
  }
}

/** The fields whose facts a list may bring along: the household's own, not sensitive, not kept in columns. */
export function listableColumns(parts: RegisterParts, asked: readonly string[] | undefined): string[] {
  const known = householdForm(parts.pack)
    .sections.filter((section) => section.of === 'household')
    .flatMap((section) => section.fields)
    .map((field) => field.id)
  for (const id of asked ?? []) {
    if (!known.includes(id)) throw new Problem('request.unknown-filter', { name: id, known: known.join(', ') })
  }
  return [...(asked ?? [])]
}

export function householdRoutes(parts: RegisterParts & { keysOf: KeysOf; paths: Paths }): Route[] {
  const { pack, vault, paths, accessLog } = parts
  const form = householdForm(pack)
  const documentField = boundField(form, 'member.document')!
  const lengths = pack.levels.slice(1).map((level) => level.length)

  return [
    fulfil(listHouseholds, async ({ tx, caller, now }, { query }) => {
      const filter = readFilter(caller, query, parts)
      const columns = listableColumns(parts, query.columns)
      const wish = { after: readKey(query.after), limit: query.limit + 1, columns }
      const moment = pastMoment(query, now, pack)
      const rows = moment ? await pastPage(tx, filter, moment, wish) : await householdPage(tx, filter, wish)
      const page = rows.slice(0, query.limit)
      const villages = await paths.of(
        tx,
        page.map((row) => row.place_code),
      )
      const last = page.at(-1)
      const { search } = filter
      const asksNumber = search?.kind === 'number' && query.after === undefined && !moment
      const ends = asksNumber ? await endsByNumber(tx, filter.scope, search.prefix, ENDS_SHOWN) : []
      return {
        ended: ends.map(({ household, number, headName, on, into }) => ({ id: household, number, headName, on, into })),
        households: page.map((row) => ({
          id: row.household_id,
          number: row.number,
          village: villageOf(row.place_code, villages),
          headName: row.head_name,
          status: row.status,
          cause: row.cause,
          size: row.size,
          income: row.income,
          period: row.period,
          registeredOn: row.registered_on,
          matched: row.matched.filter((name) => name !== row.head_name),
          facts: row.facts,
        })),
        next: rows.length > query.limit && last ? `${last.place_code}.${last.household_id}` : null,
      }
    }),

    fulfil(countHouseholds, async ({ tx, caller, now }, { query }) => {
      const filter = readFilter(caller, query, parts)
      const moment = pastMoment(query, now, pack)
      if (moment) return bounded(await countPast(tx, filter, moment, COUNT_BOUND + 1))
      const beyondTally = filter.sizeFrom ?? filter.sizeTo ?? filter.period ?? filter.search
      if (beyondTally === undefined) return { count: await tallyUnder(tx, filter), more: false }
      return bounded(await countUpTo(tx, filter, COUNT_BOUND + 1))
    }),

    fulfil(groupHouseholds, async ({ tx, caller }, { query }) => {
      return { groups: await groupsIn(tx, narrow(caller, query.place), query.by) }
    }),

    fulfil(showHousehold, async ({ tx, caller, now }, { params, query }) => {
      const card = await findCard(tx, params.household, query.period, lengths)
      if (!card) throw await notHere(tx, params.household)
      const { household, members } = card
      accessLog.note(lookBy(caller, household.household_id, household.place_code, now))
      const path = household.path.flatMap((text, at) =>
        text === null ? [] : [readStep(household.place_code.slice(0, lengths[at]), text)],
      )
      const today = dayOf(now, pack.utcOffset)
      return {
        id: household.household_id,
        number: household.number,
        place: path.at(-1)!,
        path,
        status: household.status,
        cause: household.cause,
        size: household.size,
        income: household.income,
        registeredOn: household.registered_on,
        version: household.version,
        period: household.period,
        periods: household.periods,
        form: form.id,
        facts: household.facts ?? {},
        members: members.map((row) => ({
          person: row.person_id,
          line: row.line,
          name: row.name,
          relation: row.relation,
          sex: row.sex,
          bornOn: row.born_on,
          age: ageOn(row.born_on, today),
          document: row.document_mask,
          disputed: row.disputed,
          joinedOn: row.joined_on,
          leftOn: row.left_on,
          leftWhy: row.left_why,
          facts: row.facts ?? {},
        })),
      }
    }),

    fulfil(householdHistory, async ({ tx, caller }, { params }) => {
      if (!(await findSealed(tx, params.household)) && !(await findEnd(tx, params.household))) {
        throw new Problem('request.not-found')
      }
      const rows = await historyOf(tx, params.household)
      const papers = await evidenceOf(tx, params.household)
      const reach = await importsInReach(
        tx,
        caller.scope,
        rows.map((row) => Number(row.detail.import)),
      )
      return {
        actions: rows.map((row) => ({
          no: row.action_no,
          kind: row.kind,
          effectiveOn: row.effective_on,
          recordedAt: row.recorded_at.toISOString(),
          by: row.by,
          role: row.role,
          why: row.why,
          detail: toldOf(row.detail),
          evidence: papers
            .filter(({ action }) => action === row.action_no)
            .map(({ no, fileName, kind, bytes }) => ({ no, fileName, kind, bytes })),
          importInReach: reach.has(Number(row.detail.import)),
        })),
      }
    }),

    fulfil(revealHousehold, async ({ tx, audit }, { params, body }) => {
      const sealed = await getSealed(tx, params.household)
      audit({
        kind: 'identity.reveal',
        place: sealed.place_code,
        subject: 'household',
        subjectId: params.household,
        detail: { why: body.why },
      })
      return {
        facts: openSecrets(vault, sealed.household),
        members: sealed.members.map((member) => ({
          person: member.person,
          document:
            openSecrets(vault, member.sealed ? Buffer.from(member.sealed, 'base64') : null)[documentField.id] ?? null,
        })),
      }
    }),
  ]
}

/** Why there is no card: it ended and went on as another, or nothing is to be seen of it from here. */
export async function notHere(tx: Tx, household: number): Promise<Problem> {
  const end = await findEnd(tx, household)
  return end
    ? new Problem('change.ended', { household, day: end.on, into: end.into })
    : new Problem('request.not-found')
}

/** What the history tells of an action: other things it leads to, not the content, which may hold sealed values. */
function toldOf({ import: run, size, from, into, change }: ActionDetail) {
  const other = change?.kind === 'split' || change?.kind === 'merge' ? change.household : (from ?? into)
  return { import: run, size, household: other, action: change?.kind === 'undo' ? change.action : undefined }
}

function bounded(count: number): { count: number; more: boolean } {
  return { count: Math.min(count, COUNT_BOUND), more: count > COUNT_BOUND }
}

async function getSealed(tx: Tx, household: number) {
  const sealed = await findSealed(tx, household)
  if (!sealed) throw new Problem('request.not-found')
  return sealed
}

export function villageOf(code: string, villages: Awaited<ReturnType<Paths['of']>>) {
  const place = villages.get(code)
  return {
    code,
    name: place?.name ?? code,
    path: (place?.path ?? [])
      .slice(0, -1)
      .map((one) => one.name)
      .join(' / '),
  }
}

/** Reads the `next` of the page before, `place.household`; anything else is refused. */
export function readKey(after: string | undefined): PageKey | undefined {
  if (after === undefined) return undefined
  const match = /^([0-9A-Z]{1,40})\.(\d{1,15})$/.exec(after)
  if (!match) throw new Problem('request.invalid', { detail: 'query.after: use the “next” of the page before' })
  return { place: match[1]!, household: Number(match[2]) }
}

/** A place of a card's path, whose official code and name come as one text. */
function readStep(code: string, text: string): { code: string; name: string; officialCode: string } {
  const end = text.indexOf(' ')
  return { code, name: text.slice(end + 1), officialCode: text.slice(0, end) }
}
