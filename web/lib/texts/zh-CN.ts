import type { SameKeys } from '../i18n.ts'
import type { en } from './en.ts'

export const zhCN: SameKeys<typeof en> = {
  unreachable: '服务器没有应答，未作任何更改。请检查网络后重试。',
  foreignAnswer: '应答不是来自服务器，而是来自中间环节（状态 {{status}}）。请重试；若仍如此，请告知运维人员。',
  pageFailed: '本页无法显示：{{detail}}。请重新加载；若仍如此，请告知运维人员。',
  tenThousand: '{{n}}万',
  hundredMillion: '{{n}}亿',
  seconds: '{{n}} 秒',
  minutes: '{{n}} 分钟',
  hours: '{{n}} 小时',
  unknown: '–',
  operator: '系统管理员',
}
