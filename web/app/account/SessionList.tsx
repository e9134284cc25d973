import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { endSession, endSessions, listSessions } from '../../../src/platform/access/contract.ts'
import { type AnswerOf, useAnswer, useChange } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { usePack } from '../../lib/pack.ts'
import { useSignOut } from '../../lib/session.ts'
import { Section } from '../../ui/Facts.tsx'
import { ProblemNotice } from '../../ui/notices.tsx'
import { toast } from '../../ui/toasts.tsx'
import { useTexts } from '../texts/index.ts'
import classes from './account.module.css'
import { useDeviceName } from './device-name.ts'

type Line = AnswerOf<typeof listSessions>['sessions'][number]

/** Where one is signed in: each device can be signed out, the others together, or all. */
export function SessionList() {
  const say = useTexts()
  const { data, error, refetch } = useAnswer(listSessions, {})
  const end = useChange(endSession, { invalidates: [listSessions.id] })
  const endOthers = useChange(endSessions, { invalidates: [listSessions.id] })
  const leave = useSignOut()
  const navigate = useNavigate()
  const [ending, setEnding] = useState<string>()
  const others = data?.sessions.filter((line) => !line.current).length ?? 0

  const signOutDevice = async (line: Line, name: string) => {
    setEnding(line.id)
    await end
      .mutateAsync({ params: { session: line.id } })
      .then(() => toast.done(say('devicesEnded', { device: name })), toast.problem)
    setEnding(undefined)
  }
  const signOutOthers = () =>
    endOthers
      .mutateAsync({ query: { keep: 'this' } })
      .then(({ ended }) => toast.done(say('devicesEndedOthers', { n: ended, count: ended })), toast.problem)

  return (
    <Section title={say('devices')}>
      <p className={classes.quiet}>{say('devicesHint')}</p>
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {!data && !error && (
        <p className={classes.quiet} aria-busy="true">
          {say('devicesLoading')}
        </p>
      )}
      {data && (
        <>
          <ul className={classes.list}>
            {data.sessions.map((line) => (
              <SessionLine key={line.id} line={line} busy={ending === line.id} end={signOutDevice} />
            ))}
          </ul>
          <div className={classes.buttons}>
            {others > 0 && (
              <Button variant="default" loading={endOthers.isPending} onClick={() => void signOutOthers()}>
                {say('devicesEndOthers', { n: others, count: others })}
              </Button>
            )}
            <Button
              variant="subtle"
              onClick={() =>
                void leave(() => navigate({ to: '/sign-in', replace: true }), { everywhere: true }).catch(toast.problem)
              }
            >
              {say('devicesEndAll')}
            </Button>
          </div>
        </>
      )}
    </Section>
  )
}

function SessionLine({
  line,
  busy,
  end,
}: {
  line: Line
  busy: boolean
  end: (line: Line, name: string) => Promise<void>
}) {
  const say = useTexts()
  const format = useFormat()
  const { roleName } = usePack()
  const name = useDeviceName()(line.agent)
  return (
    <li>
      <span>
        <strong title={line.agent || undefined}>{name}</strong> · {line.place} · {roleName(line.role)}
        <span className={classes.times}>
          {say('deviceTimes', { opened: format.moment(line.openedAt), seen: format.moment(line.seenAt) })}
        </span>
      </span>
      {line.current ? (
        <span className={classes.quiet}>{say('deviceThis')}</span>
      ) : (
        <Button
          variant="default"
          size="compact-sm"
          loading={busy}
          aria-label={say('deviceEndNamed', { device: name, opened: format.moment(line.openedAt) })}
          onClick={() => void end(line, name)}
        >
          {say('deviceEnd')}
        </Button>
      )}
    </li>
  )
}
