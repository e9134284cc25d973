import type { ProblemCode } from '../problems.ts'

/** The Chinese sentences of the catalogue; a code without one does not compile. */
export const problemsZh: Record<ProblemCode, string> = {
  'request.invalid': '请求格式不对：{detail}。请改正后重新提交。',
  'request.unknown-filter': '没有名为“{name}”的筛选条件。可用的有：{known}。',
  'request.not-found': '此地址没有内容，或不在您的管辖范围内。请核对地址。',
  'request.too-large': '文件或文字超过{limit}。请拆分后分别提交。',
  'request.too-many': '短时间内尝试次数过多。请等待{seconds}秒后再试。',
  'request.conflict': '其他人刚刚修改了此项。请重新载入并查看差异。',
  'request.not-open': '现在不能“{action}”：{why}。',
  'server.failed': '系统出错，未作任何更改。请重试；如仍失败，请将此编号告知运维人员：{reference}。',
  'server.busy': '系统暂时无法连接数据库，未作任何更改。请一分钟后再试。',
  'access.not-signed-in': '您尚未登录。请登录后再试。',
  'access.wrong-credentials': '登录名或密码有误。请核对后重试。',
  'access.locked': '密码错误次数过多，账号锁定至{until}。请等待或联系管理员。',
  'access.no-post': '此账号目前没有任职，无法查看任何内容。请联系管理员登记任职。',
  'access.no-right': '您的岗位没有“{right}”权限。请由有权限的人员办理。',
  'access.outside-place': '不在您的管辖范围内。请选择{place}以下的地区。',
  'access.bad-token': '页面已过期，更改未被接受。请刷新页面后重做。',
  'access.login-taken': '登录名“{login}”已被使用。请另选一个。',
  'access.weak-password': '密码过于简单。请至少使用{min}个字符。',
}
