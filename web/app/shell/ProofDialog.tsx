import { Button, Modal, PasswordInput, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { proveAgain } from '../../../src/platform/access/contract.ts'
import { useChange } from '../../lib/api.ts'
import { useSession } from '../../lib/session.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import { useTexts } from '../texts/index.ts'
import classes from '../users/users.module.css'

/** Asks for the code where there is a second factor, else for the password. */
export function ProofDialog({ answer }: { answer: (proved: boolean) => void }) {
  const say = useTexts()
  const { session } = useSession()
  const prove = useChange(proveAgain)
  const [secret, setSecret] = useState('')
  if (!session) return null
  const byCode = session.factor === 'on'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    event.stopPropagation()
    prove.mutate(
      { body: byCode ? { code: secret } : { password: secret } },
      { onSuccess: () => answer(true), onError: () => setSecret('') },
    )
  }
  return (
    <Modal
      opened
      onClose={() => answer(false)}
      title={say('proofTitle')}
      closeButtonProps={{ 'aria-label': say('close') }}
      zIndex={400}
    >
      <form className={classes.form} onSubmit={submit}>
        <p className={classes.quiet}>{say('proofWhy')}</p>
        <input
          className="fb-hidden"
          type="text"
          autoComplete="username"
          value={session.account.login}
          readOnly
          tabIndex={-1}
          aria-hidden
        />
        {byCode ? (
          <TextInput
            label={say('codeLabel')}
            description={say('codeHint')}
            autoComplete="one-time-code"
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            maxLength={40}
            data-autofocus
            required
            withAsterisk={false}
          />
        ) : (
          <PasswordInput
            label={say('passwordPresent')}
            autoComplete="current-password"
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': say('signInShow') }}
            data-autofocus
            required
            withAsterisk={false}
          />
        )}
        {prove.error && <ProblemNotice error={prove.error} />}
        <div className={classes.buttons}>
          <Button variant="default" onClick={() => answer(false)}>
            {say('cancel')}
          </Button>
          <Button type="submit" loading={prove.isPending}>
            {say('proofGoOn')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
