import { formatMoney } from '../../kernel/money.ts'
import { inLanguage } from '../../kernel/text.ts'
import { answer, codeName } from '../ask.ts'
import { fold } from '../fold.ts'
import type { Field, Pack } from '../pack.ts'
import { canBeListed, choiceWords, listOf } from './choices.ts'
import type { Fact } from './value.ts'

/**
 * Compiles the function that writes a fact as the text of a cell in a language, such that the field's reader reads the
 * same fact again. Derived amounts are written like others.
 */
export function cellWriter(pack: Pack, field: Field, language: string): (fact: Fact | undefined) => string {
  const write = writerFor(pack, field, language)
  return (fact) => (fact === undefined ? '' : write(fact))
}

function writerFor(pack: Pack, field: Field, language: string): (fact: Fact) => string {
  if (field.kind === 'money') return (fact) => formatMoney(fact as number, pack.currency)
  if (field.kind === 'boolean') {
    const yes = answer(pack, true, language)
    const no = answer(pack, false, language)
    return (fact) => (fact ? yes : no)
  }
  if (field.kind === 'code' || field.kind === 'codes') {
    const list = listOf(pack, field)
    const words = choiceWords(list)
    const several = field.kind === 'codes'
    const nameOf = (code: string) => {
      const name = codeName(list, code, language)
      // A name that would be read as something else gives way to the code, which never is.
      const same = words.get(name) === code || words.get(fold(name)) === code
      return same && (!several || canBeListed(name)) ? name : code
    }
    return (fact) => (typeof fact === 'object' ? fact.map(nameOf).join(';') : nameOf(String(fact)))
  }
  return String
}

/** The heading of a field's column in a language. */
export function headingOf(field: Field, language: string): string {
  return inLanguage(field.name, language)
}
