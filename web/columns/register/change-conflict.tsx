import { Button, Radio } from '@mantine/core'
import { useState } from 'react'
import type { PackForm } from '../../lib/pack.ts'
import { Note } from '../../ui/notices.tsx'
import classes from './change-dialog.module.css'
import { useDifferenceWords } from './change-differences.tsx'
import type { ChangeDraft } from './change-draft.ts'
import type { Card } from './facts.tsx'
import { useWords } from './words.ts'

/** A field that somebody else changed meanwhile, as the refusal tells it. */
export type Clash = {
  readonly person: number | null
  readonly period: string | null
  readonly field: string
  readonly was: unknown
  readonly theirs: unknown
  readonly yours?: unknown
}

type ConflictProps = {
  card: Card
  form: PackForm
  draft: ChangeDraft
  clashes: readonly Clash[]
  busy: boolean
  /** Goes on with the card of now and what was decided. */
  goOn: (draft: ChangeDraft) => void
}

const keyOf = ({ person, period, field }: Clash) => JSON.stringify([person, period, field])

/** What somebody else changed meanwhile; where both changed the same field, one of the two is chosen. */
export function ChangeConflict({ card, form, draft, clashes, busy, goOn }: ConflictProps) {
  const t = useWords()
  const { nameOf, written, whose } = useDifferenceWords(card, form, [])
  const [kept, setKept] = useState<Readonly<Record<string, string>>>({})
  const both = clashes.filter((clash) => isTyped(draft, clash))
  const decided = both.every((clash) => kept[keyOf(clash)] !== undefined)
  const shown = (clash: Clash, value: unknown) => written(clash.field, value) || t('card.not-recorded')
  const finish = () => {
    const dropped = both.filter((clash) => kept[keyOf(clash)] === 'theirs')
    goOn(dropped.reduce(withoutField, draft))
  }
  return (
    <section aria-label={t('change.conflict-title')} className={classes.differences}>
      <Note tone="act">{t(both.length > 0 ? 'change.conflict-decide' : 'change.conflict')}</Note>
      {clashes.map((clash) => {
        const name = [whose(clash.person), nameOf(clash.field)].join(' · ')
        return both.includes(clash) ? (
          <Radio.Group
            key={keyOf(clash)}
            label={name}
            description={t('change.conflict-was', { value: shown(clash, clash.was) })}
            value={kept[keyOf(clash)] ?? ''}
            onChange={(choice) => setKept({ ...kept, [keyOf(clash)]: choice })}
          >
            <Radio value="theirs" mt={6} label={t('change.conflict-theirs', { value: shown(clash, clash.theirs) })} />
            <Radio value="yours" mt={6} label={t('change.conflict-yours', { value: shown(clash, clash.yours) })} />
          </Radio.Group>
        ) : (
          <dl key={keyOf(clash)} className={classes.list}>
            <div className={classes.difference}>
              <dt>{name}</dt>
              <dd>
                <span className={classes.before}>{shown(clash, clash.was)}</span>
                <span aria-hidden> → </span>
                <span className="fb-hidden">{t('change.becomes')}</span>
                <strong>{shown(clash, clash.theirs)}</strong>
              </dd>
            </div>
          </dl>
        )
      })}
      <div>
        <Button variant="default" loading={busy} disabled={!decided} onClick={finish}>
          {t(both.length > 0 ? 'change.conflict-go' : 'change.load-anew')}
        </Button>
      </div>
    </section>
  )
}

/** Whether the clash is about something that was typed here, and differs. */
function isTyped(draft: ChangeDraft, clash: Clash): boolean {
  if (!('yours' in clash) || clash.period === null) return false
  const typed = clash.person === null ? draft.facts : draft.memberFacts[clash.person]
  return typed?.[clash.field] !== undefined
}

/** The draft without what was typed in one field. */
function withoutField(draft: ChangeDraft, { person, field }: Clash): ChangeDraft {
  const less = <T,>(typed: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(typed).filter(([id]) => id !== field))
  if (person === null) return { ...draft, facts: less(draft.facts) }
  return { ...draft, memberFacts: { ...draft.memberFacts, [person]: less(draft.memberFacts[person] ?? {}) } }
}
