import type { Detail } from './details.en.ts'

export const detailsZh: Record<Detail, string> = {
  missing: '缺少 {at}',
  unstorable: '{at}：含有无效字符',
  'form-expected': '应为含一个文件的 multipart 表单',
  'form-broken': '上传中断，或不是 multipart 表单',
  'json-expected': '请发送 JSON',
}
