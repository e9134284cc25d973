import { Button, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { ApiProblem } from '../../lib/api.ts'
import { dayMs, localDay } from '../../lib/local-day.ts'
import { type PackForm, usePack } from '../../lib/pack.ts'
import { shortestReason } from '../../lib/reason.ts'
import { Section } from '../../ui/Facts.tsx'
import { Note, ProblemNotice } from '../../ui/notices.tsx'
import { ChangeDifferences, type Difference } from './change-differences.tsx'
import type { Card } from './facts.tsx'
import { useWords } from './words.ts'
import { patchOf, type YearDraft, type YearGroup } from './year-draft.ts'
import classes from './year-form.module.css'
import { type Question, YearQuestions } from './year-questions.tsx'
import { YearRows } from './year-rows.tsx'

/** What is sent: facts by group, with the day and the reason. */
export type YearWish = {
  readonly key: string
  readonly effectiveOn: string
  readonly why: string
  readonly preview: boolean
  readonly confirmed: readonly string[]
  readonly patches: Readonly<Record<string, Record<string, string | number | boolean | string[] | null>>>
}

type YearFormProps = {
  name: string
  form: PackForm
  period: string
  /** The period that is shown beside it; nothing before the first. */
  lastPeriod: string | undefined
  groups: readonly YearGroup[]
  /** Names of members, for the differences. */
  members: Card['members']
  place: Card['place']
  send: (wish: YearWish) => Promise<{ differences: readonly Difference[]; questions: readonly Question[] }>
  /** Loads the card anew after somebody else changed it. */
  reload: () => Promise<unknown>
  saved: () => Promise<unknown>
}

type Shown = { key: string; found: readonly Difference[]; questions: readonly Question[] }

/** The form of a year beside the values of the year before; then what changes and what is asked; then it is saved. */
export function YearForm({
  name,
  form,
  period,
  lastPeriod,
  groups,
  members,
  place,
  send,
  reload,
  saved,
}: YearFormProps) {
  const t = useWords()
  const { pack } = usePack()
  const [draft, setDraft] = useState<YearDraft>({})
  const [on, setOn] = useState(() => localDay(Date.now()))
  const [why, setWhy] = useState(() => t('update.why-usual', { period }))
  const [shown, setShown] = useState<Shown>()
  const [confirmed, setConfirmed] = useState<readonly string[]>([])
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const conflict = error instanceof ApiProblem && error.code === 'request.conflict'
  const ready = why.trim().length >= shortestReason && on !== ''
  const answered = shown?.questions.every(({ id }) => confirmed.includes(id)) ?? true

  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true)
    setError(undefined)
    try {
      await work()
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  const wish = (key: string, preview: boolean): YearWish => {
    const patches = groups.map((group) => [group.key, patchOf(group, draft, pack.currency)] as const)
    return {
      key,
      effectiveOn: on,
      why: why.trim(),
      preview,
      confirmed,
      patches: Object.fromEntries(patches.filter(([, patch]) => Object.keys(patch).length > 0)),
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!ready || busy || !answered) return
    void attempt(async () => {
      if (shown) {
        await send(wish(shown.key, false))
        await saved()
        return
      }
      const key = crypto.randomUUID()
      const { differences, questions } = await send(wish(key, true))
      setConfirmed([])
      setShown({ key, found: sinceLast(differences, groups, period), questions })
      scrollTo({ top: 0 })
    })
  }
  const back = () => {
    setShown(undefined)
    setError(undefined)
  }
  return (
    <form onSubmit={submit} className={classes.form} noValidate>
      {shown ? (
        <>
          <h2 className={classes.check}>{t('update.check-title', { name })}</h2>
          {shown.found.length === 0 ? (
            <Note>{t('update.nothing', { period: lastPeriod ?? period })}</Note>
          ) : (
            <ChangeDifferences card={{ members, period, place }} form={form} found={shown.found} />
          )}
          <YearQuestions form={form} questions={shown.questions} confirmed={confirmed} confirm={setConfirmed} />
        </>
      ) : (
        <>
          {lastPeriod !== undefined && <p className={classes.lead}>{t('update.same', { period: lastPeriod })}</p>}
          {groups.map((group) => (
            <div key={group.key} className={classes.group}>
              {group.name && <h2 className={classes.whose}>{group.name}</h2>}
              {group.sections.map((section) => (
                <Section
                  key={section.id}
                  id={`${group.key}-${section.id}`}
                  number={section.number}
                  title={section.title}
                  level={group.name ? 3 : 2}
                >
                  <YearRows
                    group={group}
                    fields={section.fields}
                    draft={draft}
                    period={period}
                    lastPeriod={lastPeriod}
                    type={(id, value) =>
                      setDraft((before) => ({ ...before, [group.key]: { ...before[group.key], [id]: value } }))
                    }
                  />
                </Section>
              ))}
            </div>
          ))}
          <div className={classes.end}>
            <TextInput
              type="date"
              label={t('change.on')}
              value={on}
              max={localDay(Date.now() + dayMs)}
              onChange={(event) => setOn(event.currentTarget.value)}
            />
            <Textarea
              label={t('change.why')}
              maxLength={300}
              autosize
              minRows={1}
              value={why}
              onChange={(event) => setWhy(event.currentTarget.value)}
            />
          </div>
        </>
      )}
      {conflict ? (
        <Note
          tone="act"
          action={
            <Button
              variant="default"
              size="compact-md"
              loading={busy}
              onClick={() =>
                void attempt(async () => {
                  await reload()
                  setShown(undefined)
                })
              }
            >
              {t('update.load-anew')}
            </Button>
          }
        >
          {t('update.conflict')}
        </Note>
      ) : (
        error !== undefined && <ProblemNotice error={error} />
      )}
      <div className={classes.buttons}>
        {shown && (
          <Button variant="default" onClick={back}>
            {t('update.back')}
          </Button>
        )}
        <Button type="submit" loading={busy} disabled={!ready || conflict || !answered}>
          {shown ? t('update.save', { period }) : t('update.check')}
        </Button>
      </div>
    </form>
  )
}

/**
 * What differs from the year before. The server tells what the card gains: where the year is new that is every fact, and
 * what stayed the same is left out here.
 */
function sinceLast(found: readonly Difference[], groups: readonly YearGroup[], period: string): Difference[] {
  return found.flatMap((one) => {
    if (one.period !== period) return []
    if (one.from !== null && one.from !== undefined) return [one]
    const group = groups.find(({ key }) => key === (one.person === null ? 'own' : String(one.person)))
    const from = group?.last?.[one.field] ?? null
    return JSON.stringify(from) === JSON.stringify(one.to) ? [] : [{ ...one, from }]
  })
}
