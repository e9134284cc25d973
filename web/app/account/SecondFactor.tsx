import { Button } from '@mantine/core'
import { useState } from 'react'
import {
  beginFactor,
  listSessions,
  removeFactor,
  renewRecovery,
  showFactor,
  whoAmI,
} from '../../../src/platform/access/contract.ts'
import { type AnswerOf, useAnswer, useChange } from '../../lib/api.ts'
import { useFormat } from '../../lib/format.ts'
import { Section } from '../../ui/Facts.tsx'
import { ProblemNotice } from '../../ui/notices.tsx'
import { toast } from '../../ui/toasts.tsx'
import { useTexts } from '../texts/index.ts'
import classes from './account.module.css'
import { ConfirmDevice } from './ConfirmDevice.tsx'
import { ProofForm } from './ProofForm.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'

/** What of it is open: asking for proof before one of three things, the square to be read, or codes to be kept. */
type Open =
  | { readonly step: 'begin' | 'renew' | 'remove' }
  | { readonly step: 'confirm'; readonly made: AnswerOf<typeof beginFactor> }
  | { readonly step: 'keep'; readonly recovery: readonly string[] }

/** One's second factor: set up in three steps, recovery codes made anew, given up. */
export function SecondFactor({ login }: { login: string }) {
  const say = useTexts()
  const format = useFormat()
  const { data, error, refetch } = useAnswer(showFactor, {})
  const [open, setOpen] = useState<Open>()
  const stale = { invalidates: [showFactor.id, whoAmI.id, listSessions.id] }
  const begin = useChange(beginFactor)
  const renew = useChange(renewRecovery, stale)
  const remove = useChange(removeFactor, stale)
  const close = () => setOpen(undefined)
  const start = (step: 'begin' | 'renew' | 'remove') => {
    for (const change of [begin, renew, remove]) change.reset()
    setOpen({ step })
  }

  return (
    <Section title={say('factor')}>
      <p className={classes.quiet}>{say('factorHint')}</p>
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {!data && !error && (
        <p className={classes.quiet} aria-busy="true">
          {say('factorLoading')}
        </p>
      )}
      {data && !open && (
        <>
          <p className={classes.state}>
            {data.since === null ? say('factorOff') : say('factorOn', { day: format.moment(data.since) })}{' '}
            {data.since !== null && say('factorLeft', { n: data.recoveryLeft, count: data.recoveryLeft })}{' '}
            {data.demanded && say('factorDemanded')}
          </p>
          <div className={classes.buttons}>
            {data.since === null ? (
              <Button variant="default" onClick={() => start('begin')}>
                {say('factorBegin')}
              </Button>
            ) : (
              <>
                <Button variant="default" onClick={() => start('renew')}>
                  {say('factorRenew')}
                </Button>
                {!data.demanded && (
                  <Button variant="subtle" onClick={() => start('remove')}>
                    {say('factorRemove')}
                  </Button>
                )}
              </>
            )}
          </div>
        </>
      )}
      {open?.step === 'begin' && (
        <ProofForm
          login={login}
          withCode={false}
          verb={say('factorGoOn')}
          busy={begin.isPending}
          error={begin.error}
          cancel={close}
          submit={(password) =>
            begin.mutate({ body: { password } }, { onSuccess: (made) => setOpen({ step: 'confirm', made }) })
          }
        />
      )}
      {open?.step === 'confirm' && (
        <ConfirmDevice made={open.made} done={(recovery) => setOpen({ step: 'keep', recovery })} cancel={close} />
      )}
      {open?.step === 'keep' && <RecoveryCodes codes={open.recovery} done={close} />}
      {open?.step === 'renew' && (
        <ProofForm
          login={login}
          withCode
          verb={say('factorRenew')}
          busy={renew.isPending}
          error={renew.error}
          cancel={close}
          submit={(password, code) =>
            renew.mutate(
              { body: { password, code } },
              { onSuccess: ({ recovery }) => setOpen({ step: 'keep', recovery }) },
            )
          }
        />
      )}
      {open?.step === 'remove' && (
        <ProofForm
          login={login}
          withCode
          verb={say('factorRemove')}
          busy={remove.isPending}
          error={remove.error}
          cancel={close}
          submit={(password, code) =>
            remove.mutate(
              { body: { password, code } },
              {
                onSuccess: () => {
                  close()
                  toast.done(say('factorRemoved'))
                },
              },
            )
          }
        />
      )}
    </Section>
  )
}
