import { useId, useState } from 'react'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { type CardMember, useFactText } from './facts.tsx'
import { Disputed, MemberFacts, type MembersProps, useMemberFields } from './member-parts.tsx'
import classes from './members.module.css'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

/** Members on a narrow screen: who, how related, how old; the rest opens below. */
export function MemberCards({ label, members, sections, period }: MembersProps) {
  return (
    <ul className={classes.cards} aria-label={label}>
      {members.map((member) => (
        <MemberCard key={member.person} member={member} sections={sections} period={period} />
      ))}
    </ul>
  )
}

function MemberCard({ member, sections, period }: Omit<MembersProps, 'label' | 'members'> & { member: CardMember }) {
  const t = useWords()
  const { day } = useFormat()
  const { codeName } = usePack()
  const factText = useFactText()
  const { shown, bound } = useMemberFields(sections)
  const [open, setOpen] = useState(false)
  const details = useId()
  const first = [
    codeName(bound('member.relation')?.list ?? '', member.relation),
    codeName(bound('member.sex')?.list ?? '', member.sex),
    t('member.years', { n: member.age }),
  ]
  const second = [
    member.document ?? '',
    ...shown.map((field) => factText(field, member.facts[field.id])),
    member.leftOn ? t('member.left-on', { date: day(member.leftOn) }) : '',
    member.leftWhy ? codeName('leaving', member.leftWhy) : '',
  ]
  return (
    <li className={classes.card}>
      <button
        type="button"
        className={classes.opener}
        aria-expanded={open}
        aria-controls={details}
        aria-label={t('member.more', { name: member.name })}
        onClick={() => setOpen(!open)}
      >
        <span aria-hidden className={classes.arrow} />
        <Theirs className={classes.name}>{member.name}</Theirs>
      </button>
      {member.disputed && <Disputed />}
      <p className={classes.line}>{first.filter(Boolean).join(' · ')}</p>
      <p className={classes.line}>{second.filter(Boolean).join(' · ')}</p>
      <div id={details} hidden={!open}>
        {open && (
          <>
            <p className={classes.line}>
              {t('member.born')} {day(member.bornOn)} · {t('member.joined')} {day(member.joinedOn)}
            </p>
            <MemberFacts member={member} sections={sections} period={period} />
          </>
        )}
      </div>
    </li>
  )
}
