import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { z } from 'zod'
import { decideHeld, type heldHousehold, listHeld, showImport } from '../../../src/beams/register/intake/contract.ts'
import { type AnswerOf, useChange, usePages } from '../../lib/api.ts'
import { usePack } from '../../lib/pack.ts'
import { Section } from '../../ui/Facts.tsx'
import { ProblemNotice } from '../../ui/notices.tsx'
import { StateMark } from '../../ui/StateMark.tsx'
import { factFromText, useFactText } from './facts.tsx'
import classes from './import-held.module.css'
import type { Import } from './import-state.tsx'
import { Theirs } from './theirs.tsx'
import { useWords } from './words.ts'

type Held = z.output<typeof heldHousehold>
type Page = AnswerOf<typeof listHeld>
const rowsOf = (page: Page) => page.held
const nextOf = (page: Page) => page.next && { afterPlace: page.next.place, afterNumber: page.next.number }

/** Households of the file that clash with the register: why, with whom, and what a person decides. */
export function ImportHeld({ run }: { run: Import }) {
  const t = useWords()
  const list = usePages(listHeld, { params: { import: run.id }, query: { limit: 50 } }, { next: nextOf, rowsOf })
  const open = run.state === 'checked' || run.state === 'done'
  return (
    <Section id="held" title={t('held.title')}>
      <p className={classes.help}>{t('held.help')}</p>
      {!list.rows && !list.error && <p className={classes.help}>{t('held.loading')}</p>}
      {list.error && <ProblemNotice error={list.error} retry={list.retry} />}
      <ul className={classes.list}>
        {list.rows?.map((held) => (
          <HeldItem key={`${held.village.code} ${held.number}`} run={run} held={held} open={open} />
        ))}
      </ul>
      {list.more.has && (
        <div>
          <Button variant="default" loading={list.more.loading} onClick={list.more.load}>
            {t('held.more')}
          </Button>
        </div>
      )}
    </Section>
  )
}

const helps = {
  'same-identity': 'held.register-help',
  'other-content': 'held.change-on-card',
  asks: 'held.take-help',
} as const

function HeldItem({ run, held, open }: { run: Import; held: Held; open: boolean }) {
  const t = useWords()
  const decide = useChange(decideHeld, { invalidates: [listHeld.id, showImport.id] })
  const say = (decision: 'discard' | 'register') =>
    decide.mutate({
      params: { import: run.id },
      body: { place: held.village.code, number: held.number, decision },
    })
  const busy = decide.isPending ? decide.variables.body.decision : undefined
  return (
    <li className={classes.item}>
      <div className={classes.head}>
        <h3 className={classes.name}>
          <Theirs>{held.headName}</Theirs>
          <span className={classes.where}>
            {held.number} · <Theirs>{held.village.name}</Theirs> ·{' '}
            {t('held.rows', { rows: held.rows.join(t('list.comma')) })}
          </span>
        </h3>
        <p className={classes.reason}>
          <StateMark tone={held.decision ? 'plain' : 'soon'}>
            {held.decision ? t(`held.decided.${held.decision}`) : t(`held.reason.${held.reason}`)}
          </StateMark>
        </p>
      </div>
      <p className={classes.help}>
        {held.household ? (
          <Link to={'/register/$household' as string} params={{ household: String(held.household.id) } as never}>
            {t('held.registered', {
              name: held.household.headName,
              number: held.household.number,
              village: held.household.village,
            })}
          </Link>
        ) : (
          t('held.out-of-reach')
        )}
      </p>
      {held.differences.length > 0 && <Differences run={run} held={held} />}
      {open && !held.decision && (
        <div className={classes.buttons}>
          <Button
            variant="default"
            loading={busy === 'discard'}
            disabled={busy === 'register'}
            title={t('held.discard-help')}
            onClick={() => say('discard')}
          >
            {t('held.discard')}
          </Button>
          {held.reason !== 'other-content' && (
            <Button
              variant="default"
              loading={busy === 'register'}
              disabled={busy === 'discard'}
              title={t(held.reason === 'asks' ? 'held.take-help' : 'held.register-help')}
              onClick={() => say('register')}
            >
              {t(held.reason === 'asks' ? 'held.take' : 'held.register')}
            </Button>
          )}
          <span className={classes.help}>{t(helps[held.reason])}</span>
        </div>
      )}
      {decide.error && <ProblemNotice error={decide.error} />}
    </li>
  )
}

function Differences({ run, held }: { run: Import; held: Held }) {
  const t = useWords()
  const { field } = usePack()
  const factText = useFactText()
  const value = (id: string, kept: string) => {
    if (kept === '') return <span className={classes.empty}>{t('held.empty-value')}</span>
    const asked = field(run.form, id)
    return asked ? factText(asked, factFromText(asked, kept)) : kept
  }
  return (
    <table className={classes.table}>
      <caption className="fb-hidden">{t('held.differences', { n: held.differences.length })}</caption>
      <thead>
        <tr>
          <th scope="col">{t('held.field')}</th>
          <th scope="col">{t('held.in-register')}</th>
          <th scope="col">{t('held.in-file')}</th>
        </tr>
      </thead>
      <tbody>
        {held.differences.map((one, index) => (
          // By index: the same field may differ for several members
          <tr key={index}>
            <th scope="row">{one.name}</th>
            <td>{value(one.field, one.register)}</td>
            <td>{value(one.field, one.file)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
