import { idNumber, outside, township, village } from './china.ts'

/** What can be wrong with a row of the household form of the reference pack, one household for each. */
export const HEADINGS = [
  '村代码',
  '户编号',
  '姓名',
  '与户主关系',
  '证件号码',
  '性别',
  '出生日期',
  '加入本户日期',
  '脱贫状态',
  '主要致贫原因',
  '工资性收入',
  '务工时间',
  '联系电话',
  '备注',
]
export type Row = Record<string, string>
export type Case = {
  name: string
  /** Cells of the head's and the spouse's row that are other than in a good household. */
  head?: Row
  spouse?: Row
  /** Or the rows made anew from the good ones. */
  rows?: (head: Row, spouse: Row) => Row[]
  /** Which row of the household (0: head) has which fault. */
  faults: [number, string][]
}

let number = 0

/** Makes the persons of the following households anew from one on, so that the same ones come again. */
export function countFrom(households: number): void {
  number = households
}

/** A good household of two, other persons each time. */
export function household(id: string): Row[] {
  number++
  const [his, hers] = [`19${60 + (number % 30)}-03-${10 + (number % 18)}`, `19${62 + (number % 30)}-07-11`]
  const own = { 村代码: village, 户编号: id }
  return [
    {
      ...own,
      姓名: '王小明',
      与户主关系: '户主',
      证件号码: idNumber(his, 2 * number + 1),
      脱贫状态: '未脱贫',
      主要致贫原因: '因病',
      联系电话: '13812345678',
      工资性收入: '3200.50',
    },
    { ...own, 姓名: '李秀英', 与户主关系: '配偶', 证件号码: idNumber(hers, 2 * number) },
  ]
}

export const cases: Case[] = [
  {
    name: 'a wrong check character',
    rows: (head, spouse) => [
      { ...head, 证件号码: head.证件号码!.slice(0, 17) + (head.证件号码!.endsWith('1') ? '2' : '1') },
      spouse,
    ],
    faults: [[0, 'row.identity-checksum']],
  },
  {
    name: 'a birth date that differs from the ID',
    head: { 出生日期: '1999-01-02' },
    faults: [[0, 'row.birth-differs']],
  },
  {
    name: 'a sex that differs from the ID',
    spouse: { 性别: '男' },
    faults: [[1, 'row.sex-differs']],
  },
  {
    name: 'a birth date in the ID that does not exist',
    head: { 证件号码: idNumber('1990-02-31', 5) },
    faults: [[0, 'row.identity-birth']],
  },
  {
    name: 'an ID of somebody not born yet',
    head: { 证件号码: idNumber('2035-02-01', 5) },
    faults: [[0, 'row.identity-future']],
  },
  {
    name: 'an ID that is too short',
    head: { 证件号码: '52012319900101123' },
    faults: [[0, 'row.identity-form']],
  },
  {
    name: 'an ID that a program turned into a number',
    head: { 证件号码: '5.20123E+17' },
    faults: [[0, 'row.identity-form']],
  },
  {
    name: 'a masked ID of nobody registered',
    head: { 证件号码: '520123**********12' },
    faults: [[0, 'row.masked-identity']],
  },
  {
    name: 'a masked ID with control characters, which might reach the IDs of other rows',
    head: { 证件号码: '52**\u001e5\u001fX' },
    faults: [[0, 'row.identity-form']],
  },
  {
    name: 'a masked phone without a registered household',
    head: { 联系电话: '138******78' },
    faults: [[0, 'row.masked-identity']],
  },
  {
    name: 'an unknown village',
    head: { 村代码: '520123101999' },
    spouse: { 村代码: '520123101999' },
    faults: [
      [0, 'row.unknown-place'],
      [1, 'row.unknown-place'],
    ],
  },
  {
    name: 'a member with a mistyped village: the household waits',
    spouse: { 村代码: '520123101999' },
    faults: [
      [0, 'row.household-has-faults'],
      [1, 'row.unknown-place'],
    ],
  },
  {
    name: 'the code of a township',
    head: { 村代码: township },
    spouse: { 村代码: township },
    faults: [
      [0, 'row.not-a-village'],
      [1, 'row.not-a-village'],
    ],
  },
  {
    name: 'a village of another county',
    head: { 村代码: outside },
    spouse: { 村代码: outside },
    faults: [
      [0, 'row.outside-place'],
      [1, 'row.outside-place'],
    ],
  },
  {
    name: 'a village code of letters',
    head: { 村代码: '大山村' },
    spouse: { 村代码: '大山村' },
    faults: [
      [0, 'row.cell-place'],
      [1, 'row.cell-place'],
    ],
  },
  {
    name: 'a member without household number: the household above waits',
    spouse: { 户编号: '' },
    faults: [
      [0, 'row.household-has-faults'],
      [1, 'row.no-household'],
    ],
  },
  {
    name: 'a head without household number: the members below wait',
    head: { 户编号: '' },
    faults: [
      [0, 'row.no-household'],
      [1, 'row.no-head'],
    ],
  },
  {
    name: 'no head',
    head: { 与户主关系: '其他' },
    faults: [
      [0, 'row.no-head'],
      [1, 'row.household-has-faults'],
    ],
  },
  {
    name: 'two heads',
    rows: (head, spouse) => [head, { ...head, 姓名: spouse.姓名!, 证件号码: spouse.证件号码! }],
    faults: [
      [1, 'row.two-heads'],
      [0, 'row.household-has-faults'],
    ],
  },
  {
    name: 'a relation nobody knows, which may be the head: one fault, not two',
    head: { 与户主关系: '叔公' },
    faults: [
      [0, 'row.cell-code'],
      [1, 'row.household-has-faults'],
    ],
  },
  { name: 'no name', head: { 姓名: '' }, faults: [[0, 'row.no-name']] },
  { name: 'a number in place of a name', head: { 姓名: '12345' }, faults: [[0, 'row.cell-name']] },
  {
    name: 'a name with a stray quote in it',
    head: { 姓名: '王"小明' },
    faults: [[0, 'row.cell-name']],
  },
  {
    name: 'a name with a broken character',
    head: { 姓名: '王\ufffd明' },
    faults: [[0, 'row.cell-characters']],
  },
  {
    name: 'a name of 61 characters',
    head: { 姓名: '阿'.repeat(61) },
    faults: [[0, 'row.cell-long']],
  },
  {
    name: 'a name that is a formula',
    head: { 姓名: '=HYPERLINK("http://x")' },
    faults: [[0, 'row.cell-name']],
  },
  { name: 'a negative income', head: { 工资性收入: '-5' }, faults: [[0, 'row.cell-small']] },
  { name: 'a huge income', head: { 工资性收入: '9'.repeat(40) }, faults: [[0, 'row.cell-large']] },
  {
    name: 'an income beyond what is possible',
    head: { 工资性收入: '1e12' },
    faults: [[0, 'row.cell-large']],
  },
  {
    name: 'an income with too many decimals',
    head: { 工资性收入: '12.345' },
    faults: [[0, 'row.cell-decimals']],
  },
  { name: 'an income in words', head: { 工资性收入: '三千多' }, faults: [[0, 'row.cell-number']] },
  { name: 'half a month', spouse: { 务工时间: '3.5' }, faults: [[1, 'row.cell-whole']] },
  { name: 'thirteen months', spouse: { 务工时间: '13' }, faults: [[1, 'row.cell-large']] },
  {
    name: 'a birth in the future',
    head: { 证件号码: '', 性别: '男', 出生日期: '2040-01-01' },
    faults: [[0, 'row.cell-future']],
  },
  {
    name: 'a day that is none',
    head: { 加入本户日期: '2016-02-30' },
    faults: [[0, 'row.cell-date']],
  },
  {
    name: 'a day in the future',
    head: { 加入本户日期: '2031-11-21' },
    faults: [[0, 'row.cell-future']],
  },
  {
    name: 'joined before being born',
    head: { 加入本户日期: '1912-01-01' },
    faults: [[0, 'row.joined-before-birth']],
  },
  {
    name: 'nothing that tells birth and sex',
    head: { 证件号码: '' },
    faults: [
      [0, 'row.no-birth'],
      [0, 'row.no-sex'],
    ],
  },
  { name: 'a head without status', head: { 脱贫状态: '' }, faults: [[0, 'row.cell-empty']] },
  {
    name: 'the same ID twice in a household',
    rows: (head, spouse) => [head, { ...spouse, 证件号码: head.证件号码! }],
    faults: [
      [1, 'row.same-identity-in-household'],
      [0, 'row.household-has-faults'],
    ],
  },
  {
    name: 'facts of the household that differ between rows',
    spouse: { 主要致贫原因: '因学' },
    faults: [[1, 'row.household-differs']],
  },
  {
    name: 'another phone in the row of a member',
    spouse: { 联系电话: '13900000000' },
    faults: [[1, 'row.household-differs']],
  },
  {
    name: 'more cells than headings',
    head: { '+': '多出来的' },
    faults: [[0, 'row.too-many-cells']],
  },
  {
    name: 'a household of hundreds, as a number copied down makes',
    rows: (head) => [
      head,
      ...Array.from({ length: 600 }, (_, i) => ({
        村代码: village,
        户编号: head.户编号!,
        姓名: '张三',
        与户主关系: '其他',
        性别: '男',
        出生日期: `19${50 + (i % 40)}-01-01`,
      })),
    ],
    faults: [
      [0, 'row.too-many-members'],
      [600, 'row.household-has-faults'],
    ],
  },
]

/** Names that a program must keep as they are. */
export const rareNames = [
  '𠮷野𡈽',
  '㐂一',
  '阿依古丽·买买提',
  '阿卜杜热合曼•吐尔逊',
  'བཀྲ་ཤིས་དོན་གྲུབ',
  'ئايگۈل مەمەت',
  'Ўктам Қодиров',
  '阿'.repeat(30),
  '〇一',
  '\ue863明',
  "O'Neil-Şahin",
]
