import type { z } from 'zod'
import type { cardMember, showHousehold } from '../../../src/beams/register/household/contract.ts'
import { useFormat } from '../../lib/format.ts'
import { type PackField, usePack } from '../../lib/pack.ts'
import classes from './facts.module.css'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

export type Card = z.output<typeof showHousehold.answer>
export type CardMember = z.output<typeof cardMember>
export type FactsById = Readonly<Record<string, unknown>>

/** Kinds whose content somebody typed in the programme's own language. */
const typed = ['text', 'name']

/** Whether a fact says anything; an empty list of choices does not. */
export function isRecorded(fact: unknown): boolean {
  return fact !== undefined && fact !== null && fact !== '' && !(Array.isArray(fact) && fact.length === 0)
}

/**
 * A household's facts by field id. What the register keeps in columns of its own (number, status, cause …) is put
 * back under the field that asked for it, so that the card shows the whole paper.
 */
export function householdFacts(card: Card, fields: readonly PackField[]): FactsById {
  const bound: Readonly<Record<string, unknown>> = {
    'household.place': card.place.officialCode,
    'household.number': card.number,
    'household.status': card.status,
    'household.cause': card.cause,
    'household.income': card.income,
  }
  return withBound(card.facts, fields, bound)
}

/** A member's facts by field id, with what stands in columns of the register. */
export function memberFacts(member: CardMember, fields: readonly PackField[]): FactsById {
  const bound: Readonly<Record<string, unknown>> = {
    'member.name': member.name,
    'member.relation': member.relation,
    'member.document': member.document,
    'member.sex': member.sex,
    'member.birth': member.bornOn,
    'member.joined': member.joinedOn,
  }
  return withBound(member.facts, fields, bound)
}

function withBound(
  facts: FactsById,
  fields: readonly PackField[],
  bound: Readonly<Record<string, unknown>>,
): FactsById {
  const all: Record<string, unknown> = { ...facts }
  for (const { id, binds } of fields) if (binds && binds in bound && !isRecorded(all[id])) all[id] = bound[binds]
  return all
}

/** Writes facts as words: names of codes, yes and no, money, days. The unit is left to the caller. */
export function useFactText(): (field: PackField, fact: unknown) => string {
  const { codeName, pack, formatMoney } = usePack()
  const { day, number } = useFormat()
  const t = useWords()
  return (field, fact) => {
    if (!isRecorded(fact)) return ''
    if (typeof fact === 'boolean') return t(fact ? 'card.yes' : 'card.no')
    if (Array.isArray(fact)) {
      return fact.map((code) => (field.list ? codeName(field.list, String(code)) : String(code))).join(t('list.comma'))
    }
    if (field.kind === 'code' && field.list) return codeName(field.list, String(fact))
    if (field.kind === 'date') return day(String(fact))
    if (field.kind === 'money' && typeof fact === 'number') {
      return plainMoney(formatMoney(fact), pack.currency.symbol)
    }
    if (typeof fact === 'number') return isYear(field) ? String(fact) : number(fact)
    return String(fact)
  }
}

/** One fact as the card shows it; what was not recorded is said quietly, never left blank. */
export function FactValue({ field, fact, unit = true }: { field: PackField; fact: unknown; unit?: boolean }) {
  const text = useFactText()
  const { say } = usePack()
  const t = useWords()
  if (!isRecorded(fact)) return <span className={classes.missing}>{t('card.not-recorded')}</span>
  const written = text(field, fact)
  return (
    <>
      {typed.includes(field.kind) ? <Theirs>{written}</Theirs> : written}
      {unit && field.unit && <span className={classes.unit}> {say(field.unit)}</span>}
    </>
  )
}

/** A fact that travelled as plain text (money in minor units, codes after commas or semicolons), as it is kept. */
export function factFromText(field: PackField, text: string): unknown {
  if (field.kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (field.kind === 'codes') return text.split(/[,;]/).filter(Boolean)
  const isNumber = field.kind === 'money' || field.kind === 'integer' || field.kind === 'decimal'
  return isNumber && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

/** Whether figures of this field stand in a column, aligned to the right. */
export function isFigure(field: PackField): boolean {
  return field.kind === 'money' || field.kind === 'decimal' || field.kind === 'integer'
}

/** A whole number bounded like a year is one, and a year has no thousands separator. */
function isYear(field: PackField): boolean {
  return field.kind === 'integer' && !field.unit && (field.min ?? 0) >= 1000 && (field.max ?? 0) <= 3000
}

/** The amount without the currency's sign: the unit beside it says what it counts. */
function plainMoney(written: string, symbol: string): string {
  return symbol && written.startsWith(symbol) ? written.slice(symbol.length) : written
}
