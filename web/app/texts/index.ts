import { addTexts } from '../../lib/i18n.ts'
import { en } from './en.ts'
import { zhCN } from './zh-CN.ts'

export const { useTexts, sayOf } = addTexts('app', en, zhCN)

/** A key of the app's texts made from a word of the server, if there is a text for it. */
export function keyFor(group: 'state' | 'kind' | 'of', word: string): keyof typeof en | undefined {
  const key = `${group}.${word}`
  return key in en ? (key as keyof typeof en) : undefined
}
