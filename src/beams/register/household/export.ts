import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { formatMoney } from '../../../kernel/money.ts'
import { Problem } from '../../../kernel/problem.ts'
import { inLanguage } from '../../../kernel/text.ts'
import type { Tx } from '../../../platform/db/database.ts'
import { throughFile } from '../../../platform/files/outgoing.ts'
import { writeCsv } from '../../../platform/files/write-csv.ts'
import { type OutCell, type OutColumn, writeXlsx } from '../../../platform/files/write-xlsx.ts'
import { codeName, householdForm } from '../../../policy/ask.ts'
import { columnsOf } from '../../../policy/form/columns.ts'
import { derive } from '../../../policy/form/derive.ts'
import { cellWriter, headingOf } from '../../../policy/form/write-cell.ts'
import type { Field, Pack } from '../../../policy/pack.ts'
import type { RegisterParts } from '../parts.ts'
import type { Paths } from '../place/paths.ts'
import { sheetWords } from '../texts/sheets.ts'
import { householdFact, memberFact } from './facts.ts'
import { type Moment, pastPage } from './past.ts'
import {
  cardsOf,
  type ExportHousehold,
  type ExportMember,
  type HouseholdFilter,
  householdPage,
  type ListedRow,
  type PageKey,
} from './queries.ts'
import { openSecrets } from './sealed.ts'

const PAGE = 1_000
const LONGEST_EXPORT = 200_000

/** Media types of the spreadsheets that leave. */
export const downloadTypes = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
} as const

export type ExportParts = Pick<RegisterParts, 'pack' | 'vault' | 'home'> & { paths: Paths }

export type ExportOptions = {
  readonly format: 'xlsx' | 'csv'
  readonly language: string
  /** `cards` imports again; `list` is what the list shows. */
  readonly shape: 'list' | 'cards'
  /** Ids of facts that the list shows besides its own columns. */
  readonly columns: readonly string[]
  /** Sensitive values in full. Whoever passes this has checked the right and notes it in the audit. */
  readonly full: boolean
  /** The moment that is exported; the present when left out. Of the past only the list can be had. */
  readonly moment?: Moment | undefined
  /** Called after each page. */
  readonly progress?: (households: number) => void
}

type Table = { columns: OutColumn[]; rows: AsyncGenerator<OutCell[]> }

/** Counts what went through, so that the audit can say it. */
type Tally = { households: number }

/**
 * Writes what a filter leaves to a spreadsheet file, page by page within the caller's transaction: all of it is of one
 * moment, and only of the caller's scope.
 * @returns the path of the file and how many households it holds
 */
export async function exportToFile(
  tx: Tx,
  parts: ExportParts,
  filter: HouseholdFilter,
  options: ExportOptions,
  path: string,
): Promise<number> {
  // A card that imports again would enter the past as the present.
  if (options.moment && options.shape === 'cards') throw new Problem('export.past-cards')
  const tally: Tally = { households: 0 }
  const pages = pagesOf(tx, filter, options, tally)
  const table = options.shape === 'cards' ? cardTable(tx, parts, options, pages) : listTable(tx, parts, options, pages)
  await writeTable(path, parts.pack, options, table)
  return tally.households
}

/** As `exportToFile`, to a file that is gone when it has been read. */
export async function exportStream(
  tx: Tx,
  parts: ExportParts,
  filter: HouseholdFilter,
  options: ExportOptions,
  name: string,
): Promise<{ content: Readable; households: number }> {
  const { content, result } = await throughFile(parts.home, name, (path) =>
    exportToFile(tx, parts, filter, options, path),
  )
  return { content, households: result }
}

async function writeTable(path: string, pack: Pack, options: ExportOptions, table: Table): Promise<void> {
  const out = createWriteStream(path, { mode: 0o600 })
  if (options.format === 'csv') {
    await writeCsv(out, withHeadings(table))
    return
  }
  const title = inLanguage(householdForm(pack).title, options.language)
  await writeXlsx(out, { sheet: title, columns: table.columns, rows: asRows(table.rows) })
}

async function* withHeadings(table: Table): AsyncGenerator<OutCell[]> {
  yield table.columns.map((column) => column.heading)
  yield* table.rows
}

async function* asRows(rows: AsyncGenerator<OutCell[]>) {
  for await (const cells of rows) yield { cells }
}

async function* pagesOf(
  tx: Tx,
  filter: HouseholdFilter,
  options: ExportOptions,
  tally: Tally,
): AsyncGenerator<ListedRow[]> {
  let after: PageKey | undefined
  for (;;) {
    const wish = { after, limit: PAGE, columns: options.columns }
    const { moment } = options
    const page = moment ? await pastPage(tx, filter, moment, wish) : await householdPage(tx, filter, wish)
    tally.households += page.length
    if (tally.households > LONGEST_EXPORT) throw new Problem('export.too-large', { limit: LONGEST_EXPORT })
    if (page.length > 0) yield page
    options.progress?.(tally.households)
    const last = page.at(-1)
    if (page.length < PAGE || !last) return
    after = { place: last.place_code, household: last.household_id }
  }
}

function listTable(
  tx: Tx,
  { pack, paths }: ExportParts,
  options: ExportOptions,
  pages: AsyncGenerator<ListedRow[]>,
): Table {
  const form = householdForm(pack)
  const fields = form.sections.flatMap((section) => section.fields)
  const bound = (binding: Field['binds']) => fields.find((field) => field.binds === binding)!
  const { language } = options
  const words = sheetWords(language)
  const extra = options.columns.map((id) => fields.find((field) => field.id === id)!)
  const writers = extra.map((field) => cellWriter(pack, field, language))
  const statusList = pack.lists.get(bound('household.status').list!)!
  const causeList = pack.lists.get(bound('household.cause').list!)!
  const columns: OutColumn[] = [
    { heading: headingOf(bound('household.place'), language), width: 16 },
    { heading: words.villageName, width: 28 },
    { heading: headingOf(bound('household.number'), language), width: 16 },
    { heading: words.head, width: 14 },
    { heading: headingOf(bound('household.status'), language) },
    { heading: headingOf(bound('household.cause'), language) },
    { heading: words.size, kind: 'number' },
    { heading: headingOf(bound('household.income'), language), kind: 'number' },
    { heading: words.period },
    { heading: words.registeredOn, width: 14 },
    ...extra.map((field) => ({ heading: headingOf(field, language) })),
  ]
  async function* rows(): AsyncGenerator<OutCell[]> {
    for await (const page of pages) {
      const villages = await paths.of(
        tx,
        page.map((row) => row.place_code),
      )
      for (const row of page) {
        const village = villages.get(row.place_code)
        yield [
          village?.officialCode ?? row.place_code,
          village?.path.map((one) => one.name).join(' / ') ?? '',
          row.number,
          row.head_name,
          codeName(statusList, row.status, language),
          codeName(causeList, row.cause, language),
          row.size,
          row.income === null ? null : Number(formatMoney(row.income, pack.currency)),
          row.period,
          row.registered_on,
          ...writers.map((write, index) => write(row.facts[extra[index]!.id])),
        ]
      }
    }
  }
  return { columns, rows: rows() }
}

function cardTable(tx: Tx, parts: ExportParts, options: ExportOptions, pages: AsyncGenerator<ListedRow[]>): Table {
  const { pack, paths } = parts
  const writer = cardWriter(parts, options)
  async function* rows(): AsyncGenerator<OutCell[]> {
    for await (const page of pages) {
      const cards = await cardsOf(
        tx,
        page.map((row) => row.household_id),
      )
      const villages = await paths.of(
        tx,
        page.map((row) => row.place_code),
      )
      for (const { household_id } of page) {
        const household = cards.households.get(household_id)
        if (!household) continue
        const village = villages.get(household.place_code)?.officialCode ?? household.place_code
        yield* writer(household, cards.members.get(household_id) ?? [], village)
      }
    }
  }
  const columns = columnsOf(householdForm(pack)).map(
    ({ field }): OutColumn => ({ heading: headingOf(field, options.language) }),
  )
  return { columns, rows: rows() }
}

/** Turns a card into the rows of the form's spreadsheet: one for each member, the household's facts on the head's. */
function cardWriter({ pack, vault }: ExportParts, options: ExportOptions) {
  const form = householdForm(pack)
  const columns = columnsOf(form).map((column) => ({
    ...column,
    write: cellWriter(pack, column.field, options.language),
  }))
  return function* (
    household: ExportHousehold,
    members: readonly ExportMember[],
    village: string,
  ): Generator<OutCell[]> {
    const secrets = options.full ? openSecrets(vault, household.sealed) : {}
    const derived = derive(form, household.facts, members.length)
    for (const [index, member] of members.entries()) {
      const own = options.full ? openSecrets(vault, member.sealed) : {}
      yield columns.map(({ field, of, write }) => {
        if (of === 'member') return write(memberFact(field, member, own))
        if (field.binds === 'household.place') return village
        if (field.binds === 'household.number') return household.number
        return index === 0 ? write(householdFact(field, household, secrets, derived)) : ''
      })
    }
  }
}
