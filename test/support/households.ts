import { checkCharacter } from '../../src/policy/identity.ts'
import type { Person, TestHouse } from './house.ts'

/** Headings of the short sheet of Riverland's form that tests write. */
export const HEADINGS = ['hamlet', 'hearth', 'called', 'tie', 'paper', 'gender', 'born', 'standing', 'reason'] as const

export type Row = Partial<Record<(typeof HEADINGS)[number], string>> & Record<string, string | undefined>

/** A valid identity number of Riverland by its order. */
export function paper(order: number): string {
  const body = String(100_000_000 + order)
  return body + checkCharacter('luhn', body)
}

/** A sheet of rows as CSV; a heading for each key that occurs. */
export function csv(rows: readonly Row[], headings: readonly string[] = HEADINGS): string {
  const quote = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  return [headings, ...rows.map((row) => headings.map((heading) => row[heading] ?? ''))]
    .map((cells) => cells.map(quote).join(','))
    .join('\n')
}

/** Households of `size` members each in a hamlet, numbered from `first`. */
export function households(
  hamlet: string,
  first: number,
  count: number,
  codes: { head: string; other: string; standing: string; reason: string; gender: string },
  size = 2,
): Row[] {
  const rows: Row[] = []
  for (let household = first; household < first + count; household++) {
    for (let member = 0; member < size; member++) {
      rows.push({
        hamlet,
        hearth: `H${household}`,
        called: `Person${String.fromCharCode(65 + (household % 26))} Family${String.fromCharCode(65 + member)}`,
        tie: member === 0 ? codes.head : codes.other,
        paper: paper(household * 10 + member),
        gender: codes.gender,
        born: `19${60 + (household % 30)}-0${1 + member}-11`,
        ...(member === 0 ? { standing: codes.standing, reason: codes.reason } : {}),
      })
    }
  }
  return rows
}

/** The codes that the short sheet needs, from the pack. */
export function codesOf(house: Pick<TestHouse, 'pack'>) {
  const list = (id: string) => house.pack.lists.get(id)!.codes
  const field = (id: string) =>
    [...house.pack.forms.values()]
      .flatMap((form) => form.sections)
      .flatMap((section) => section.fields)
      .find((one) => one.id === id)!
  const of = (id: string) => list(field(id).list!)
  return {
    head: of('tie').find((code) => code.means === 'head')!.code,
    other: of('tie').find((code) => code.means !== 'head')!.code,
    standing: of('standing')[0]!.code,
    reason: of('reason')[0]!.code,
    gender: of('gender')[0]!.code,
  }
}

/** Runs an import from upload to the end as a person would, working the queue in between. Returns the import. */
export async function importAs(
  house: TestHouse,
  person: Person,
  content: Buffer | string,
  options: { fileName?: string; start?: boolean; mapping?: (string | null)[]; why?: string; period?: string } = {},
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they know to be there
): Promise<any> {
  const uploaded = await person.upload('/api/imports', options.fileName ?? 'households.csv', content)
  if (uploaded.status !== 200) throw new Error(JSON.stringify(uploaded.body))
  const { id, mapping, period } = uploaded.body
  const wish = { mapping: options.mapping ?? mapping, period: options.period ?? period, why: options.why ?? 'a test' }
  const checking = await person.send('PUT', `/api/imports/${id}/mapping`, wish)
  if (checking.status !== 200) throw new Error(JSON.stringify(checking.body))
  await house.jobs.runHere(checking.body.job)
  const checked = (await person.get(`/api/imports/${id}`)).body
  if (checked.state !== 'checked' || options.start === false || checked.counts.good === 0) return checked
  const started = await person.send('POST', `/api/imports/${id}/start`)
  if (started.status !== 200) throw new Error(JSON.stringify(started.body))
  await house.jobs.runHere(started.body.job)
  return (await person.get(`/api/imports/${id}`)).body
}
