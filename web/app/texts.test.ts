import { describe, expect, it } from 'vitest'

type Texts = Readonly<Record<string, string | undefined>>

const found = {
  ...import.meta.glob<{ en: Texts }>('../**/texts/en.ts', { eager: true }),
  ...import.meta.glob<{ zhCN: Texts }>('../**/texts/zh-CN.ts', { eager: true }),
} as Record<string, { en?: Texts; zhCN?: Texts }>
const folders = [...new Set(Object.keys(found).map((file) => file.replace(/\/[^/]+$/, '')))]
const rooms = folders.map((folder) => {
  const { en } = found[`${folder}/en.ts`] ?? {}
  const { zhCN } = found[`${folder}/zh-CN.ts`] ?? {}
  return [folder, en ?? {}, zhCN ?? {}] as const
})

it('finds the texts of app, lib, ui and at least one column', () => {
  expect(rooms.length).toBeGreaterThanOrEqual(4)
})

const places = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g) ?? [])].sort().join(' ')
const han = /\p{Script=Han}/u
/** Names of other products stay as they are. */
const names = /\b(Excel|Fourbeams)\b/g
/** Texts that are not in the language of their file: the product’s name, the names of languages. */
const same = new Set(['product', 'otherLanguage', 'otherLanguageTag', 'thisLanguage'])

describe.each(rooms)('texts of %s', (_, en, zh) => {
  const keys = Object.keys(en)

  it('have the same keys in both languages, but for forms by number', () => {
    expect(keys.length).toBeGreaterThan(5)
    expect(Object.keys(zh).filter((key) => !(key in en))).toEqual([])
    expect(keys.filter((key) => !(key in zh) && !key.endsWith('_one'))).toEqual([])
    expect(keys.filter((key) => key.endsWith('_one') && !(key.replace(/_one$/, '_other') in en))).toEqual([])
  })

  it('have the same places for values', () => {
    const differing = keys.filter((key) => zh[key] !== undefined && places(en[key]!) !== places(zh[key]!))
    expect(differing).toEqual([])
  })

  it('are written in their language', () => {
    const chosen = keys.filter((key) => !same.has(key))
    expect(chosen.filter((key) => han.test(en[key]!))).toEqual([])
    // Abbreviations such as XLSX are the same everywhere.
    const words = (text: string) =>
      text
        .replace(/\{\{\w+\}\}/g, '')
        .replace(names, '')
        .match(/[A-Za-z]*[a-z][A-Za-z]*/g) ?? []
    const latin = chosen.filter((key) => zh[key] !== undefined && !han.test(zh[key]!) && words(zh[key]!).length > 0)
    expect(latin).toEqual([])
    // In running Chinese text commas, colons and brackets are the wide ones.
    expect(chosen.filter((key) => /\p{Script=Han}[,:;?!(]|[,:;?!)]\p{Script=Han}/u.test(zh[key] ?? ''))).toEqual([])
  })
})
