import { Button, PasswordInput, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { ProblemNotice } from '../../ui/notices.tsx'
import { useTexts } from '../texts/index.ts'
import classes from './account.module.css'
import { LoginField } from './LoginField.tsx'

type ProofFormProps = {
  login: string
  /** Whether a code of the second factor is asked for beside the password. */
  withCode: boolean
  verb: string
  busy: boolean
  error: unknown
  submit: (password: string, code: string) => void
  cancel: () => void
}

/** Asks once more for the password, and the code, before something about the account is changed. */
export function ProofForm({ login, withCode, verb, busy, error, submit, cancel }: ProofFormProps) {
  const say = useTexts()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const send = (event: FormEvent) => {
    event.preventDefault()
    submit(password, code)
  }
  return (
    <form className={classes.form} onSubmit={send}>
      <LoginField login={login} />
      <PasswordInput
        label={say('passwordPresent')}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': say('signInShow') }}
        autoFocus
        required
        withAsterisk={false}
      />
      {withCode && (
        <TextInput
          label={say('codeLabel')}
          description={say('codeHint')}
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          maxLength={40}
          required
          withAsterisk={false}
        />
      )}
      {error ? <ProblemNotice error={error} /> : null}
      <div className={classes.buttons}>
        <Button type="submit" loading={busy}>
          {verb}
        </Button>
        <Button variant="default" onClick={cancel}>
          {say('cancel')}
        </Button>
      </div>
    </form>
  )
}
