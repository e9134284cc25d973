import { sentence } from '../../kernel/problem.ts'
import type { ProblemCode } from '../../kernel/problems.ts'
import { inLanguage } from '../../kernel/text.ts'
import { answer, findField } from '../ask.ts'
import type { Field, Form, Pack } from '../pack.ts'

/**
 * A fact as it is kept (and travels as JSON), by kind of field:
 * text, name, code, document, place: the canonical text; codes: a list of codes, no code twice; integer, decimal: a
 * number; money: a whole number of minor units (fen, mills) within the safe integers; date: `YYYY-MM-DD`; boolean.
 */
export type Fact = string | number | boolean | readonly string[]

/** The facts of one household or one member, by field id. A field that was left empty is absent. */
export type Facts = Readonly<Record<string, Fact>>

/** The code of a fault of one cell. */
export type CellCode = Extract<ProblemCode, `row.cell-${string}` | `row.identity-${string}`>

/** Why a cell holds no fact. A class, so that the ok path needs one `instanceof` and no wrapper object. */
export class CellFault {
  readonly code: CellCode
  readonly field: string
  /** What the sentence needs, the text of the cell included unless the field is sensitive. */
  readonly values: Readonly<Record<string, unknown>>

  constructor(code: CellCode, field: string, values: Readonly<Record<string, unknown>>) {
    this.code = code
    this.field = field
    this.values = values
  }
}

const shownCodes = 8

/** The sentence for a faulty cell, with the field's name and the possible values in the language of the reader. */
export function faultSentence(pack: Pack, form: Form, fault: CellFault, language: string): string {
  const field = findField(form, fault.field)
  const name = field ? inLanguage(field.name, language) : fault.field
  return sentence(
    fault.code,
    { ...fault.values, field: name, ...(field ? known(pack, field, language) : {}) },
    language,
  )
}

function known(pack: Pack, field: Field, language: string): { known?: string; identity?: string } {
  if (field.kind === 'document') return { identity: inLanguage(pack.identity.name, language) }
  if (field.kind === 'boolean') return { known: `${answer(pack, true, language)}, ${answer(pack, false, language)}` }
  const list = field.list === undefined ? undefined : pack.lists.get(field.list)
  if (!list) return {}
  const names = list.codes.slice(0, shownCodes).map((code) => inLanguage(code.name, language))
  return { known: names.join(', ') + (list.codes.length > shownCodes ? ' …' : '') }
}
