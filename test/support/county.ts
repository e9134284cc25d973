import { seeded } from '../../src/kernel/random.ts'
import { idNumber, otherVillage, village } from './china.ts'

/** Places of the test county beyond the handful: another township and more villages, one with a very long name. */
export const furtherPlaces = [
  ['520123101203', '石门坎民族团结进步示范移民安置点新村'],
  ['520123102000', '久长镇'],
  ['520123102201', '兴隆村'],
  ['520123102202', '花水村'],
] as const

const villages = [village, otherVillage, '520123101203', '520123102201', '520123102202']
export const statuses = ['未脱贫', '预脱贫', '脱贫享受政策', '返贫', '新识别']
export const causes = ['因病', '因残', '因学', '缺技术', '缺劳力', '缺资金', '交通条件落后']
const surnames = [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何罗高林']
const given = ['小明', '秀英', '建国', '桂兰', '志强', '玉梅', '光荣', '春花', '大山', '翠萍', '永福', '金凤']

export const HEADINGS = [
  '村代码',
  '户编号',
  '姓名',
  '与户主关系',
  '证件号码',
  '民族',
  '加入本户日期',
  '脱贫状态',
  '主要致贫原因',
  '工资性收入',
  '务工时间',
  '联系电话',
]

/**
 * A county's sheet, the same each time: households of 1 to 6 members over the villages, of all statuses and causes,
 * among them names of thirty characters, a name with a dot and one beyond the usual characters.
 * @returns rows of cells in the order of `HEADINGS`
 */
export function countySheet(households: number, seed = 7): string[][] {
  const random = seeded(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const rows: string[][] = []
  let person = 0
  for (let index = 0; index < households; index++) {
    const size = 1 + Math.floor(random() * 6)
    const place = pick(villages)
    const surname = pick(surnames)
    const names = [surname + pick(given), ...Array.from({ length: size - 1 }, () => surname + pick(given))]
    if (index === 3) names[0] = '阿卜杜热合曼·吐尔逊买买提艾力江·依明尼亚孜阿布都克里木江'
    if (index === 5) names[0] = '𠮷野𡈽'
    const facts = [pick(statuses), pick(causes), String(1000 + Math.floor(random() * 9000)), '6', '13812345678']
    for (const [at, name] of names.entries()) {
      const year = at === 0 ? 1950 + (index % 30) : at === 1 ? 1952 + (index % 30) : 1990 + (index % 20)
      // The head is a man, whose number is odd; his wife's is even.
      const order = (person++ % 499) * 2 + (at === 1 ? 0 : 1)
      const born = `${year}-${String(1 + (person % 12)).padStart(2, '0')}-${10 + (index % 18)}`
      rows.push([
        place,
        `X${String(index + 1).padStart(4, '0')}`,
        name,
        at === 0 ? '户主' : at === 1 ? '配偶' : '之子',
        idNumber(born, order),
        '汉族',
        '',
        ...(at === 0 ? facts : ['', '', '', '', '']),
      ])
    }
  }
  return rows
}
