import { describe, expect, it } from 'vitest'
import { pack } from '../../../../test/support/packs.ts'
import type { ExportMember } from '../household/queries.ts'
import { composeCards, type PaperHousehold } from './card.ts'
import { hasGlyph } from './fonts.ts'
import { setPages } from './press.ts'

const riverland = pack('riverland')
const HIDDEN = { lantern: 'LAMP-7', paper: '1234567897' }

function member(line: number, name: string): ExportMember {
  return {
    household_id: 7,
    person_id: line,
    line,
    name,
    relation: 'H',
    sex: '1',
    born_on: '1970-01-02',
    document_mask: '12******97',
    disputed: false,
    joined_on: '2020-01-01',
    left_on: null,
    left_why: null,
    facts: { swims: line === 1 },
    sealed: null,
  }
}

function household(name: string, over: Partial<PaperHousehold> = {}): PaperHousehold {
  return {
    household: {
      household_id: 7,
      place_code: '001001001',
      number: 'H7',
      head_name: name,
      status: 'in',
      cause: 'FL',
      size: 2,
      income: 600_063,
      period: '2031',
      registered_on: '2030-01-31',
      matched: [],
      facts: { catch: 1_200_125, craft: 0, further: ['SI', 'BO'], shore: 12.5 },
      sealed: null,
    },
    members: [member(1, name), member(2, 'Åse Ørland')],
    secrets: {},
    ownSecrets: new Map(),
    path: ['Reach', 'Ford', 'Hamlet'],
    village: 'H000000101',
    office: 'Ford office',
    card: '7-1',
    code: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1h-1z"/></svg>',
    ...over,
  }
}

const composed = (name = 'Ane Dal', over: Partial<PaperHousehold> = {}) =>
  composeCards(riverland, 'en', '2031-11-20', [household(name, over)])

describe('what goes on paper', () => {
  it('follows the form of the pack: amounts grouped, codes by name, sums computed, a place for what is not known', () => {
    const { cards } = composed() as { cards: { sections: { number: string; fields?: { name: string }[] }[] }[] }
    const { sections } = cards[0]!
    expect(sections.map(({ number }) => number)).toEqual(['I', 'II', 'III', 'IV'])
    const field = (name: string) => sections.flatMap(({ fields = [] }) => fields).find((one) => one.name === name)
    expect(field('Catch')).toMatchObject({ text: '1,200.125', unit: 'shells a year', right: true })
    expect(field('Left over for each')).toMatchObject({ text: '600.063' })
    expect(field('Further reasons')).toMatchObject({ text: expect.stringContaining(' · ') })
    expect(field('Boats')).toMatchObject({ text: '' })
    expect(field('Hearth number')).toMatchObject({ text: 'H7' })
    const [table] = (sections[1] as unknown as { tables: { columns: unknown[]; rows: string[][] }[] }).tables
    expect(table!.columns).toHaveLength(riverland.paper.members[0]!.length)
    expect(table!.rows.map((row) => [row[0], row.at(-1)])).toEqual([
      ['Ane Dal', 'yes'],
      ['Åse Ørland', 'no'],
    ])
  })

  it('holds sensitive values only when they are handed over', () => {
    const masked = JSON.stringify(composed())
    expect(masked).toContain('12******97')
    for (const secret of Object.values(HIDDEN)) expect(masked).not.toContain(secret)
    const full = JSON.stringify(
      composed('Ane Dal', {
        secrets: { lantern: HIDDEN.lantern },
        ownSecrets: new Map([[1, { paper: HIDDEN.paper }]]),
      }),
    )
    for (const secret of Object.values(HIDDEN)) expect(full).toContain(secret)
  })

  it('loses no character: one without a glyph stands as its number, and the card says so', () => {
    expect(['\u9f98', '\u5586', 'Å', 'ş', '·'].filter((character) => !hasGlyph(character))).toEqual([])
    expect(hasGlyph('\u{20bb7}')).toBe(false)
    const { cards } = composed('\u{20bb7}\u91ce') as { cards: { head: string; missing: string }[] }
    expect(cards[0]!.head).toBe('[20BB7]\u91ce')
    expect(cards[0]!.missing).toContain('[20BB7]')
    expect((composed() as { cards: { missing: string }[] }).cards[0]!.missing).toBe('')
  })
})

describe('the press', () => {
  it('takes every text as text: nothing of it is run', { timeout: 30_000 }, async () => {
    const hostile = ['#panic("x")', '*_$x^2$_*', '"; #read("/etc/passwd")', '\\', '</svg>', '#{', '@end-0 <end-0>']
    for (const name of hostile) expect((await setPages(composed(name), true)).subarray(0, 5).toString()).toBe('%PDF-')
  })

  it('refuses content that the template cannot read, and goes on', { timeout: 30_000 }, async () => {
    await expect(setPages({ cards: 1 }, true)).rejects.toMatchObject({ code: 'print.failed' })
    expect((await setPages(composed(), false)).length).toBeGreaterThan(1_000)
  })
})
