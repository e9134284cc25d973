import { sentence } from '../../../kernel/problem.ts'
import { inLanguage } from '../../../kernel/text.ts'
import { findField } from '../../../policy/ask.ts'
import { type CellCode, CellFault, faultSentence } from '../../../policy/form/value.ts'
import type { Form, Pack } from '../../../policy/pack.ts'
import type { RowFault } from './row-fault.ts'

/** What a fault says to a person, in a language, with the names of the pack in it. */
export function rowFaultSentence(pack: Pack, form: Form, fault: RowFault, language: string, placeName: string): string {
  if (fault.field !== undefined && /^row\.(cell|identity)-/.test(fault.code)) {
    return faultSentence(pack, form, new CellFault(fault.code as CellCode, fault.field, fault.values), language)
  }
  const field = fault.field === undefined ? undefined : findField(form, fault.field)
  const { level } = fault.values
  return sentence(
    fault.code,
    {
      place: placeName,
      ...fault.values,
      ...(field ? { field: inLanguage(field.name, language) } : {}),
      ...(typeof level === 'number' ? { level: inLanguage(pack.levels[level]!.name, language) } : {}),
    },
    language,
  )
}
