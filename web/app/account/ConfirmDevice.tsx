import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import {
  type beginFactor,
  confirmFactor,
  listSessions,
  showFactor,
  whoAmI,
} from '../../../src/platform/access/contract.ts'
import { type AnswerOf, useChange } from '../../lib/api.ts'
import { ProblemNotice } from '../../ui/notices.tsx'
import { useTexts } from '../texts/index.ts'
import classes from './account.module.css'
import factor from './factor.module.css'
import { SquareCode } from './SquareCode.tsx'

type ConfirmDeviceProps = {
  made: AnswerOf<typeof beginFactor>
  done: (recovery: readonly string[]) => void
  cancel: () => void
}

/** The secret as a square and as text, and the first code of the device that has read it. */
export function ConfirmDevice({ made, done, cancel }: ConfirmDeviceProps) {
  const say = useTexts()
  const confirm = useChange(confirmFactor, { invalidates: [showFactor.id, whoAmI.id, listSessions.id] })
  const [code, setCode] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    confirm.mutate({ body: { code } }, { onSuccess: ({ recovery }) => done(recovery) })
  }
  return (
    <form className={factor.step} onSubmit={submit}>
      <p>{say('factorScan')}</p>
      <SquareCode text={made.address} label={say('factorSquare')} />
      <p>
        {say('factorByHand')} <code className={factor.key}>{made.secret.match(/.{1,4}/g)?.join(' ')}</code>
      </p>
      <TextInput
        label={say('factorDigits')}
        autoComplete="one-time-code"
        inputMode="numeric"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        maxLength={12}
        autoFocus
        required
        withAsterisk={false}
      />
      {confirm.error && <ProblemNotice error={confirm.error} />}
      <div className={classes.buttons}>
        <Button type="submit" loading={confirm.isPending}>
          {say('factorConfirm')}
        </Button>
        <Button variant="default" onClick={cancel}>
          {say('cancel')}
        </Button>
      </div>
    </form>
  )
}
