import { Button } from '@mantine/core'
import { toast } from '../../ui/toasts.tsx'
import { useTexts } from '../texts/index.ts'
import classes from './users.module.css'

/** A password that was just made: shown this once, to be handed over. */
export function HandedPassword({ login, password, done }: { login: string; password: string; done: () => void }) {
  const say = useTexts()
  const copy = () =>
    navigator.clipboard.writeText(password).then(() => toast.done(say('userPasswordCopied')), toast.problem)
  return (
    <div className={classes.form}>
      <p className={classes.quiet}>{say('userPasswordOnce', { login })}</p>
      <p className={classes.password}>
        <code>{password}</code>
      </p>
      <div className={classes.buttons}>
        <Button variant="default" onClick={() => void copy()}>
          {say('userPasswordCopy')}
        </Button>
        <Button onClick={done}>{say('userPasswordDone')}</Button>
      </div>
    </div>
  )
}
