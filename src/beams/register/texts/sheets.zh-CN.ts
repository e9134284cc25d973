import type { SheetWord } from './sheets.en.ts'

export const sheetsZh: Record<SheetWord, string> = {
  villageName: '所在村',
  head: '户主',
  size: '人口数',
  period: '数据年度',
  registeredOn: '建档日期',
  faults: '需要改正之处',
  guide: '填表说明',
  field: '列',
  meaning: '含义',
  values: '可填内容',
  needed: '必填',
  yes: '是',
  no: '',
  oneRow: '每名成员一行。家庭信息只在户主所在行填写。',
}

export const totalWordsZh: readonly string[] = ['合计', '总计', '小计', '汇总']
