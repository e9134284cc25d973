import { formatMoney } from '../../../kernel/money.ts'
import { fill, inLanguage } from '../../../kernel/text.ts'
import { answer, codeName, findField, householdForm } from '../../../policy/ask.ts'
import { derive } from '../../../policy/form/derive.ts'
import type { Fact, Facts } from '../../../policy/form/value.ts'
import type { Field, Pack, Section } from '../../../policy/pack.ts'
import { householdFact, memberFact } from '../household/facts.ts'
import type { ExportHousehold, ExportMember } from '../household/queries.ts'
import { paperWords } from '../texts/paper.ts'
import { sheetWords } from '../texts/sheets.ts'
import { hasGlyph } from './fonts.ts'

/** A value as the template draws it: text, a figure at the right edge, or two boxes of which one may be ticked. */
type Shown = {
  readonly text: string
  readonly right?: boolean
  readonly ticks?: readonly string[]
  readonly on?: number
}

/** One household as it goes on paper. */
export type PaperHousehold = {
  readonly household: ExportHousehold
  readonly members: readonly ExportMember[]
  /** Sensitive values in full, where they are asked for: of the household, and of each person. */
  readonly secrets: Facts
  readonly ownSecrets: ReadonlyMap<number, Facts>
  /** Names from the first level down to the village, and the village's official code. */
  readonly path: readonly string[]
  readonly village: string
  readonly office: string
  /** Number of the card, and the square code as SVG. */
  readonly card: string
  readonly code: string
}

/**
 * What `card.typ` reads: the words of the paper and, for each household, the form with its facts as texts. Rare
 * characters without a glyph stand as their numbers, so that none vanishes.
 * @param on day of printing
 */
export function composeCards(pack: Pack, language: string, on: string, households: readonly PaperHousehold[]): object {
  const form = householdForm(pack)
  const { words, tag } = paperWords(language)
  const sheet = sheetWords(language)
  const content = {
    // The template sets punctuation and breaks lines by it.
    language: tag.slice(0, 2),
    title: inLanguage(form.title, language),
    words,
    hotline: pack.paper.hotline,
    on,
    cards: households.map((one) => {
      const derived = derive(form, one.household.facts, one.members.length)
      return {
        office: one.office,
        card: one.card,
        code: one.code,
        number: one.household.number,
        head: one.household.head_name,
        facts: [
          [sheet.villageName, one.path.join(' ')],
          [sheet.head, one.household.head_name],
          [sheet.size, String(one.household.size)],
          [sheet.period, one.household.period],
          [sheet.registeredOn, one.household.registered_on],
        ],
        sections: form.sections.map((section) =>
          section.of === 'member'
            ? { ...heading(section, language), tables: memberTables(pack, language, one) }
            : {
                ...heading(section, language),
                fields: section.fields.map((field) => ({
                  ...label(field, language),
                  ...shown(pack, field, language, factOf(field, one, derived)),
                })),
              },
        ),
      }
    }),
  }
  return markMissing(content, words.missing)
}

function factOf(field: Field, one: PaperHousehold, derived: Facts): Fact | undefined {
  if (field.binds === 'household.place') return one.village
  if (field.binds === 'household.number') return one.household.number
  return householdFact(field, one.household, one.secrets, derived)
}

function heading({ number, title }: Section, language: string) {
  return { number, title: inLanguage(title, language) }
}

function label(field: Field, language: string) {
  return { name: inLanguage(field.name, language), unit: field.unit ? inLanguage(field.unit, language) : '' }
}

const WIDTHS: Partial<Record<Field['kind'], number>> = { name: 1.6, document: 2.9, date: 1.6, code: 1.5, text: 1.6 }

function memberTables(pack: Pack, language: string, one: PaperHousehold) {
  const form = householdForm(pack)
  return pack.paper.members.map((ids) => {
    const fields = ids.map((id) => findField(form, id)!)
    return {
      columns: fields.map((field) => ({ ...label(field, language), width: WIDTHS[field.kind] ?? 1 })),
      rows: one.members.map((member) =>
        fields.map((field) => {
          const fact = memberFact(field, member, one.ownSecrets.get(member.person_id) ?? {})
          // In a table two boxes to tick are wider than the word.
          return field.kind === 'boolean' && fact !== undefined
            ? answer(pack, fact === true, language)
            : (shown(pack, field, language, fact).text ?? '')
        }),
      ),
    }
  })
}

/** A fact as it stands on paper; what is not known stays empty, to be written by hand. */
function shown(pack: Pack, field: Field, language: string, fact: Fact | undefined): Shown {
  if (field.kind === 'boolean') {
    const ticks = [answer(pack, true, language), answer(pack, false, language)]
    return { text: '', ticks, on: fact === undefined ? -1 : fact ? 0 : 1 }
  }
  if (fact === undefined) return { text: '', right: isFigure(field) }
  if (field.kind === 'code' || field.kind === 'codes') {
    const list = pack.lists.get(field.list ?? '')
    const codes = typeof fact === 'object' ? fact : [String(fact)]
    return { text: codes.map((code) => (list ? codeName(list, code, language) : code)).join(' · ') }
  }
  if (field.kind === 'money') return { text: grouped(formatMoney(fact as number, pack.currency)), right: true }
  return { text: String(fact), right: isFigure(field) }
}

function isFigure({ kind, unit }: Field): boolean {
  return kind === 'money' || kind === 'decimal' || (kind === 'integer' && unit !== undefined)
}

/** An amount with its thousands apart, and without decimals that are all nothing. */
function grouped(amount: string): string {
  const [whole, decimals = ''] = amount.split('.')
  const apart = whole!.replace(/\B(?=(\d{3})+$)/g, ',')
  return /[1-9]/.test(decimals) ? `${apart}.${decimals}` : apart
}

/** Puts the number of each character without a glyph in its place, and notes on each card which these are. */
function markMissing(content: { cards: object[]; [word: string]: unknown }, note: string): object {
  const { cards, ...common } = content
  const found = new Set<string>()
  const mark = (value: unknown): unknown => {
    if (typeof value === 'string') return markText(value, found)
    if (Array.isArray(value)) return value.map(mark)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, name === 'code' ? part : mark(part)]))
  }
  return {
    ...(mark(common) as object),
    cards: cards.map((card) => {
      found.clear()
      const marked = mark(card) as object
      const characters = [...found].map((character) => markText(character, new Set())).join(', ')
      return { ...marked, missing: characters === '' ? '' : fill(note, { characters }) }
    }),
  }
}

function markText(text: string, found: Set<string>): string {
  let marked = ''
  for (const character of text) {
    if (hasGlyph(character)) marked += character
    else {
      found.add(character)
      marked += `[${character.codePointAt(0)!.toString(16).toUpperCase()}]`
    }
  }
  return marked
}
