import { type PaperWord, paperEn } from './paper.en.ts'
import { paperZh } from './paper.zh-CN.ts'

/** The words in a language; English where there is no translation. `tag` is the language that they are in. */
export function paperWords(language: string): { readonly words: Record<PaperWord, string>; readonly tag: string } {
  return language.startsWith('zh') ? { words: paperZh, tag: 'zh-CN' } : { words: paperEn, tag: 'en' }
}
