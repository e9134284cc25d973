import { addTexts, type KeyOf } from '../../../lib/i18n.ts'
import { en } from './en.ts'
import { zhCN } from './zh-CN.ts'

export const { useTexts } = addTexts('register', en, zhCN)

export type TextKey = KeyOf<typeof en>
