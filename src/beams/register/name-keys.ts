import { pinyin } from 'pinyin-pro'
import type { Pack } from '../../policy/pack.ts'
import { compoundSurnames } from './texts/surnames.ts'

/** How a name is found from a plain keyboard: all its letters without spaces, and the first letter of each syllable. */
export type NameKeys = { readonly key: string; readonly initials: string }

/** Turns names into keys, in the way of the pack. */
export type KeysOf = (name: string) => NameKeys

export function nameKeys(kind: Pack['names']['keys']): KeysOf {
  return kind === 'pinyin' ? pinyinKeys : latinKeys
}

// Readings are looked up once per character; the dictionary behind them is a hundred times slower than a Map.
const readings = new Map<string, string>()
// Some characters are read otherwise as surnames, and some surnames have two characters.
const surnames = new Map<string, readonly string[]>()
const compound = new Set(compoundSurnames)

function pinyinKeys(name: string): NameKeys {
  const characters = [...name]
  if (!isHan(characters[0] ?? ''))
    return latinKeys(name, (character) => (isHan(character) ? readingOf(character) : undefined))
  const pair = characters[0]! + (characters[1] ?? '')
  const length = compound.has(pair) ? 2 : 1
  let key = ''
  let initials = ''
  const add = (syllable: string) => {
    key += syllable
    // A rare character may take two units of a text: half of one can be stored nowhere.
    initials += [...syllable][0] ?? ''
  }
  for (const syllable of surnameOf(length === 2 ? pair : characters[0]!)) add(syllable)
  for (let i = length; i < characters.length; i++) add(readingOf(characters[i]!))
  return { key, initials }
}

function surnameOf(surname: string): readonly string[] {
  let found = surnames.get(surname)
  if (!found) {
    found = pinyin(surname, { mode: 'surname', toneType: 'none', type: 'array', v: true }).map(plain)
    surnames.set(surname, found)
  }
  return found
}

function readingOf(character: string): string {
  let found = readings.get(character)
  if (found === undefined) {
    found = isHan(character) ? plain(pinyin(character, { toneType: 'none', v: true })) : plain(character)
    readings.set(character, found)
  }
  return found
}

/** Letters of a name that is not written in Han, syllables cut at spaces, dots and hyphens. */
function latinKeys(name: string, reading?: (character: string) => string | undefined): NameKeys {
  const words = name
    .split(/[\s\u00b7\u2022\u30fb.\-\u2019']+/u)
    .map((word) => plain(reading ? [...word].map((character) => reading(character) ?? character).join('') : word))
    .filter(Boolean)
  return { key: words.join(''), initials: words.map((word) => [...word][0]).join('') }
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, (marks) => (/\p{Script=Latin}|\p{Script=Inherited}/u.test(marks) ? '' : marks))
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '')
}

/** Whether a character is written with a reading rather than letters. */
export function isHan(character: string): boolean {
  const code = character.charCodeAt(0)
  // The block of nearly all Han characters in use; a comparison costs less than a pattern.
  return (code >= 0x4e00 && code <= 0x9fff) || /^\p{Script=Han}/u.test(character)
}
