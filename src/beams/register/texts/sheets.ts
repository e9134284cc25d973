import { type SheetWord, sheetsEn } from './sheets.en.ts'
import { sheetsZh, totalWordsZh } from './sheets.zh-CN.ts'

/** The words in a language; English where there is no translation. */
export function sheetWords(language: string): Record<SheetWord, string> {
  return language.startsWith('zh') ? sheetsZh : sheetsEn
}

/** What stands first in the row of totals under a table; such a row is no record. */
export const totalWords: readonly string[] = ['total', 'totals', 'sum', ...totalWordsZh]
