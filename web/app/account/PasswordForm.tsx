import { Button, PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { changePassword, listSessions, whoAmI } from '../../../src/platform/access/contract.ts'
import { useChange } from '../../lib/api.ts'
import { Section } from '../../ui/Facts.tsx'
import { ProblemNotice } from '../../ui/notices.tsx'
import { toast } from '../../ui/toasts.tsx'
import { useTexts } from '../texts/index.ts'
import classes from './account.module.css'
import { LoginField } from './LoginField.tsx'

/** Changing one's own password: the present one, and the new one twice. Open already where it must be changed. */
export function PasswordForm({ login, wanted }: { login: string; wanted: boolean }) {
  const say = useTexts()
  const change = useChange(changePassword, { invalidates: [listSessions.id, whoAmI.id] })
  const [open, setOpen] = useState(wanted)
  const [present, setPresent] = useState('')
  const [fresh, setFresh] = useState('')
  const [again, setAgain] = useState('')
  const [differs, setDiffers] = useState(false)

  const close = () => {
    setOpen(false)
    setPresent('')
    setFresh('')
    setAgain('')
    setDiffers(false)
    change.reset()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setDiffers(fresh !== again)
    if (fresh !== again) return
    change.mutate(
      { body: { password: present, fresh } },
      {
        onSuccess: ({ ended }) => {
          close()
          toast.done(ended > 0 ? say('passwordChangedEnded', { n: ended, count: ended }) : say('passwordChanged'))
        },
      },
    )
  }
  const eye = { 'aria-label': say('signInShow') }

  return (
    <Section title={say('password')}>
      <p className={classes.quiet}>{say('passwordHint')}</p>
      {open ? (
        <form className={classes.form} onSubmit={submit}>
          <LoginField login={login} />
          <PasswordInput
            label={say(wanted ? 'passwordHanded' : 'passwordPresent')}
            autoComplete="current-password"
            value={present}
            onChange={(event) => setPresent(event.currentTarget.value)}
            visibilityToggleButtonProps={eye}
            autoFocus
            required
            withAsterisk={false}
          />
          <PasswordInput
            label={say('passwordNew')}
            description={say('passwordRule')}
            autoComplete="new-password"
            value={fresh}
            onChange={(event) => setFresh(event.currentTarget.value)}
            visibilityToggleButtonProps={eye}
            required
            withAsterisk={false}
          />
          <PasswordInput
            label={say('passwordAgain')}
            autoComplete="new-password"
            value={again}
            onChange={(event) => setAgain(event.currentTarget.value)}
            error={differs && fresh !== again ? say('passwordDiffers') : undefined}
            visibilityToggleButtonProps={eye}
            required
            withAsterisk={false}
          />
          {change.error && <ProblemNotice error={change.error} />}
          <div className={classes.buttons}>
            <Button type="submit" loading={change.isPending}>
              {say('passwordSave')}
            </Button>
            {!wanted && (
              <Button variant="default" onClick={close}>
                {say('cancel')}
              </Button>
            )}
          </div>
        </form>
      ) : (
        <div className={classes.buttons}>
          <Button variant="default" onClick={() => setOpen(true)}>
            {say('passwordChange')}
          </Button>
        </div>
      )}
    </Section>
  )
}
