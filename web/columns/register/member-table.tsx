import { Fragment, useId, useState } from 'react'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { type CardMember, FactValue } from './facts.tsx'
import { Disputed, MemberFacts, type MembersProps, useMemberFields } from './member-parts.tsx'
import classes from './members.module.css'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

/** Members as a table; each row opens to everything that is recorded of the person. */
export function MemberTable({ label, members, sections, period }: MembersProps) {
  const t = useWords()
  const { say, pack } = usePack()
  const { shown } = useMemberFields(sections)
  const anyLeft = members.some(({ leftOn }) => leftOn !== null)
  return (
    <div className={classes.scroller}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{t('member.name')}</th>
            <th scope="col">{t('member.relation')}</th>
            <th scope="col">{t('member.sex')}</th>
            <th scope="col" className={classes.figure}>
              {t('member.age')}
            </th>
            <th scope="col">{t('member.born')}</th>
            <th scope="col">{say(pack.identity.name)}</th>
            {shown.map((field) => (
              <th key={field.id} scope="col">
                {say(field.name)}
              </th>
            ))}
            <th scope="col">{t(anyLeft ? 'member.left' : 'member.joined')}</th>
            {anyLeft && <th scope="col">{t('member.left-why')}</th>}
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <Row key={member.person} member={member} sections={sections} period={period} anyLeft={anyLeft} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

type RowProps = Omit<MembersProps, 'label' | 'members'> & { member: CardMember; anyLeft: boolean }

function Row({ member, sections, period, anyLeft }: RowProps) {
  const t = useWords()
  const { day, number } = useFormat()
  const { codeName } = usePack()
  const { shown, bound } = useMemberFields(sections)
  const [open, setOpen] = useState(false)
  const details = useId()
  return (
    <Fragment>
      <tr>
        <th scope="row">
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
        </th>
        <td>{codeName(bound('member.relation')?.list ?? '', member.relation)}</td>
        <td>{codeName(bound('member.sex')?.list ?? '', member.sex)}</td>
        <td className={classes.figure}>{number(member.age)}</td>
        <td className={classes.date}>{day(member.bornOn)}</td>
        <td className={classes.document}>
          {member.document ?? <span className={classes.missing}>{t('card.not-recorded')}</span>}
        </td>
        {shown.map((field) => (
          <td key={field.id}>
            <FactValue field={field} fact={member.facts[field.id]} />
          </td>
        ))}
        <td className={classes.date}>{day(anyLeft ? member.leftOn : member.joinedOn)}</td>
        {anyLeft && <td>{member.leftWhy && codeName('leaving', member.leftWhy)}</td>}
      </tr>
      <tr id={details} hidden={!open} className={classes.details}>
        <td colSpan={(anyLeft ? 8 : 7) + shown.length}>
          {open && <MemberFacts member={member} sections={sections} period={period} />}
        </td>
      </tr>
    </Fragment>
  )
}
