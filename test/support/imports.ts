import { placesByOfficialCode } from '../../src/beams/register/index.ts'
import { ROOT, subtree } from '../../src/kernel/place-code.ts'
import type { Person, TestHouse } from './house.ts'

export type Fault = { row: number; field: string | null; code: string; sentence: string }

/** All faults of an import in a language, and what they count up to. */
export async function faultsOf(house: TestHouse, person: Person, importId: number, language = 'en'): Promise<Fault[]> {
  const faults: Fault[] = []
  for (let after = 0; ; ) {
    const answer = await house.http.inject({
      method: 'GET',
      url: `/api/imports/${importId}/faults?after=${after}&limit=500`,
      headers: { cookie: person.cookie, 'x-language': language },
    })
    if (answer.statusCode !== 200) throw new Error(answer.body)
    const page = answer.json() as { faults: Fault[]; next: number | null }
    faults.push(...page.faults)
    if (page.next === null) return faults
    after = page.next
  }
}

/** Whether a text is a finished sentence: no empty place left, an end, and of its language. */
export function isSentence(text: string, language: string): boolean {
  if (/[{}]|undefined|\bnull\b|NaN/.test(text)) return false
  return language.startsWith('zh') ? /\p{Script=Han}.*。$/u.test(text) : /^.*[a-z].*\.$/.test(text)
}

/** Rows as CSV lines, quoted where needed; cells may be anything. */
export function lines(rows: readonly (readonly string[])[], end = '\n'): string {
  const quote = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  return rows.map((cells) => cells.map(quote).join(',') + end).join('')
}

/** The key of a place by its official code. */
export async function placeKey(house: TestHouse, official: string): Promise<string> {
  const [place] = await house.db.transaction(subtree(ROOT), (tx) => placesByOfficialCode(tx, [official]))
  if (!place) throw new Error(`no place ${official}`)
  return place.code
}

/** A row of a workbook as XML; a cell is a text, or `{ xml }` for the inside of a cell with its type. */
export function xmlRow(number: number, cells: readonly (string | { xml: string; type?: string })[]): string {
  const plain = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const column = (index: number) => String.fromCharCode(65 + index)
  const inside = cells.map((cell, index) => {
    const at = `${column(index)}${number}`
    if (typeof cell !== 'string') return `<c r="${at}"${cell.type ? ` t="${cell.type}"` : ''}>${cell.xml}</c>`
    return cell === '' ? '' : `<c r="${at}" t="inlineStr"><is><t>${plain(cell)}</t></is></c>`
  })
  return `<row r="${number}">${inside.join('')}</row>`
}
