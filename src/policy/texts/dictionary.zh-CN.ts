import type { DictionaryWord } from './dictionary.ts'

/** Words of the data dictionary in Chinese. */
export const dictionaryWordsZh: Record<DictionaryWord, string> = {
  'kind.text': '文字',
  'kind.name': '姓名',
  'kind.code': '单选',
  'kind.codes': '多选',
  'kind.integer': '整数',
  'kind.decimal': '小数',
  'kind.money': '金额',
  'kind.date': '日期',
  'kind.boolean': '是否',
  'kind.document': '证件号码',
  'kind.place': '区划代码',
  'formula.per-member': '{formula} ÷ 家庭人数',
}
