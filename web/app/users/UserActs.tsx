import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import {
  disableUser,
  enableUser,
  listUsers,
  resetUserFactor,
  resetUserPassword,
  showUser,
} from '../../../src/platform/access/users/contract.ts'
import { type AnswerOf, useChange } from '../../lib/api.ts'
import { Section } from '../../ui/Facts.tsx'
import { ProblemNotice } from '../../ui/notices.tsx'
import { toast } from '../../ui/toasts.tsx'
import { useTexts } from '../texts/index.ts'
import { HandedPassword } from './HandedPassword.tsx'
import classes from './users.module.css'

/** What is done about an account as a whole. What cannot be taken back is asked about first. */
export function UserActs({ user }: { user: AnswerOf<typeof showUser> }) {
  const say = useTexts()
  const stale = { invalidates: [showUser.id, listUsers.id] }
  const close = useChange(disableUser, stale)
  const open = useChange(enableUser, stale)
  const [asking, setAsking] = useState<'password' | 'factor'>()
  const params = { account: user.account }
  const shut = user.disabledAt !== null
  const enable = (done?: () => void) =>
    open.mutate({ params }, { ...(done ? { onSuccess: done } : {}), onError: toast.problem })
  const disable = () =>
    close.mutate(
      { params },
      {
        onSuccess: () => toast.undoable(say('userWasClosed', { name: user.name }), say('userEnable'), () => enable()),
        onError: toast.problem,
      },
    )
  return (
    <Section title={say('userActs')}>
      <p className={classes.quiet}>{say('userActsHint')}</p>
      <div className={classes.actions}>
        <Button variant="default" onClick={() => setAsking('password')}>
          {say('userResetPassword')}
        </Button>
        {user.factor && (
          <Button variant="default" onClick={() => setAsking('factor')}>
            {say('userResetFactor')}
          </Button>
        )}
        {(shut || user.lockedUntil !== null) && (
          <Button
            variant="default"
            loading={open.isPending}
            onClick={() => enable(() => toast.done(say('userOpened')))}
          >
            {say('userEnable')}
          </Button>
        )}
        {!shut && (
          <Button variant="default" loading={close.isPending} onClick={disable}>
            {say('userDisable')}
          </Button>
        )}
      </div>
      {asking === 'password' && <NewPassword user={user} close={() => setAsking(undefined)} />}
      {asking === 'factor' && <NoFactor user={user} close={() => setAsking(undefined)} />}
    </Section>
  )
}

type AskProps = { user: AnswerOf<typeof showUser>; close: () => void }

function NewPassword({ user, close }: AskProps) {
  const say = useTexts()
  const reset = useChange(resetUserPassword, { invalidates: [showUser.id, listUsers.id] })
  return (
    <Modal opened onClose={close} title={say('userResetPassword')} closeButtonProps={{ 'aria-label': say('close') }}>
      {reset.data ? (
        <HandedPassword login={user.login} password={reset.data.password} done={close} />
      ) : (
        <Ask
          what={say('userPasswordAsk', { name: user.name })}
          verb={say('userResetPassword')}
          busy={reset.isPending}
          error={reset.error}
          go={() => reset.mutate({ params: { account: user.account } })}
          close={close}
        />
      )}
    </Modal>
  )
}

function NoFactor({ user, close }: AskProps) {
  const say = useTexts()
  const reset = useChange(resetUserFactor, { invalidates: [showUser.id, listUsers.id] })
  const done = () => {
    toast.done(say('userFactorGone'))
    close()
  }
  return (
    <Modal opened onClose={close} title={say('userResetFactor')} closeButtonProps={{ 'aria-label': say('close') }}>
      <Ask
        what={say('userFactorAsk', { name: user.name })}
        verb={say('userResetFactor')}
        busy={reset.isPending}
        error={reset.error}
        go={() => reset.mutate({ params: { account: user.account } }, { onSuccess: done })}
        close={close}
      />
    </Modal>
  )
}

type AskLineProps = { what: string; verb: string; busy: boolean; error: unknown; go: () => void; close: () => void }

function Ask({ what, verb, busy, error, go, close }: AskLineProps) {
  const say = useTexts()
  return (
    <div className={classes.form}>
      <p className={classes.quiet}>{what}</p>
      {error ? <ProblemNotice error={error} /> : null}
      <div className={classes.buttons}>
        <Button variant="default" onClick={close}>
          {say('cancel')}
        </Button>
        <Button loading={busy} onClick={go} data-autofocus>
          {verb}
        </Button>
      </div>
    </div>
  )
}
