import { fold } from '../fold.ts'
import type { CodeList, Field, Pack } from '../pack.ts'

/** The separators between several choices in one cell: semicolon and comma, narrow and wide, and the listing comma. */
const separators = /[;,\u3001\uff0c\uff1b\n]/u

const wordsOfLists = new WeakMap<CodeList, ReadonlyMap<string, string>>()

/** The list of a coded field. A loaded pack has it. */
export function listOf(pack: Pack, field: Field): CodeList {
  const list = pack.lists.get(field.list ?? '')
  if (!list) throw new Error(`field ${field.id} has no code list`)
  return list
}

/**
 * Every word that means a code of a list: the code, its names, its aliases, each as written and folded, and codes
 * without the leading zeros that spreadsheets like to drop. An exact code wins over a name, a name over a guess.
 */
export function choiceWords(list: CodeList): ReadonlyMap<string, string> {
  const known = wordsOfLists.get(list)
  if (known) return known
  const words = new Map<string, string>()
  const add = (word: string, code: string) => {
    if (word !== '' && !words.has(word)) words.set(word, code)
  }
  for (const { code } of list.codes) add(code, code)
  for (const { code } of list.codes) add(fold(code), code)
  for (const { code, name, aliases } of list.codes) {
    for (const word of [...Object.values(name), ...(aliases ?? [])]) {
      add(word, code)
      add(fold(word), code)
    }
  }
  for (const { code } of list.codes) if (/^0+\d+$/.test(code)) add(String(Number(code)), code)
  wordsOfLists.set(list, words)
  return words
}

/** The parts of a cell with several choices. A name that itself contains a separator is one choice. */
export function splitChoices(cell: string, words: ReadonlyMap<string, string>): string[] {
  if (words.has(cell)) return [cell]
  return cell
    .split(separators)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** Whether a name can stand beside others in one cell. */
export function canBeListed(name: string): boolean {
  return !separators.test(name)
}

/** The words for yes and no, as written and folded. */
export function yesNoWords(pack: Pack): ReadonlyMap<string, boolean> {
  const words = new Map<string, boolean>()
  for (const [answers, value] of [
    [pack.words.yes, true],
    [pack.words.no, false],
  ] as const) {
    for (const word of Object.values(answers).flat()) words.set(word, value).set(fold(word), value)
  }
  return words
}
