import { type PackForm, usePack } from '../../lib/pack.ts'
import type { ChangeDraft } from './change-draft.ts'
import type { Card } from './facts.tsx'
import { useWords } from './words.ts'

export type FieldsProps = {
  card: Card
  form: PackForm
  draft: ChangeDraft
  change: (part: Partial<ChangeDraft>) => void
}

/** What the fields of a change let choose from: people of the card and codes of the pack. */
export function useChoices(form: PackForm, card: Card) {
  const t = useWords()
  const { codesOf } = usePack()
  const fields = form.sections.flatMap((section) => section.fields)
  const bound = (binding: string) => fields.find(({ binds }) => binds === binding)
  const relations = codesOf(bound('member.relation')?.list ?? '')
  const headCodes = relations.filter(({ means }) => means === 'head').map(({ code }) => code)
  const heads = new Set(headCodes)
  const asChoices = (codes: readonly { code: string; name: string }[], none = t('change.choose')) => [
    { value: '', label: none },
    ...codes.map(({ code, name }) => ({ value: code, label: name })),
  ]
  const living = card.members.filter(({ leftOn }) => leftOn === null)
  const gone = card.members.filter(({ leftOn }) => leftOn !== null)
  const head = living.find(({ relation }) => heads.has(relation))
  const asPeople = (members: readonly { person: number; name: string }[]) => [
    { value: '', label: t('change.choose') },
    ...members.map(({ person, name }) => ({ value: String(person), label: name })),
  ]
  return {
    bound,
    relations,
    /** Relations of somebody who is not the head. */
    others: relations.filter(({ code }) => !heads.has(code)),
    headCode: headCodes[0] ?? '',
    heads,
    asChoices,
    living,
    gone,
    head,
    asPeople,
  }
}
