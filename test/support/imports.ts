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
