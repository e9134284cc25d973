import type { Writable } from 'node:stream'
import { inLanguage } from '../../../kernel/text.ts'
import { writeCsv } from '../../../platform/files/write-csv.ts'
import { type OutColumn, writeXlsx } from '../../../platform/files/write-xlsx.ts'
import { householdForm } from '../../../policy/ask.ts'
import { columnsOf } from '../../../policy/form/columns.ts'
import { dataDictionary } from '../../../policy/form/dictionary.ts'
import { headingOf } from '../../../policy/form/write-cell.ts'
import type { Field, Pack } from '../../../policy/pack.ts'
import { sheetWords } from '../texts/sheets.ts'

// A list of choices longer than this is of no use as a drop-down; the guide sheet has it.
const LONGEST_CHOICES = 60

/** Writes the empty spreadsheet of the household form: headings, choices, and a guide that says what each means. */
export async function writeTemplate(
  out: Writable,
  pack: Pack,
  language: string,
  format: 'xlsx' | 'csv',
): Promise<void> {
  const form = householdForm(pack)
  const fields = columnsOf(form)
    .filter((column) => !column.derived)
    .map((column) => column.field)
  if (format === 'csv') {
    await writeCsv(out, [fields.map((field) => headingOf(field, language))])
    return
  }
  const words = sheetWords(language)
  const dictionary = dataDictionary(pack, form, language)
  await writeXlsx(out, {
    sheet: inLanguage(form.title, language),
    columns: fields.map((field) => columnFor(pack, field, language)),
    rows: [],
    explanations: {
      name: words.guide,
      rows: [
        [words.field, words.meaning, words.values, words.needed],
        ['', words.oneRow, '', ''],
        ...dictionary
          .filter((row) => row.formula === '')
          .map((row) => [
            row.name,
            row.help ?? '',
            row.codes.map((code) => `${code.code} ${code.name}`).join('; '),
            row.required ? words.yes : words.no,
          ]),
      ],
    },
  })
}

function columnFor(pack: Pack, field: Field, language: string): OutColumn {
  const list = field.kind === 'code' && field.list ? pack.lists.get(field.list) : undefined
  const choices = list?.codes.map((code) => inLanguage(code.name, language))
  return {
    heading: headingOf(field, language),
    ...(choices && choices.length <= LONGEST_CHOICES ? { choices } : {}),
    ...(field.help ? { note: inLanguage(field.help, language) } : {}),
  }
}
