import { pinyin } from 'pinyin-pro'
import type { Pack } from '../../policy/pack.ts'

/** How a name is found from a plain keyboard: all its letters without spaces, and the first letter of each syllable. */
export type NameKeys = { readonly key: string; readonly initials: string }

/** Turns names into keys, in the way of the pack. */
export type KeysOf = (name: string) => NameKeys

export function nameKeys(kind: Pack['names']['keys']): KeysOf {
  return kind === 'pinyin' ? pinyinKeys : latinKeys
}

// Readings are looked up once per character; the dictionary behind them is a hundred times slower than a Map.
const readings = new Map<string, string>()
// The first two characters decide how a surname is read: some surnames have two, and some have a reading of their own.
const surnames = new Map<string, string[]>()
const MOST_SURNAMES = 50_000

function pinyinKeys(name: string): NameKeys {
  const characters = [...name]
  if (!isHan(characters[0] ?? ''))
    return latinKeys(name, (character) => (isHan(character) ? readingOf(character) : undefined))
  const start = characters.slice(0, 2).join('')
  const syllables = [...surnameOf(start), ...characters.slice(2).map((character) => readingOf(character))].filter(
    Boolean,
  )
  return { key: syllables.join(''), initials: syllables.map((syllable) => syllable[0]).join('') }
}

function surnameOf(start: string): string[] {
  let found = surnames.get(start)
  if (!found) {
    found = pinyin(start, { mode: 'surname', toneType: 'none', type: 'array', v: true }).map(plain)
    if (surnames.size < MOST_SURNAMES) surnames.set(start, found)
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
  return /^\p{Script=Han}/u.test(character)
}
