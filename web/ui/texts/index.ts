import { addTexts } from '../../lib/i18n.ts'
import { en } from './en.ts'
import { zhCN } from './zh-CN.ts'

export const { useTexts, sayOf } = addTexts('ui', en, zhCN)
