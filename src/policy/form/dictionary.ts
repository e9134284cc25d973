import { fill, inLanguage } from '../../kernel/text.ts'
import { findField } from '../ask.ts'
import type { FieldKind, Form, Pack } from '../pack.ts'
import { type DictionaryWord, dictionaryWords } from '../texts/dictionary.ts'
import { dictionaryWordsZh } from '../texts/dictionary.zh-CN.ts'
import { listOf } from './choices.ts'
import { columnsOf } from './columns.ts'

/** One field, explained to a person. Empty where there is nothing to say. */
export type DictionaryRow = {
  /** Number on the paper. */
  readonly number: string
  readonly id: string
  readonly name: string
  readonly section: string
  readonly of: 'household' | 'member'
  readonly kind: FieldKind
  /** The kind in words. */
  readonly kindName: string
  readonly codes: readonly {
    readonly code: string
    readonly name: string
    readonly from?: string
    readonly to?: string
  }[]
  readonly most?: number
  readonly unit: string
  /** In whole units of the currency for money. */
  readonly min?: number
  readonly max?: number
  readonly decimals?: number
  readonly maxLength?: number
  readonly required: boolean
  readonly sensitive: boolean
  readonly source: string
  readonly help: string
  /** How a computed amount comes about, in words. */
  readonly formula: string
}

/** The data dictionary of a form in a language, in the order of the paper. */
export function dataDictionary(pack: Pack, form: Form, language: string): DictionaryRow[] {
  const columns = new Map(columnsOf(form).map((column) => [column.field, column]))
  return form.sections
    .flatMap((section) => section.fields)
    .map((field) => {
      const { section, of } = columns.get(field)!
      const list = field.list === undefined ? undefined : listOf(pack, field)
      const source = field.source ?? list?.source ?? form.source
      const { most, min, max, decimals, maxLength } = field
      return {
        number: field.number,
        id: field.id,
        name: inLanguage(field.name, language),
        section: inLanguage(section.title, language),
        of,
        kind: field.kind,
        kindName: dictionaryWord(`kind.${field.kind}`, language),
        codes: (list?.codes ?? []).map(({ code, name, from, to }) => ({
          code,
          name: inLanguage(name, language),
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
        })),
        ...(most === undefined ? {} : { most }),
        unit: field.unit ? inLanguage(field.unit, language) : '',
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
        ...(decimals === undefined ? {} : { decimals }),
        ...(maxLength === undefined ? {} : { maxLength }),
        required: field.required ?? false,
        sensitive: field.sensitive ?? false,
        source: source === undefined ? '' : sourceTitle(pack, source, language),
        help: field.help ? inLanguage(field.help, language) : '',
        formula: field.derive ? formulaInWords(form, field.derive, language) : '',
      }
    })
}

/** A word of the dictionary in a language; English where there is no translation. */
export function dictionaryWord(word: DictionaryWord, language: string): string {
  return language.startsWith('zh') ? dictionaryWordsZh[word] : dictionaryWords[word]
}

type Rule = { readonly plus: readonly string[]; readonly minus: readonly string[]; readonly perMember: boolean }

function formulaInWords(form: Form, rule: Rule, language: string): string {
  const name = (id: string) => inLanguage(findField(form, id)?.name ?? { en: id }, language)
  const sum = rule.plus.map(name).join(' + ') + rule.minus.map((id) => ` − ${name(id)}`).join('')
  if (!rule.perMember) return sum
  const formula = rule.plus.length + rule.minus.length > 1 ? `(${sum})` : sum
  return fill(dictionaryWord('formula.per-member', language), { formula })
}

function sourceTitle(pack: Pack, id: string, language: string): string {
  const source = pack.sources.get(id)
  if (!source) return id
  const title = inLanguage(source.title, language)
  return source.number ? `${title} (${source.number})` : title
}
