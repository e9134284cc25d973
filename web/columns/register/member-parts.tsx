import { useMemo } from 'react'
import { type PackField, type PackSection, usePack } from '../../lib/pack.ts'
import { type FactLine, Facts } from '../../ui/Facts.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import { type CardMember, FactValue, isRecorded, memberFacts } from './facts.tsx'
import classes from './members.module.css'
import { useWords } from './words.ts'

export type MembersProps = {
  label: string
  members: readonly CardMember[]
  sections: readonly PackSection[]
  period: string
}

/** Fields that a person looks for first in a list of members. A pack without them shows its first coded fields. */
const lookedForFirst = ['health', 'labour']
const mostFacts = 2

/** The fields of the form that the table of members shows besides what the register binds. */
export function useMemberFields(sections: readonly PackSection[]): {
  all: readonly PackField[]
  shown: readonly PackField[]
  bound: (binding: string) => PackField | undefined
} {
  return useMemo(() => {
    const all = sections.flatMap(({ fields }) => fields)
    const coded = all.filter((field) => field.kind === 'code' && !field.binds)
    const wanted = lookedForFirst.flatMap((id) => coded.find((field) => field.id === id) ?? [])
    return {
      all,
      shown: (wanted.length > 0 ? wanted : coded).slice(0, mostFacts),
      bound: (binding) => all.find(({ binds }) => binds === binding),
    }
  }, [sections])
}

/** Everything recorded of one member, with the numbers of the paper. */
export function MemberFacts({
  member,
  sections,
  period,
}: {
  member: CardMember
  sections: readonly PackSection[]
  period: string
}) {
  const t = useWords()
  const { say } = usePack()
  const fields = sections.flatMap((section) => section.fields)
  const facts = memberFacts(member, fields)
  // What the row above says already is not said again.
  const rest = fields.filter(({ binds }) => binds === undefined)
  if (!rest.some(({ id }) => isRecorded(facts[id]))) {
    return <p className={classes.nothing}>{t('member.no-facts', { name: member.name, period })}</p>
  }
  return (
    <Facts
      facts={rest.map(
        (field): FactLine => ({
          id: field.id,
          number: field.number,
          name: say(field.name),
          ...(field.unit && { unit: say(field.unit) }),
          value: isRecorded(facts[field.id]) ? (
            <FactValue field={field} fact={facts[field.id]} unit={false} />
          ) : undefined,
        }),
      )}
    />
  )
}

/** Says that somebody else stands under the same identity number. */
export function Disputed() {
  const t = useWords()
  return (
    <span title={t('member.disputed-help')} className={classes.disputed}>
      <StateMark tone="soon">{t('member.disputed')}</StateMark>
    </span>
  )
}
