import type { Day } from '../../../kernel/calendar.ts'
import { type Scope, within } from '../../../kernel/place-code.ts'
import { boundField, codesMeaning } from '../../../policy/ask.ts'
import { compileReader } from '../../../policy/form/reader.ts'
import { CellFault, type Fact } from '../../../policy/form/value.ts'
import { checkIdentity } from '../../../policy/identity.ts'
import type { Form, Pack } from '../../../policy/pack.ts'
import { cellText } from './cell-text.ts'
import { marker } from './marks.ts'
import { factsWriter, type MappedColumn } from './row-facts.ts'
import type { RowFault } from './row-fault.ts'

/** A row of the file, read and checked as far as a row alone can be. */
export type StagedRow = {
  rowNo: number
  /** Key of the village; empty when it is not known. */
  place: string
  number: string
  head: boolean
  masked: boolean
  name: string
  relation: string
  sex: string
  bornOn: string
  joinedOn: string
  /** The inside of JSON objects, as COPY takes it, of the facts that are kept as facts. */
  memberFacts: string
  householdFacts: string
  /** Sensitive values, in the order of `secretFields`. */
  secrets: string[]
  faults: RowFault[]
}

/** A village as the tree knows it; nothing for a code it does not know. */
export type FoundPlace = { readonly code: string; readonly level: number } | undefined

export type RowReader = {
  /** Column of the village's code in the file. */
  readonly placeColumn: number
  /** Ids of the fields whose values are sealed, in order; household's and members'. */
  readonly secretFields: readonly { readonly id: string; readonly of: 'household' | 'member' }[]
  /** Place of the identity number among the sealed values; -1 when the file has none. */
  readonly documentAt: number
  /** The village's code as written in a row, for looking it up beforehand. */
  placeText(cells: readonly string[]): string
  /** Reads a row. `found` is what the tree says of its village. */
  read(cells: readonly string[], rowNo: number, found: FoundPlace): StagedRow
}

// Sealed values stand between control characters, so a cell that no reader of cells looks at must not bring its own.
const maskedForm = /^[\p{L}\p{N}*]{1,40}$/u

const boundHere = new Set([
  'household.place',
  'household.number',
  'member.name',
  'member.relation',
  'member.document',
  'member.sex',
  'member.birth',
  'member.joined',
])

/**
 * Compiles a mapping of columns to a function that reads rows. Runs for every row of a nation, so facts are written
 * straight as JSON text, and nothing is made twice.
 * @param mapping field id for each column of the file, null for a column left out
 */
export function compileRows(
  pack: Pack,
  form: Form,
  mapping: readonly (string | null)[],
  options: { today: Day; scope: Scope; villageLevel: number; unguard: (text: string) => string },
): RowReader {
  const cellAt = cellText(options.unguard)
  const byId = new Map(compileReader(pack, form, options).map((column) => [column.field.id, column]))
  const mapped = mapping.flatMap((id, at) => {
    const column = id === null ? undefined : byId.get(id)
    return column && !column.derived ? [{ at, column }] : []
  })
  const columnOf = (binding: Parameters<typeof boundField>[1]) => {
    const field = boundField(form, binding)
    return mapped.find(({ column }) => column.field.id === field?.id)
  }
  const place = columnOf('household.place')
  const number = columnOf('household.number')
  const name = columnOf('member.name')
  const relation = columnOf('member.relation')
  const document = columnOf('member.document')
  const sex = columnOf('member.sex')
  const birth = columnOf('member.birth')
  const joined = columnOf('member.joined')
  const heads = new Set(codesMeaning(pack.lists.get(boundField(form, 'member.relation')!.list!)!, 'head'))
  const sexField = boundField(form, 'member.sex')!
  const birthField = boundField(form, 'member.birth')!
  const joinedField = boundField(form, 'member.joined')

  const kept = mapped.filter(({ column }) => !boundHere.has(column.field.binds ?? ''))
  const open = kept.filter(({ column }) => !column.field.sensitive)
  const writerOf = (of: 'household' | 'member') =>
    factsWriter(
      open.filter(({ column }) => column.of === of),
      cellAt,
    )
  const memberFacts = writerOf('member')
  const householdFacts = writerOf('household')
  const secretColumns = kept.filter(({ column }) => column.field.sensitive)
  // A longer card that was given for the identity number is kept where the form has a field for it.
  const card = boundField(form, 'member.longer-document')
  const cardMapped = mapped.some(({ column }) => column.field.id === card?.id)
  const cardApart = document !== undefined && card?.sensitive === true && !cardMapped
  const mark = marker()
  const missing = [...byId.values()].filter(
    ({ field, of, derived }) =>
      of === 'member' && !derived && field.required && !mapped.some((one) => one.column.field.id === field.id),
  )

  function single(at: MappedColumn | undefined, cells: readonly string[], faults: RowFault[]): Fact | undefined {
    if (!at) return undefined
    const value = at.column.read(cellAt(cells, at.at))
    if (!(value instanceof CellFault)) return value
    faults.push({ code: value.code, field: value.field, values: value.values })
    return undefined
  }

  /** Without its household or its name a row is of no use: that gets a sentence of its own. */
  function sayWhatIsMissing(
    code: 'row.no-household' | 'row.no-name',
    at: MappedColumn | undefined,
    faults: RowFault[],
  ): void {
    const last = faults.at(-1)
    if (!at || last?.code !== 'row.cell-empty' || last.field !== at.column.field.id) return
    faults[faults.length - 1] = { code, field: last.field, values: {} }
  }

  /** @returns the longer card on which the number was found, else nothing */
  function readIdentity(row: StagedRow, cells: readonly string[]): string {
    let longer = ''
    let told: { birth?: string; sexCode?: string } = {}
    if (document) {
      const cell = cellAt(cells, document.at)
      if (cell.includes('*')) {
        row.masked = true
        const readable = maskedForm.test(cell)
        row.secrets.push(readable ? cell : '')
        if (!readable)
          row.faults.push({
            code: 'row.identity-form',
            field: document.column.field.id,
            values: { length: [...cell].length },
          })
      } else if (cell === '') {
        row.secrets.push('')
        if (document.column.field.required)
          row.faults.push({ code: 'row.cell-empty', field: document.column.field.id, values: {} })
      } else {
        const identity = checkIdentity(pack.identity, cell, options.today)
        if (identity.ok) {
          told = identity
          if (identity.rest) longer = identity.normal + identity.rest
          row.secrets.push(identity.normal)
        } else {
          row.secrets.push('')
          row.faults.push({ code: identity.code, field: document.column.field.id, values: identity.values })
        }
      }
    }
    row.bornOn = (single(birth, cells, row.faults) as string | undefined) ?? ''
    row.sex = (single(sex, cells, row.faults) as string | undefined) ?? ''
    if (told.birth && row.bornOn && told.birth !== row.bornOn) {
      row.faults.push({
        code: 'row.birth-differs',
        field: birthField.id,
        values: { value: row.bornOn, expected: told.birth },
      })
    }
    if (told.sexCode && row.sex && told.sexCode !== row.sex)
      row.faults.push({ code: 'row.sex-differs', field: sexField.id, values: {} })
    row.bornOn ||= told.birth ?? ''
    row.sex ||= told.sexCode ?? ''
    const told0 = (field: string) => row.faults.some((fault) => fault.field === field)
    // A faulty or masked number already says why these are not known.
    const numberFaulty = row.masked || (document !== undefined && told0(document.column.field.id))
    if (!row.bornOn && !numberFaulty && !told0(birthField.id))
      row.faults.push({ code: 'row.no-birth', field: birthField.id, values: {} })
    if (!row.sex && !numberFaulty && !told0(sexField.id))
      row.faults.push({ code: 'row.no-sex', field: sexField.id, values: {} })
    return longer
  }

  // The rows of a village stand together: its cell is read once for all of them.
  let placeCell: string | undefined
  let placeRead: Fact | CellFault | undefined
  function placeIn(cells: readonly string[]): Fact | CellFault | undefined {
    if (!place) return undefined
    const cell = cells[place.at] ?? ''
    if (cell !== placeCell) {
      placeCell = cell
      placeRead = place.column.read(cellAt(cells, place.at))
    }
    return placeRead
  }

  function readPlace(row: StagedRow, cells: readonly string[], found: FoundPlace): void {
    const value = placeIn(cells)
    if (value === undefined || !place) return
    if (value instanceof CellFault) {
      row.faults.push({ code: value.code, field: value.field, values: value.values })
      return
    }
    const field = place.column.field.id
    if (!found) row.faults.push({ code: 'row.unknown-place', field, values: { value } })
    else if (found.level !== options.villageLevel) {
      row.faults.push({ code: 'row.not-a-village', field, values: { value, level: found.level } })
    } else if (!within(found.code, options.scope))
      row.faults.push({ code: 'row.outside-place', field, values: { value } })
    else row.place = found.code
  }

  return {
    placeColumn: place?.at ?? -1,
    secretFields: [
      ...(document ? [{ id: document.column.field.id, of: 'member' as const }] : []),
      ...secretColumns.map(({ column }) => ({ id: column.field.id, of: column.of })),
      ...(cardApart ? [{ id: card.id, of: 'member' as const }] : []),
    ],
    documentAt: document ? 0 : -1,
    placeText: (cells) => {
      const value = placeIn(cells)
      return typeof value === 'string' ? value : ''
    },
    read(cells, rowNo, found) {
      const faults: RowFault[] = []
      const row: StagedRow = {
        rowNo,
        place: '',
        number: '',
        head: false,
        masked: false,
        name: '',
        relation: '',
        sex: '',
        bornOn: '',
        joinedOn: '',
        memberFacts: '',
        householdFacts: '',
        secrets: [],
        faults,
      }
      readPlace(row, cells, found)
      row.number = (single(number, cells, faults) as string | undefined) ?? ''
      if (row.number === '') sayWhatIsMissing('row.no-household', number, faults)
      row.name = (single(name, cells, faults) as string | undefined) ?? ''
      if (row.name === '') sayWhatIsMissing('row.no-name', name, faults)
      row.relation = (single(relation, cells, faults) as string | undefined) ?? ''
      row.head = heads.has(row.relation)
      const longer = readIdentity(row, cells)
      row.joinedOn = (single(joined, cells, faults) as string | undefined) ?? ''
      if (row.joinedOn && row.bornOn && row.joinedOn < row.bornOn) {
        faults.push({
          code: 'row.joined-before-birth',
          field: joinedField?.id ?? '',
          values: { value: row.joinedOn, birth: row.bornOn },
        })
      }
      for (const { field } of missing) faults.push({ code: 'row.cell-empty', field: field.id, values: {} })
      row.memberFacts = memberFacts(cells, false, faults)
      // The household's own columns are filled in the head's row; elsewhere they may be empty.
      row.householdFacts = householdFacts(cells, !row.head, faults)
      for (const { at, column } of secretColumns) {
        const cell = cellAt(cells, at)
        const value = cell === '' && !row.head ? undefined : column.read(cell)
        if (value instanceof CellFault) faults.push({ code: value.code, field: value.field, values: value.values })
        const text = typeof value === 'string' ? value : column.field === card && value === undefined ? longer : ''
        row.secrets.push(text)
        if (text.includes('*')) row.masked = true
        if (text !== '' && column.of === 'household')
          row.householdFacts += `${row.householdFacts && ','}${mark(column.field.id, text)}`
      }
      if (cardApart) row.secrets.push(longer)
      return row
    },
  }
}
