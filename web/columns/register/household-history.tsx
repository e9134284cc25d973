import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { openEvidence } from '../../../src/beams/register/evidence/contract.ts'
import { householdHistory } from '../../../src/beams/register/household/contract.ts'
import { type AnswerOf, addressOf, useAnswer } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { localDay } from '../../lib/local-day.ts'
import { usePack } from '../../lib/pack.ts'
import { useSession } from '../../lib/session.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import classes from './household-history.module.css'
import { Theirs } from './theirs.tsx'
import { useWords, type Words } from './words.ts'

type Action = AnswerOf<typeof householdHistory>['actions'][number]

/** Kinds of actions that have words of their own; a kind from a later program is shown by its name. */
const kinds = [
  'register',
  'undo-import',
  'add-member',
  'remove-member',
  'change-head',
  'correct-facts',
  'update-facts',
  'correct-identity',
  'move',
  'return-member',
  'split',
  'split-off',
  'merge',
  'merge-into',
  'undo-split',
  'undo-merge',
] as const

type HistoryProps = {
  household: number
  heading: boolean
  /** Asked for with the number of the latest change that still holds; left out where nothing may be changed. */
  onUndo?: ((action: number) => void) | undefined
}

/** Who changed what, when and why: newest first, as the register keeps it. */
export function HouseholdHistory({ household, heading, onUndo }: HistoryProps) {
  const t = useWords()
  const history = useAnswer(householdHistory, { params: { household } })
  const undoable = latestChange(history.data?.actions ?? [])
  return (
    <section aria-label={t('history.title')} className={classes.history}>
      {heading && <h2 className={classes.title}>{t('history.title')}</h2>}
      {history.isPending && <p className={classes.quiet}>{t('history.loading')}</p>}
      {history.error && <ProblemNotice error={history.error} retry={() => history.refetch()} />}
      {history.data?.actions.length === 0 && <p className={classes.quiet}>{t('history.empty')}</p>}
      <ol className={classes.actions}>
        {history.data?.actions.map((action) => (
          <li key={action.no} className={classes.action}>
            <Entry action={action} />
            <Papers household={household} papers={action.evidence} />
            {onUndo && action.no === undoable && (
              <Button variant="default" size="compact-md" mt={6} onClick={() => onUndo(action.no)}>
                {t('history.undo')}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

function Entry({ action }: { action: Action }) {
  const t = useWords()
  const { day, moment, person } = useFormat()
  const { roleName } = usePack()
  const { may } = useSession()
  const { import: run, size, household } = action.detail
  return (
    <>
      <p className={classes.what}>
        <span className={classes.quiet}>{t('history.number', { no: String(action.no) })}</span> {kindName(t, action)}
        {size !== undefined && (
          <span className={classes.quiet}> {t('history.members', { members: t('count.members', { n: size }) })}</span>
        )}
      </p>
      <p className={classes.why}>{action.why ? <Theirs>{action.why}</Theirs> : t('history.no-reason')}</p>
      <p className={classes.quiet}>
        {action.by === null ? person(null) : <Theirs>{action.by}</Theirs>}
        {action.role && t('history.role', { role: roleName(action.role) })}
      </p>
      <p className={classes.quiet}>
        <time dateTime={action.recordedAt}>{moment(action.recordedAt)}</time>
        {action.effectiveOn !== localDay(action.recordedAt) && (
          <> · {t('history.effective', { date: day(action.effectiveOn) })}</>
        )}
      </p>
      {household !== undefined && (
        <p className={classes.quiet}>
          <Link to={'/register/$household' as string} params={{ household: String(household) } as never}>
            {t('history.household', { id: String(household) })}
          </Link>
        </p>
      )}
      {run !== undefined && (
        <p className={classes.quiet}>
          {action.importInReach && may('household.import') ? (
            <Link to={'/imports/$import' as string} params={{ import: String(run) } as never}>
              {t('history.import', { id: String(run) })}
            </Link>
          ) : (
            t('history.import', { id: String(run) })
          )}
        </p>
      )}
    </>
  )
}

/** The papers of an action; who may not open them sees that they are there. */
function Papers({ household, papers }: { household: number; papers: Action['evidence'] }) {
  const t = useWords()
  const { may } = useSession()
  return papers.map(({ no, fileName, bytes }) => {
    const size = t('history.paper-size', { kb: String(Math.ceil(bytes / 1024)) })
    return (
      <p key={no} className={classes.quiet}>
        {may('household.change') ? (
          <a href={addressOf(openEvidence, { params: { household, evidence: no } })} download>
            <Theirs>{fileName}</Theirs>
          </a>
        ) : (
          <Theirs>{fileName}</Theirs>
        )}{' '}
        {size}
      </p>
    )
  })
}

/** The number of the latest change that has not been undone: the only one that can be. */
function latestChange(actions: readonly Action[]): number | undefined {
  const undone = new Set(actions.flatMap(({ kind, detail }) => (kind === 'undo' ? [detail.action] : [])))
  return actions.find(({ no, kind }) => changes.has(kind) && !undone.has(no))?.no
}

/** Kinds that are a change of this household, and not what another one's change did to it. */
const changes: ReadonlySet<string> = new Set(
  kinds.filter(
    (kind) => !['register', 'undo-import', 'split-off', 'merge-into', 'undo-split', 'undo-merge'].includes(kind),
  ),
)

function kindName(t: Words, { kind, detail }: Action): string {
  if (kind === 'undo') return t('history.kind.undo', { action: String(detail.action) })
  const known = kinds.find((one) => one === kind)
  return known ? t(`history.kind.${known}`) : t('history.kind.other', { kind })
}
