import { addTexts } from '../i18n.ts'
import { en } from './en.ts'
import { zhCN } from './zh-CN.ts'

export const { useTexts, sayOf } = addTexts('lib', en, zhCN)
