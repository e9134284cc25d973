import { dayOf, isPeriod } from '../../../kernel/calendar.ts'
import { Problem } from '../../../kernel/problem.ts'
import { type Caller, reaches } from '../../../platform/access/caller.ts'
import type { Actor, Entry } from '../../../platform/audit/write.ts'
import type { Tx } from '../../../platform/db/database.ts'
import type { Question } from '../../../policy/form/compare.ts'
import { checkedPatch, openFields } from '../../../policy/form/patch.ts'
import type { Form, Pack } from '../../../policy/pack.ts'
import { demandHappened } from '../change/happened.ts'
import { asking } from '../change/period-rules.ts'
import { demandOpenPeriod } from '../period/gate.ts'
import { findPlace, type PlaceRow } from '../place/queries.ts'
import { type CardState, cardQuestions, demandSound, replayCard } from './card.ts'
import type { CardWish } from './contract.ts'
import { type CardKey, changesOf, isKnownRequest, lockCard, readCard, writeActions } from './queries.ts'

export type CardDifference = {
  readonly period: string
  readonly field: string
  readonly from: unknown
  readonly to: unknown
}

export type CardRecorded = {
  readonly version: number
  readonly saved: boolean
  readonly differences: CardDifference[]
  readonly questions: Question[]
}

/** A place in reach and a form that is filled for places of its level. Anything else does not exist. */
export async function getCardPlace(
  tx: Tx,
  pack: Pack,
  caller: Caller,
  { place, form }: CardKey,
): Promise<{ row: PlaceRow; form: Form }> {
  const row = reaches(caller, place) ? await findPlace(tx, place) : undefined
  const found = pack.forms.get(form)
  if (!row || found?.level !== row.level) throw new Problem('request.not-found')
  return { row, form: found }
}

/**
 * Writes on the card of a place in the caller's transaction: the action, the facts that follow from it, and an entry
 * for the audit. With `preview` nothing is written. The same key twice is one change.
 * Throws a Problem when the card was changed meanwhile, or cannot change like this.
 */
export async function recordCardChange(
  tx: Tx,
  pack: Pack,
  { caller, ...actor }: Actor & { accountId: number; caller: Caller },
  key: CardKey,
  wish: CardWish,
  audit: (entry: Entry) => void,
): Promise<CardRecorded> {
  const { form } = await getCardPlace(tx, pack, caller, key)
  if (!wish.preview) await lockCard(tx, key)
  const card = await readCard(tx, key)
  if (await isKnownRequest(tx, key, wish.key))
    return { version: card.version, saved: true, differences: [], questions: [] }
  if (wish.version !== card.version) throw new Problem('request.conflict')
  demandHappened(pack, actor.at, wish.effectiveOn)

  const { effectiveOn, why } = wish
  const { period } = wish.change
  if (!isPeriod(period) || period.length !== pack.period.length || period > dayOf(actor.at, pack.utcOffset))
    throw new Problem('change.bad-period', { period })
  const change = {
    ...wish.change,
    facts: checkedPatch(pack, openFields(form, 'household'), wish.change.facts, effectiveOn),
  }
  const recorded = card.state.facts[period] !== undefined
  if (recorded || change.kind === 'update-facts')
    await demandOpenPeriod(tx, pack, { form: form.id, period, place: key.place, recorded, at: actor.at })
  const no = card.version + 1
  const after = replayCard(form, [...(await changesOf(tx, key)), { no, effectiveOn, change }])
  const differences = cardDifferences(card.state, after)
  const questions = cardQuestions(form, change, card.state, after)
  for (const touched of touchedPeriods(differences, period)) demandSound(form, after.facts[touched] ?? {})
  if (wish.preview) return { version: card.version, saved: false, differences, questions }
  if (differences.length === 0 && recorded) throw new Problem('change.nothing')
  if (questions.length > 0) throw asking(questions)
  const facts = Object.fromEntries(touchedPeriods(differences, period).map((one) => [one, after.facts[one] ?? {}]))
  const action = { place: key.place, no, key: wish.key, effectiveOn, why, change, latest: after.period!, facts }
  const digests = await writeActions(tx, actor, form.id, [action])
  audit(cardEntry(key, change.kind, no, digests.get(key.place)!))
  return { version: no, saved: true, differences, questions: [] }
}

/** What the audit keeps of an action on the card of a place. */
export function cardEntry({ place, form }: CardKey, kind: string, no: number, digest: string): Entry {
  return {
    kind: `place-card.${kind}`,
    place,
    subject: 'place-card',
    subjectId: `${place}/${form}`,
    detail: { action: no, digest },
  }
}

function touchedPeriods(differences: readonly CardDifference[], period: string): string[] {
  return [...new Set([period, ...differences.map((one) => one.period)])]
}

/** What differs between two states of a card, field by field. */
export function cardDifferences(before: CardState, after: CardState): CardDifference[] {
  return Object.entries(after.facts).flatMap(([period, is]) => {
    const was = before.facts[period] ?? {}
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((field) => {
      const [from, to] = [was[field] ?? null, is[field] ?? null]
      return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ period, field, from, to }]
    })
  })
}
